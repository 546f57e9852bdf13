// SPDX-License-Identifier: MPL-2.0
// The numbers a model sees: all columns that a recipe makes of the requested features, which stand
// in the order of the request while it does.
#pragma once

#include <stddef.h>

#include "data/engine/flow.h"
#include "learn/request.h"

// One of them.
typedef struct {
    const char *name; // borrowed from the flow
    size_t node;      // of the flow
    type_t type;      // of the node
} feature_input_t;

typedef struct {
    const frame_t *frame;     // borrowed
    const flow_t *flow;       // borrowed
    const request_t *request; // borrowed
    feature_input_t *inputs;  // in the order of the flow's columns
    size_t count;
} features_t;

// The inputs of a model. `flow` is that of the prepared recipe, fitted on the training rows. The
// caller releases *ret_features. Errors: COLUMN_TYPE for a column that is no number after the
// recipe, HYPERPARAMETER when the recipe drops every feature; UNSUPPORTED for encoded dates whose
// cells are not written as YYYY-MM-DD or the like, which pandas would not tell apart as we do; IO,
// CORRUPT.
err_t features_new(const frame_t *frame, const flow_t *flow, const request_t *request,
                   features_t *ret_features, fault_t *fault);

// A column of the table, as its description has it. Borrowed.
const char *features_raw_name(const features_t *features, size_t column);
type_t features_raw_type(const features_t *features, size_t column);

void features_release(features_t *features);
