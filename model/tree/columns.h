// SPDX-License-Identifier: MPL-2.0
// The rows that trees learn from, as trees see them: values in single precision.
#pragma once

#include "model/core/estimator.h"

typedef struct {
    const matrix_t *matrix; // borrowed
    // By column; NULL when it would not pay: each node that is split then sorts what it looks at.
    float *values;
    uint32_t *order; // the rows, ascending by value
} columns_t;

// A value as a tree sees it.
static inline float columns_value(const matrix_t *matrix, size_t row, size_t column)
{
    return (float)matrix->x[row * matrix->columns + column];
}

// Whether rows that are put in order once, and kept in order all the way down, cost less than
// sorting at each node: they do when a node looks at a good part of all columns.
bool columns_pay(const matrix_t *matrix, size_t features);

// `sorted`: with values and order. The caller releases the columns. Errors: TOO_LARGE for more rows
// or values than trees can tell apart.
err_t columns_make(const matrix_t *matrix, bool sorted, size_t threads, columns_t *ret_columns,
                   fault_t *fault);

void columns_release(columns_t *columns);
