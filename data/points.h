// SPDX-License-Identifier: MPL-2.0
// Statistics of sorted numbers with weights.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "data/value/levels.h"
#include "data/value/moments.h"
#include "data/values.h"

typedef struct {
    const double *values;   // ascending; borrowed
    const int64_t *weights; // NULL: every weight is 1; borrowed
    size_t count;
    int64_t total; // of the weights
} points_t;

// The sorted values, each with weight 1.
points_t points_of_values(const values_t *sorted);

// Quantile `q` (0 to 1), "linear" as numpy's; total is above 0.
double points_quantile(const points_t *points, double q);

// The most frequent value, the smallest of several; total is above 0.
double points_mode(const points_t *points);

moments_t points_moments(const points_t *points);
