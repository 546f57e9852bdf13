// SPDX-License-Identifier: MPL-2.0
// Rows in bins of equal width.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    CALIBRATION_BINS = 10,
    HISTOGRAM_BINS = 24,
};

// What was said of the rows of each bin that has some, and what was true.
typedef struct {
    double said[CALIBRATION_BINS]; // mean probability
    double seen[CALIBRATION_BINS]; // share of positives
    int64_t rows[CALIBRATION_BINS];
    size_t count;
} calibration_t;

// Rows by the probability of one class; a row is positive when `truth` is that class. `stride` is
// how far a row's probability is from the next one's. Bins are those of
// sklearn.calibration.calibration_curve with strategy='uniform' and ten bins.
void bins_calibration(const double *probabilities, size_t stride, const int32_t *truth,
                      int32_t positive, size_t rows, calibration_t *ret_calibration);

// How many values lie between edges of the same distance, from the least value to the greatest one
// (which is in the last bin), as numpy.histogram has them.
typedef struct {
    double edges[HISTOGRAM_BINS + 1];
    int64_t rows[HISTOGRAM_BINS];
} histogram_t;

// Of at least one finite value. Where all are the same, the bins are 1 wide in all.
void bins_histogram(const double *values, size_t count, histogram_t *ret_histogram);
