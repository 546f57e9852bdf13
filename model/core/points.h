// SPDX-License-Identifier: MPL-2.0
// Points that distances are measured from: in blocks of POINTS_BLOCK, column by column within each,
// so that a block's distances to another point are found side by side.
#pragma once

#include "model/core/estimator.h"

typedef struct {
    size_t rows;
    size_t columns;
    double *cells;
} points_t;

enum { POINTS_BLOCK = 64 };

// A copy of the rows.
points_t points_new(const matrix_t *matrix);

// The points row by row; the caller frees.
double *points_rows(const points_t *points);

// One point.
void points_row(const points_t *points, size_t row, double *ret);

// The squared distances of the POINTS_BLOCK points from row `begin`, a multiple of that, to another
// point; behind the last point the numbers mean nothing. They are sums of squared differences,
// column after column, as those of scikit-learn's KDTree.
void points_measure(const points_t *points, size_t begin, const double *row, double *ret);

void points_release(points_t *points);
