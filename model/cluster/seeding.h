// SPDX-License-Identifier: MPL-2.0
// Where the centers of clusters begin.
#pragma once

#include "model/core/points.h"
#include "model/core/random.h"

// Different points, each as likely as the others: clusters * columns.
void seeding_random(const points_t *points, size_t clusters, random_t *random, double *ret_centers);

// k-means++ (D. Arthur and S. Vassilvitskii, SODA 2007), greedy as scikit-learn's: a point is the
// more likely the farther it is from the centers so far, and of 2 + log(clusters) such points the
// one is taken that brings all points nearest.
void seeding_far(const points_t *points, size_t clusters, random_t *random, double *ret_centers);
