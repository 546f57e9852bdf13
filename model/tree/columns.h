// SPDX-License-Identifier: MPL-2.0
// The columns that trees learn from, as trees see them: values in single precision.
#pragma once

#include "model/core/estimator.h"

enum { LEVELS_MAX = 256 };

// A column of few distinct values has levels and codes. Another one has values and order where that
// pays; otherwise each node sorts what it looks at.
typedef struct {
    float *levels; // the distinct values, ascending
    size_t levels_count;
    uint8_t *codes;  // of rows: which level
    float *values;   // of rows
    uint32_t *order; // the rows, ascending by value
} column_t;

typedef struct {
    const matrix_t *matrix; // borrowed
    column_t *columns;
} columns_t;

// A value as a tree sees it.
static inline float columns_value(const matrix_t *matrix, size_t row, size_t column)
{
    return (float)matrix->x[row * matrix->columns + column];
}

// Makes the columns for trees whose nodes look at `features` of them each. The caller releases
// them. Errors: TOO_LARGE for more rows or larger values than trees can tell apart.
err_t columns_make(const matrix_t *matrix, size_t features, size_t threads, columns_t *ret_columns,
                   fault_t *fault);

void columns_release(columns_t *columns);
