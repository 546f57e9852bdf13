// SPDX-License-Identifier: MPL-2.0
// Where the rows of a node, in ascending order of a feature, are best cut in two.
#pragma once

#include "model/tree/criterion.h"

// Values that are no further apart count as equal (scikit-learn's FEATURE_THRESHOLD).
static const float CUT_DISTANCE = 1e-7F;

typedef struct {
    const float *values; // ascending
    const uint32_t *rows;
    size_t count;
    const sample_t *samples; // by row
    size_t rows_min;         // each side has at least so many rows, 1 or more,
    double weight_min;       // and so much weight
} ordered_t;

typedef struct {
    double gain;      // comparable within a node: less impurity, more gain
    size_t left;      // so many rows go left
    double threshold; // those whose value is not above it
} cut_t;

// A cut that every other is better than.
cut_t cut_none(void);

// Replaces *best by the first of the best cuts of these rows, if that is better. `tally` is of the
// same rows; `left` is room for a number a class. The gain is computed the way scikit-learn
// computes it, so that equal cuts are equal here as there.
bool cut_improve(const tally_t *tally, const ordered_t *ordered, double *left, cut_t *best);

// By how much the cut makes all `total` weight less impure.
double cut_decrease(const tally_t *tally, double impurity, double gain, double total);
