// SPDX-License-Identifier: MPL-2.0
// Partial dependence: what a model says on average when one feature is set to a value in every row
// (J. H. Friedman, 2001; sklearn.inspection.partial_dependence with method='brute').
#pragma once

#include <jansson.h>

#include "learn/portion.h"
#include "learn/remake.h"

enum {
    DEPENDENCE_POINTS = 20,
    DEPENDENCE_LINES_MAX = 10, // classes with a line: the first ones
};

// Sets a feature, a column of numbers, to each value of a grid: 20 values in equal steps between
// the 5th and the 95th percentile of the rows' cells (mquantiles of scipy), or the different values
// when there are fewer; whole numbers in a column of integers. `rows` are those that are asked,
// `remake` has them as they are in the table; missing cells do not count for the grid. The rows are
// prepared again with each value, by steps that take several columns too.
//
// Makes {"name", "x": [...], "lines": [{"label", "y": [...]}]}: means of predictions, or with
// classes of probabilities (shares of the rows where the estimator has none), of the positive class
// or of each; a label is that of the class, and there is none for numbers. NULL when the cells
// cannot be set: no two values, or one that a step does not know or makes no number of. A new
// reference.
json_t *dependence_measure(remake_t *remake, const labels_t *labels, const model_t *model,
                           const portion_t *rows, size_t feature);
