// SPDX-License-Identifier: MPL-2.0
#include "model/tree/columns.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "model/tree/float_sort.h"

enum {
    COLUMNS_PER_FEATURE = 10, // so many sorted columns cost as much as sorting one
};

bool columns_pay(const matrix_t *matrix, size_t features)
{
    return matrix->columns <= features * COLUMNS_PER_FEATURE;
}

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

typedef struct {
    const columns_t *columns;
    uint64_t **keys; // by slot: twice as many as rows
} sort_t;

static err_t sort_column(void *context, size_t slot, size_t column, fault_t *fault)
{
    (void)fault;
    const sort_t *sort = context;
    const matrix_t *matrix = sort->columns->matrix;
    float *values = sort->columns->values + column * matrix->rows;
    uint32_t *order = sort->columns->order + column * matrix->rows;
    uint64_t *keys = sort->keys[slot];
    for (size_t i = 0; i < matrix->rows; i++) {
        values[i] = columns_value(matrix, i, column);
        keys[i] = float_key(values[i], (uint32_t)i);
    }
    float_sort(keys, matrix->rows, keys + matrix->rows);
    for (size_t i = 0; i < matrix->rows; i++) {
        order[i] = (uint32_t)keys[i];
    }
    return ERR_OK;
}

static void sort_columns(const columns_t *columns, size_t threads)
{
    sort_t sort = {.columns = columns, .keys = mem_array(threads, sizeof *sort.keys)};
    for (size_t i = 0; i < threads; i++) {
        sort.keys[i] = mem_array(2 * columns->matrix->rows, sizeof **sort.keys);
    }
    parallel_run(&(parallel_t){.context = &sort,
                               .threads = threads,
                               .slots = threads,
                               .count = columns->matrix->columns,
                               .work = sort_column},
                 NULL);
    for (size_t i = 0; i < threads; i++) {
        free(sort.keys[i]);
    }
    free(sort.keys);
}

err_t columns_make(const matrix_t *matrix, bool sorted, size_t threads, columns_t *ret_columns,
                   fault_t *fault)
{
    err_t err = check(matrix, fault);
    if (err != ERR_OK) {
        return err;
    }
    *ret_columns = (columns_t){.matrix = matrix};
    if (sorted) {
        size_t cells = matrix->rows * matrix->columns;
        ret_columns->values = mem_array(cells, sizeof *ret_columns->values);
        ret_columns->order = mem_array(cells, sizeof *ret_columns->order);
        sort_columns(ret_columns, threads);
    }
    return ERR_OK;
}

void columns_release(columns_t *columns)
{
    free(columns->values);
    free(columns->order);
    *columns = (columns_t){0};
}
