// SPDX-License-Identifier: MPL-2.0
#include "model/tree/columns.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "model/tree/float_sort.h"
#include "model/tree/value_codes.h"

static err_t check(const matrix_t *matrix, fault_t *fault)
{
    if (matrix->rows > INT32_MAX) {
        return fault_set(fault, ERR_TOO_LARGE, "use fewer rows",
                         "a tree takes at most %d rows, and there are %zu", INT32_MAX,
                         matrix->rows);
    }
    for (size_t i = 0; i < matrix->rows * matrix->columns; i++) {
        if (fabs(matrix->x[i]) > (double)FLT_MAX) {
            return fault_set(fault, ERR_TOO_LARGE, "scale the column",
                             "column %zu has a value beyond single precision: %g",
                             i % matrix->columns + 1, matrix->x[i]);
        }
    }
    return ERR_OK;
}

// Whether rows that are put in order once, and kept in order all the way down, cost less than
// sorting at each node: they do when a node looks at a good part of all columns.
static bool order_pays(const matrix_t *matrix, size_t features)
{
    enum { COLUMNS_PER_FEATURE = 10 };
    return matrix->columns <= features * COLUMNS_PER_FEATURE;
}

typedef struct {
    const columns_t *columns;
    uint64_t **keys; // by slot: twice as many as rows; NULL: nothing is put in order
} making_t;

static void sort(const matrix_t *matrix, size_t at, uint64_t *keys, column_t *column)
{
    column->values = mem_array(matrix->rows, sizeof *column->values);
    column->order = mem_array(matrix->rows, sizeof *column->order);
    for (size_t i = 0; i < matrix->rows; i++) {
        column->values[i] = columns_value(matrix, i, at);
        keys[i] = float_key(column->values[i], (uint32_t)i);
    }
    float_sort(keys, matrix->rows, keys + matrix->rows);
    for (size_t i = 0; i < matrix->rows; i++) {
        column->order[i] = (uint32_t)keys[i];
    }
}

static err_t make(void *context, size_t slot, size_t at, fault_t *fault)
{
    (void)fault;
    const making_t *making = context;
    const matrix_t *matrix = making->columns->matrix;
    column_t *column = &making->columns->columns[at];
    if (!value_codes_find(matrix, at, column) && making->keys) {
        sort(matrix, at, making->keys[slot], column);
    }
    return ERR_OK;
}

static void make_all(const columns_t *columns, bool ordered, size_t threads)
{
    making_t making = {.columns = columns};
    if (ordered) {
        making.keys = mem_array(threads, sizeof *making.keys);
    }
    for (size_t i = 0; i < threads && ordered; i++) {
        making.keys[i] = mem_array(2 * columns->matrix->rows, sizeof **making.keys);
    }
    parallel_run(&(parallel_t){.context = &making,
                               .threads = threads,
                               .slots = threads,
                               .count = columns->matrix->columns,
                               .work = make},
                 NULL);
    for (size_t i = 0; i < threads && ordered; i++) {
        free(making.keys[i]);
    }
    free(making.keys);
}

err_t columns_make(const matrix_t *matrix, size_t features, size_t threads, columns_t *ret_columns,
                   fault_t *fault)
{
    err_t err = check(matrix, fault);
    if (err != ERR_OK) {
        return err;
    }
    *ret_columns =
        (columns_t){.matrix = matrix, .columns = mem_array(matrix->columns, sizeof(column_t))};
    make_all(ret_columns, order_pays(matrix, features), threads);
    return ERR_OK;
}

void columns_release(columns_t *columns)
{
    for (size_t j = 0; columns->columns && j < columns->matrix->columns; j++) {
        free(columns->columns[j].levels);
        free(columns->columns[j].codes);
        free(columns->columns[j].values);
        free(columns->columns[j].order);
    }
    free(columns->columns);
    *columns = (columns_t){0};
}
