// SPDX-License-Identifier: MPL-2.0
// A square, symmetric matrix of figures between columns.
#pragma once

#include "data/profile/facts.h"

typedef struct {
    facts_t **columns;
    size_t count;
    double *cells; // count x count; NaN: not defined
} matrix_t;

// A matrix between some columns of a study, its diagonal 1 and the rest NaN. `columns` is copied.
matrix_t matrix_new(facts_t *const *columns, size_t count);

static inline double matrix_at(const matrix_t *matrix, size_t i, size_t j)
{
    return matrix->cells[i * matrix->count + j];
}

void matrix_set(matrix_t *matrix, size_t i, size_t j, double value);

// How many pairs of different columns there are, and the pair with a number below that.
size_t matrix_pairs(size_t count);
void matrix_pair(size_t count, size_t pair, size_t *ret_i, size_t *ret_j);

// {"columns": [...], "matrix": [[...], ...]}. A new reference.
json_t *matrix_json(const matrix_t *matrix);

void matrix_release(matrix_t *matrix);
