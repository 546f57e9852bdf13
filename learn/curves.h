// SPDX-License-Identifier: MPL-2.0
// What a report draws of answers whose truth is known: curves of classes, residuals of numbers.
#pragma once

#include <jansson.h>

#include "learn/portion.h"

// The probabilities that a classifier gives, row by row. The caller frees them.
double *curves_probabilities(const portion_t *rows, const model_t *model);

// Of such probabilities: [{"label", "rows", "roc": {"area", "x", "y"},
// "precision_recall": {"area", "x", "y"}, "calibration": {"said", "seen", "rows"}}], of the
// positive class of two, else of each, against the rest; at most `most` classes, those with the
// most rows first, and none that has all rows or no row. Areas are roc_auc and average precision of
// all rows, whatever the curve is thinned to. A new reference.
json_t *curves_of_classes(const portion_t *rows, const labels_t *labels,
                          const double *probabilities, size_t most);

// The same rows by tenths, the most probable of the positive class first: {"label", "gain",
// "lift"}, each of them 10 numbers. NULL when there are not two classes, or one of them has no row.
json_t *curves_of_gain(const portion_t *rows, const labels_t *labels, const double *probabilities);

// Of a regressor: {"truth", "predicted", "histogram": {"edges", "rows"}, "mean", "sd"}. Residuals
// are truth less prediction; the pairs are of at most `most` rows, drawn by the seed. A new
// reference.
json_t *curves_of_numbers(const portion_t *rows, const model_t *model, size_t most, uint64_t seed);
