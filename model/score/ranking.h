// SPDX-License-Identifier: MPL-2.0
// Rows in the order of what was said of them: what curves and areas are made of.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// How many positives and negatives there are at or above a threshold.
typedef struct {
    double threshold;
    int64_t positives;
    int64_t negatives;
} cut_t;

// One cut for each distinct value, from the highest down.
typedef struct {
    cut_t *items;
    size_t count;
    int64_t positives; // all
    int64_t negatives;
} ranking_t;

// Of the rows' values of one class; a row is positive when `truth` is that class. `stride` is how
// far a row's value is from the next one's. The caller releases it.
ranking_t ranking_make(const double *values, size_t stride, const int32_t *truth, int32_t positive,
                       size_t rows);

// The area under the ROC curve (trapezoids), and the average precision. NAN when there are only
// positives or only negatives (no positives).
double ranking_roc_auc(const ranking_t *ranking);
double ranking_average_precision(const ranking_t *ranking);

void ranking_release(ranking_t *ranking);
