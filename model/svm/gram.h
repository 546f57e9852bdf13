// SPDX-License-Identifier: MPL-2.0
// The kernel's values between the rows of a problem, computed by the column when they are needed.
//
// Rows lie in tiles of GRAM_ROWS, column by column within each, so that a row is compared with a
// tile in registers. A value is a float, the same one whichever of its two rows is asked for.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/core/estimator.h"
#include "model/svm/kernel.h"
#include "model/svm/lanes.h"

enum { GRAM_ROWS = 32 };

typedef struct {
    kernel_t kernel;
    size_t count;
    size_t padded; // whole tiles of rows; behind the last row there are zeros
    size_t columns;
    lanes_t *cells;
    double *own; // padded: of each row with itself
} gram_t;

// Rows behind each other that a sum weighs: their numbers row by row.
typedef struct {
    size_t count;
    double *x;
    double *factors;
} gram_terms_t;

// `count` up to a multiple of GRAM_ROWS.
size_t gram_padded(size_t count);

// A copy of the `count` rows of the matrix that `rows` names. Errors: MEMORY.
err_t gram_new(const kernel_t *kernel, const matrix_t *matrix, const uint32_t *rows, size_t count,
               gram_t *ret_gram, fault_t *fault);
void gram_release(gram_t *gram);

// The kernel of a row with the rows from `begin` to `end`, both multiples of GRAM_ROWS.
void gram_column(const gram_t *gram, size_t row, size_t begin, size_t end, float *ret);

// The rows that have a factor other than 0.
gram_terms_t gram_terms(const gram_t *gram, const double *factors);
void gram_terms_release(gram_terms_t *terms);

// Of each row from `begin` to `end`, both multiples of GRAM_ROWS, the sum over terms of factor *
// kernel, by so many threads; ret[0] is that of row `begin`.
void gram_sums(const gram_t *gram, const gram_terms_t *terms, size_t begin, size_t end,
               size_t threads, double *ret);

// Puts the first `count` rows in another order: order[i] is the place that the i-th row had.
void gram_reorder(gram_t *gram, const uint32_t *order, size_t count);
