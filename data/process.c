// SPDX-License-Identifier: MPL-2.0
#include "data/process.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/run.h"
#include "data/transform.h"
#include "data/writer.h"

enum { PROGRESS_ROWS = 8192 };

// Fitting reads the file once, writing reads it again and formats.
static const double FIT_SHARE = 0.4;

typedef struct {
    const fit_t *fit;
    reader_t *reader;
    writer_t *writer;
    cell_t *cells;
    bool keep_blank;
    int64_t rows_in;
    int64_t rows_out;
} work_t;

static err_t write_header(work_t *work, fault_t *fault)
{
    const columns_t *columns = &work->fit->columns;
    for (size_t i = 0; i < columns->order_count; i++) {
        const column_t *column = &columns->items[columns->order[i]];
        value_t name = {.kind = VALUE_TEXT, .text = column->name, .size = strlen(column->name)};
        cell_t cell = {.value = name,
                       .field = column->leaf ? NULL
                                             : &reader_header(work->reader)->fields[column->track]};
        writer_cell(work->writer, &cell);
    }
    return writer_end_row(work->writer, false, fault);
}

static err_t write_row(work_t *work, const reader_row_t *row, fault_t *fault)
{
    work->rows_in++;
    if (!transform_keeps(work->fit, row)) {
        return ERR_OK;
    }
    err_t err = transform_row(work->fit, row, work->cells, fault);
    if (err != ERR_OK) {
        return err;
    }
    for (size_t i = 0; i < work->fit->columns.order_count; i++) {
        writer_cell(work->writer, &work->cells[i]);
    }
    work->rows_out++;
    return writer_end_row(work->writer, work->keep_blank, fault);
}

static err_t write_rows(work_t *work, const progress_t *progress, fault_t *fault)
{
    const reader_row_t *row = NULL;
    int64_t size = reader_size(work->reader);
    for (;;) {
        err_t err = reader_next(work->reader, &row, fault);
        if (err != ERR_OK || !row) {
            return err;
        }
        err = write_row(work, row, fault);
        if (err != ERR_OK) {
            return err;
        }
        double done = size > 0 ? (double)reader_offset(work->reader) / (double)size : 0;
        if (row->number % PROGRESS_ROWS == 0 && !progress_report(progress, done, "write")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the run was cancelled");
        }
    }
}

static err_t write_table(work_t *work, const char *path, const char *output_path,
                         const progress_t *progress, int64_t *ret_bytes, fault_t *fault)
{
    const table_t *table = work->fit->table;
    err_t err = table_open(table, path, &work->reader, fault);
    if (err == ERR_OK) {
        err = writer_open(output_path, table->delimiter, &work->writer, fault);
    }
    if (err == ERR_OK) {
        work->cells = mem_array(work->fit->columns.order_count, sizeof *work->cells);
        work->keep_blank =
            table->count == 1 && !work->fit->columns.items[work->fit->columns.order[0]].touched;
        err = write_header(work, fault);
    }
    if (err == ERR_OK) {
        err = write_rows(work, progress, fault);
    }
    bool opened = work->writer != NULL;
    if (err == ERR_OK) {
        err = writer_close(&work->writer, ret_bytes, fault);
    }
    writer_destroy(&work->writer);
    reader_destroy(&work->reader);
    free(work->cells);
    if (err != ERR_OK && opened) {
        writer_remove(output_path);
    }
    return err;
}

static json_t *result_of(const run_t *run, const work_t *work, int64_t bytes)
{
    return json_pack("{s:I, s:I, s:o, s:o, s:I}", "rows_in", (json_int_t)work->rows_in, "rows_out",
                     (json_int_t)work->rows_out, "columns", run_columns(run, false), "steps",
                     fit_steps(run->fit, FIT_LEVELS_SHOWN), "bytes", (json_int_t)bytes);
}

err_t process_run(const char *path, const json_t *description, const json_t *recipe,
                  const char *output_path, const progress_t *progress, json_t **ret_result,
                  fault_t *fault)
{
    progress_t fitting = progress_part(progress, 0, FIT_SHARE);
    progress_t writing = progress_part(progress, FIT_SHARE, 1);
    run_t *run = NULL;
    err_t err = run_begin(path, description, recipe, &fitting, &run, fault);
    if (err != ERR_OK) {
        return err;
    }
    work_t work = {.fit = run->fit};
    int64_t bytes = 0;
    err = write_table(&work, path, output_path, &writing, &bytes, fault);
    if (err == ERR_OK) {
        *ret_result = result_of(run, &work, bytes);
    }
    run_destroy(&run);
    return err;
}
