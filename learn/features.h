// SPDX-License-Identifier: MPL-2.0
// The numbers a model sees: what a flow makes of the requested features, in their order.
#pragma once

#include <stddef.h>

#include "data/frame/frame.h"
#include "learn/request.h"
#include "learn/track.h"

typedef struct {
    const frame_t *frame;     // borrowed
    const flow_t *flow;       // borrowed
    const request_t *request; // borrowed
    track_t *inputs;          // feature by feature
    size_t count;
} features_t;

// The inputs of a model. `flow` is that of the prepared recipe, fitted on the training rows. The
// caller releases *ret_features. Errors: COLUMN_TYPE for a feature that is no number after the
// recipe, HYPERPARAMETER when the recipe drops every feature; UNSUPPORTED for encoded dates whose
// cells are not written as YYYY-MM-DD or the like, which pandas would not tell apart as we do;
// those of track_of, IO, CORRUPT.
err_t features_new(const frame_t *frame, const flow_t *flow, const request_t *request,
                   features_t *ret_features, fault_t *fault);

// A column of the table, as its description has it. Borrowed.
const char *features_raw_name(const features_t *features, size_t column);
type_t features_raw_type(const features_t *features, size_t column);

void features_release(features_t *features);
