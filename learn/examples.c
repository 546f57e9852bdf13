// SPDX-License-Identifier: MPL-2.0
#include "learn/examples.h"

#include <stdlib.h>

#include "base/mem.h"

enum { PROGRESS_ROWS = 8192 };

typedef struct {
    const features_t *features;
    const rows_t *rows;
    size_t next; // used row
    double *x;
    examples_t examples;
} work_t;

static err_t fail_missing(const reader_row_t *row, const column_t *column, fault_t *fault)
{
    fault_set(fault, ERR_COLUMN_MISSING,
              "add a step that fills the missing values or drops the rows that have them",
              "line %lld: feature '%s' has no value", (long long)row->line, column->name);
    fault_at(fault, row->line, 0, column->name);
    return ERR_COLUMN_MISSING;
}

static err_t add_row(work_t *work, const reader_row_t *row, fault_t *fault)
{
    const rows_t *rows = work->rows;
    if (work->next == rows->count || rows->numbers[work->next] != row->number) {
        return ERR_OK;
    }
    size_t used = work->next++;
    const column_t *missing = NULL;
    err_t err = features_row(work->features, row, work->x, &missing, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (missing) {
        return fail_missing(row, missing, fault);
    }
    if (rows->test[used]) {
        return ERR_OK;
    }
    work->examples.classes[work->examples.matrix.rows] = rows->classes[used];
    if (matrix_add(&work->examples.matrix, work->x)) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_TOO_LARGE, "use fewer features, or label instead of one_hot",
                     "the training rows do not fit into memory");
}

static err_t read_all(reader_t *reader, work_t *work, const progress_t *progress, fault_t *fault)
{
    const reader_row_t *row = NULL;
    int64_t size = reader_size(reader);
    for (;;) {
        err_t err = reader_next(reader, &row, fault);
        if (err != ERR_OK || !row) {
            return err;
        }
        err = add_row(work, row, fault);
        if (err != ERR_OK) {
            return err;
        }
        double done = size > 0 ? (double)reader_offset(reader) / (double)size : 0;
        if (row->number % PROGRESS_ROWS == 0 && !progress_report(progress, done, "read")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
    }
}

// Moves the first row of each class to the front, ascending.
static void order(examples_t *examples, size_t classes_count)
{
    size_t rows = examples->matrix.rows;
    size_t *starts = mem_array(rows, sizeof *starts);
    int32_t *classes = mem_array(rows, sizeof *classes);
    bool *seen = mem_array(classes_count, sizeof *seen);
    size_t rest = classes_count;
    for (size_t i = 0; i < rows; i++) {
        int32_t class = examples->classes[i];
        size_t to = seen[class] ? rest++ : (size_t) class;
        seen[class] = true;
        starts[to] = examples->matrix.starts[i];
        classes[to] = class;
    }
    free(seen);
    free(examples->matrix.starts);
    free(examples->classes);
    examples->matrix.starts = starts;
    examples->classes = classes;
}

err_t examples_read(const char *path, const features_t *features, const rows_t *rows,
                    const progress_t *progress, examples_t *ret_examples, fault_t *fault)
{
    reader_t *reader = NULL;
    err_t err = table_open(features->fit->table, path, &reader, fault);
    if (err != ERR_OK) {
        return err;
    }
    work_t work = {.features = features, .rows = rows};
    work.x = mem_array(features->count, sizeof *work.x);
    work.examples.classes = mem_array(rows->count, sizeof *work.examples.classes);
    work.examples.matrix.columns = features->count;
    err = read_all(reader, &work, progress, fault);
    reader_destroy(&reader);
    free(work.x);
    if (err == ERR_OK && work.next < rows->count) {
        err = fault_set(fault, ERR_CONFLICT, "inspect the file again",
                        "the file became shorter while it was read");
    }
    if (err != ERR_OK) {
        examples_release(&work.examples);
        return err;
    }
    order(&work.examples, rows->labels.count);
    *ret_examples = work.examples;
    return ERR_OK;
}

void examples_release(examples_t *examples)
{
    matrix_release(&examples->matrix);
    free(examples->classes);
    *examples = (examples_t){0};
}
