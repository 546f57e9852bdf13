// SPDX-License-Identifier: MPL-2.0
// What a column's values in order tell: moments, quantiles, the most frequent and the outermost.
#pragma once

#include "data/profile/order.h"

enum {
    SPREAD_LISTED = 10, // common values, smallest and largest
    SPREAD_BINS = 50,
    SPREAD_QUANTILES = 5,
};

extern const double SPREAD_AT[SPREAD_QUANTILES]; // 0.05, 0.25, 0.5, 0.75, 0.95

typedef struct {
    size_t count;
    size_t distinct;
    size_t single; // values that occur once
    double mean;
    double variance;   // over count - 1; NaN below two values
    double population; // variance over count
    double skewness;   // adjusted Fisher-Pearson G1, as pandas' skew(); NaN below three values
    double kurtosis;   // excess, adjusted G2, as pandas' kurt(); NaN below four values
    double mad;        // median absolute deviation from the median, not scaled
    double quantiles[SPREAD_QUANTILES]; // "linear", as numpy's default
    run_t common[SPREAD_LISTED];        // by count, then by value
    run_t smallest[SPREAD_LISTED];      // ascending
    run_t largest[SPREAD_LISTED];       // descending
    size_t common_count;
    size_t outer_count; // of smallest and of largest
    double edges[SPREAD_BINS + 1];
    int64_t bins[SPREAD_BINS]; // numpy's rule: [edge, next edge), the last one closed
    bool binned;               // false when the range is not finite
} spread_t;

// Describes the values of an order; `sum` is theirs, in two parts. Errors: IO.
err_t spread_make(const order_t *order, key_code_t code, const double sum[2], spread_t *ret_spread,
                  fault_t *fault);
