// SPDX-License-Identifier: MPL-2.0
#include "learn/rows.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/transform.h"
#include "learn/split.h"

enum { PROGRESS_ROWS = 8192 };

static void append(rows_t *rows, int64_t number, int32_t label)
{
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity ? rows->capacity * 2 : 1024;
        rows->numbers = mem_resize(rows->numbers, rows->capacity, sizeof *rows->numbers);
        rows->classes = mem_resize(rows->classes, rows->capacity, sizeof *rows->classes);
    }
    rows->numbers[rows->count] = number;
    rows->classes[rows->count++] = label;
}

static bool passes(const plan_t *plan, const reader_row_t *row)
{
    for (size_t i = 0; i < plan->filters_count; i++) {
        if (!transform_passes(&plan->filters[i], row)) {
            return false;
        }
    }
    return true;
}

static err_t check_size(const rows_t *rows, double test_size, fault_t *fault)
{
    double train = floor((double)rows->count * (1 - test_size));
    if (train <= ROWS_TRAIN_MAX) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_TOO_LARGE, "raise test_size, or train on fewer rows",
                     "there are more than %d training rows, too many for an SVC", ROWS_TRAIN_MAX);
}

static err_t add_row(rows_t *rows, const plan_t *plan, const request_t *request,
                     const reader_row_t *row, fault_t *fault)
{
    const reader_field_t *target = &row->fields[request->target];
    rows->total++;
    if (field_missing(target->text, target->size)) {
        rows->target_missing++;
        return ERR_OK;
    }
    if (!passes(plan, row)) {
        rows->dropped_missing++;
        return ERR_OK;
    }
    int32_t label = 0;
    err_t err = labels_add(&rows->labels, target, &label, fault);
    if (err == ERR_OK) {
        append(rows, row->number, label);
        err = check_size(rows, request->test_size, fault);
    }
    if (err == ERR_CONFLICT) {
        fault_at(fault, row->line, 0, NULL);
    }
    return err;
}

static err_t read_all(reader_t *reader, rows_t *rows, const plan_t *plan, const request_t *request,
                      const progress_t *progress, fault_t *fault)
{
    const reader_row_t *row = NULL;
    int64_t size = reader_size(reader);
    for (;;) {
        err_t err = reader_next(reader, &row, fault);
        if (err != ERR_OK || !row) {
            return err;
        }
        err = add_row(rows, plan, request, row, fault);
        if (err != ERR_OK) {
            return err;
        }
        double done = size > 0 ? (double)reader_offset(reader) / (double)size : 0;
        if (row->number % PROGRESS_ROWS == 0 && !progress_report(progress, done, "read")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
    }
}

static err_t check_labels(const rows_t *rows, const char *target, fault_t *fault)
{
    const labels_t *labels = &rows->labels;
    if (rows->count == 0) {
        return fault_set(fault, ERR_NO_ROWS, "fill missing values before dropping rows",
                         "no row has a label and passes the recipe");
    }
    if (labels->count < 2) {
        return fault_set(fault, ERR_TARGET, "choose a column with at least two different values",
                         "the target '%s' has one value only, '%.100s'", target,
                         labels->items[0].text);
    }
    for (size_t i = 0; i < labels->count; i++) {
        if (labels->items[i].rows < 2) {
            return fault_set(fault, ERR_TARGET,
                             "add rows of this label, or choose a column with few values",
                             "the label '%.100s' of '%s' has a single row; at least two are "
                             "needed to train and to test",
                             labels->items[i].text, target);
        }
    }
    return ERR_OK;
}

static void settle(rows_t *rows, const request_t *request)
{
    int32_t *sorted = mem_array(rows->labels.count, sizeof *sorted);
    labels_sort(&rows->labels, sorted);
    for (size_t i = 0; i < rows->count; i++) {
        rows->classes[i] = sorted[rows->classes[i]];
    }
    free(sorted);
    rows->test = mem_array(rows->count, sizeof *rows->test);
    split_stratified(rows->classes, rows->count, rows->labels.count, request->test_size,
                     (uint64_t)request->seed, rows->test);
}

err_t rows_read(const char *path, const table_t *table, const plan_t *plan,
                const request_t *request, const progress_t *progress, rows_t *ret_rows,
                fault_t *fault)
{
    const table_column_t *target = &table->columns[request->target];
    reader_t *reader = NULL;
    err_t err = table_open(table, path, &reader, fault);
    if (err != ERR_OK) {
        return err;
    }
    rows_t rows = {.labels = labels_new(target->type)};
    err = read_all(reader, &rows, plan, request, progress, fault);
    reader_destroy(&reader);
    if (err == ERR_OK) {
        err = check_labels(&rows, target->name, fault);
    }
    if (err != ERR_OK) {
        if (err == ERR_TARGET) {
            fault_at(fault, 0, 0, target->name);
        }
        rows_release(&rows);
        return err;
    }
    settle(&rows, request);
    *ret_rows = rows;
    return ERR_OK;
}

uint8_t *rows_train_mask(const rows_t *rows)
{
    uint8_t *mask = mem_array((size_t)rows->total, 1);
    for (size_t i = 0; i < rows->count; i++) {
        mask[rows->numbers[i] - 1] = !rows->test[i];
    }
    return mask;
}

size_t rows_test_count(const rows_t *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        count += rows->test[i];
    }
    return count;
}

void rows_release(rows_t *rows)
{
    free(rows->numbers);
    free(rows->classes);
    free(rows->test);
    labels_release(&rows->labels);
    *rows = (rows_t){0};
}
