// SPDX-License-Identifier: MPL-2.0
// Lloyd's algorithm: rows go to their nearest center, centers to the middle of their rows, and
// again (S. Lloyd, Least squares quantization in PCM, IEEE Transactions on Information Theory 28,
// 1982).
#pragma once

#include "model/core/points.h"

typedef struct {
    size_t clusters;
    double *centers; // clusters * columns
    int32_t *labels; // of the points
    double inertia;  // the weighted sum of squared distances to the own center
    int64_t iterations;
} clustering_t;

typedef struct {
    const points_t *points;
    const double *weights; // of the points; NULL: 1 each
    double tol;            // it ends when the squared steps of all centers sum to less
    int64_t max_iter;
    size_t threads;
    const progress_t *progress;
} lloyd_t;

clustering_t clustering_new(size_t rows, size_t columns, size_t clusters);
void clustering_release(clustering_t *clustering);

// Moves the centers, which are given, until nothing changes. A center without rows goes to the row
// that is farthest from its own. Blocks of rows are summed in their order, so that the threads
// change nothing. Errors: CANCELLED.
err_t lloyd(const lloyd_t *lloyd, clustering_t *clustering, fault_t *fault);

// The nearest of the centers for the POINTS_BLOCK points from row `begin`, the first of equally
// near ones, and the squared distances to them. Behind the last point the numbers mean nothing.
void lloyd_nearest(const points_t *points, const double *centers, size_t clusters, size_t begin,
                   int32_t *ret_labels, double *ret_squares);
