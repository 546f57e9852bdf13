// SPDX-License-Identifier: MPL-2.0
// Points, and which of them are nearest to others: all distances are looked at.
#pragma once

#include "model/core/estimator.h"

// In blocks of POINTS_BLOCK points, column by column within each, so that a block's distances to a
// point are found side by side.
typedef struct {
    size_t rows;
    size_t columns;
    double *cells;
} points_t;

enum { POINTS_BLOCK = 64 };

typedef struct {
    double square; // of the distance
    size_t row;
} neighbor_t;

points_t points_new(const matrix_t *matrix);

// The points row by row; the caller frees.
double *points_rows(const points_t *points);

// The `count` nearest points of each row of a matrix, nearest first, of equally near ones the first
// in the order of rows: matrix rows * count. `count` is at most the number of points. Distances are
// sums of squared differences, column after column, as those of scikit-learn's KDTree.
void points_nearest(const points_t *points, const matrix_t *matrix, size_t count, neighbor_t *ret);

void points_release(points_t *points);
