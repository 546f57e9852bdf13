// SPDX-License-Identifier: MPL-2.0
#include "data/measure.h"

#include <stdlib.h>

#include "base/mem.h"
#include "data/transform.h"

enum { PROGRESS_ROWS = 8192 };

// Adds the row's cell to a summary; the row's line and the column go into the fault.
static err_t measure_cell(const table_t *table, summary_t *summary, const reader_row_t *row,
                          fault_t *fault)
{
    const table_column_t *column = &table->columns[summary->need.track];
    value_t value;
    err_t err = transform_read(table, row, summary->need.track, &value, fault);
    if (err != ERR_OK) {
        return err;
    }
    err = summary_add(summary, value, fault);
    if (err != ERR_OK) {
        fault_at(fault, 0, 0, column->name);
    }
    return err;
}

// Adds a row to the summaries of every stage that it reaches; needs are in the order of stages.
static err_t measure_row(const fit_t *fit, measure_t *measure, const reader_row_t *row,
                         fault_t *fault)
{
    size_t next = 0;
    for (size_t stage = 0;; stage++) {
        measure->stage_rows[stage]++;
        for (; next < measure->count && measure->summaries[next].need.stage == stage; next++) {
            err_t err = measure_cell(fit->table, &measure->summaries[next], row, fault);
            if (err != ERR_OK) {
                return err;
            }
        }
        if (stage == fit->plan.filters_count || !transform_passes(&fit->plan.filters[stage], row)) {
            return ERR_OK;
        }
    }
}

static void end_block(measure_t *measure)
{
    for (size_t i = 0; i < measure->count; i++) {
        summary_end_block(&measure->summaries[i]);
    }
}

static bool wanted(const row_mask_t *mask, int64_t number)
{
    return !mask || !mask->keep || (number <= mask->rows && mask->keep[number - 1]);
}

static err_t measure_rows(reader_t *reader, const fit_t *fit, const row_mask_t *mask,
                          const progress_t *progress, measure_t *measure, fault_t *fault)
{
    const reader_row_t *row = NULL;
    int64_t size = reader_size(reader);
    for (;;) {
        err_t err = reader_next(reader, &row, fault);
        if (err != ERR_OK || !row) {
            end_block(measure);
            return err;
        }
        if (wanted(mask, row->number)) {
            err = measure_row(fit, measure, row, fault);
        }
        if (err != ERR_OK) {
            return err;
        }
        if (row->number % SUMMARY_BLOCK_ROWS == 0) {
            end_block(measure);
        }
        double done = size > 0 ? (double)reader_offset(reader) / (double)size : 0;
        if (row->number % PROGRESS_ROWS == 0 && !progress_report(progress, done, "fit")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the fit was cancelled");
        }
    }
}

static err_t check_rows(const fit_t *fit, const measure_t *measure, fault_t *fault)
{
    if (measure->stage_rows[0] == 0) {
        return fault_set(fault, ERR_NO_ROWS, "choose a file with rows", "there are no rows");
    }
    for (size_t i = 0; i < fit->plan.filters_count; i++) {
        if (measure->stage_rows[i + 1] == 0) {
            fault_set(fault, ERR_NO_ROWS, "fill missing values before dropping rows",
                      "every row has a missing value; none is left");
            fault_at(fault, 0, fit->plan.filters[i].step, NULL);
            return ERR_NO_ROWS;
        }
    }
    return ERR_OK;
}

err_t measure_table(const char *path, const fit_t *fit, const row_mask_t *mask,
                    const progress_t *progress, measure_t *ret_measure, fault_t *fault)
{
    reader_t *reader = NULL;
    err_t err = table_open(fit->table, path, &reader, fault);
    if (err != ERR_OK) {
        return err;
    }
    measure_t measure = {.count = fit->plan.needs_count};
    measure.summaries = mem_array(measure.count, sizeof *measure.summaries);
    measure.stage_rows = mem_array(fit->plan.filters_count + 1, sizeof *measure.stage_rows);
    for (size_t i = 0; i < measure.count; i++) {
        measure.summaries[i] = summary_new(&fit->plan.needs[i]);
    }
    err = measure_rows(reader, fit, mask, progress, &measure, fault);
    reader_destroy(&reader);
    if (err == ERR_OK) {
        err = check_rows(fit, &measure, fault);
    }
    if (err != ERR_OK) {
        measure_release(&measure);
        return err;
    }
    *ret_measure = measure;
    return ERR_OK;
}

summary_t *measure_find(const measure_t *measure, const plan_t *plan, size_t track, size_t stage)
{
    int64_t i = plan->first[track];
    while (plan->needs[i].stage < stage) {
        i = plan->needs[i].next;
    }
    return &measure->summaries[i];
}

void measure_release(measure_t *measure)
{
    for (size_t i = 0; i < measure->count; i++) {
        summary_release(&measure->summaries[i]);
    }
    free(measure->summaries);
    free(measure->stage_rows);
    *measure = (measure_t){0};
}
