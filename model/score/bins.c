// SPDX-License-Identifier: MPL-2.0
#include "model/score/bins.h"

#include <math.h>

static size_t calibration_bin(double probability)
{
    size_t bin = 0;
    while (bin < CALIBRATION_BINS - 1 &&
           (double)(bin + 1) * (1.0 / CALIBRATION_BINS) < probability) {
        bin++;
    }
    return bin;
}

void bins_calibration(const double *probabilities, size_t stride, const int32_t *truth,
                      int32_t positive, size_t rows, calibration_t *ret_calibration)
{
    calibration_t all = {0};
    for (size_t i = 0; i < rows; i++) {
        size_t bin = calibration_bin(probabilities[i * stride]);
        all.said[bin] += probabilities[i * stride];
        all.seen[bin] += truth[i] == positive;
        all.rows[bin]++;
    }
    *ret_calibration = (calibration_t){0};
    for (size_t bin = 0; bin < CALIBRATION_BINS; bin++) {
        if (all.rows[bin] > 0) {
            size_t at = ret_calibration->count++;
            ret_calibration->said[at] = all.said[bin] / (double)all.rows[bin];
            ret_calibration->seen[at] = all.seen[bin] / (double)all.rows[bin];
            ret_calibration->rows[at] = all.rows[bin];
        }
    }
}

void bins_histogram(const double *values, size_t count, histogram_t *ret_histogram)
{
    double least = values[0];
    double most = values[0];
    for (size_t i = 1; i < count; i++) {
        least = fmin(least, values[i]);
        most = fmax(most, values[i]);
    }
    if (least == most) {
        least -= 0.5;
        most += 0.5;
    }
    *ret_histogram = (histogram_t){0};
    double width = (most - least) / HISTOGRAM_BINS;
    for (size_t i = 0; i < HISTOGRAM_BINS; i++) {
        ret_histogram->edges[i] = least + (double)i * width;
    }
    ret_histogram->edges[HISTOGRAM_BINS] = most;
    for (size_t i = 0; i < count; i++) {
        size_t bin = 0;
        while (bin < HISTOGRAM_BINS - 1 && ret_histogram->edges[bin + 1] <= values[i]) {
            bin++;
        }
        ret_histogram->rows[bin]++;
    }
}
