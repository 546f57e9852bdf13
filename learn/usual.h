// SPDX-License-Identifier: MPL-2.0
// A training that only names its target: which columns are features, and what is done to them.
#pragma once

#include <jansson.h>
#include <stdbool.h>

enum {
    USUAL_ONE_HOT = 20, // a column of texts with more distinct values is labelled,
    USUAL_LABEL = 1000, // with more than these it is no feature
};

// What a model can learn from a table's columns beside the target: {"features": [names], "recipe":
// [steps], "left_out": [{"name", "reason"}]}. Numbers get their median where they are missing and,
// with `scale`, one scale; texts their most frequent value, then a column for each value, or
// labels. Only steps that a model carries. A new reference.
json_t *usual_training(const json_t *description, const char *target, bool scale);
