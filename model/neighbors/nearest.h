// SPDX-License-Identifier: MPL-2.0
// Which of many points are nearest to others: all distances are looked at.
#pragma once

#include "model/core/points.h"

typedef struct {
    double square; // of the distance
    size_t row;
} neighbor_t;

// The `count` nearest points of each row of a matrix, nearest first, of equally near ones the first
// in the order of rows: matrix rows * count. `count` is at most the number of points.
void nearest(const points_t *points, const matrix_t *matrix, size_t count, neighbor_t *ret);
