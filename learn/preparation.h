// SPDX-License-Identifier: MPL-2.0
// The part of a recipe that prepares a model's features, fitted on some of the rows, and all rows
// as it makes them. A model must not know of the rows that it is judged by, so each training of a
// cross-validation has a preparation of its own.
#pragma once

#include "data/engine/flow.h"
#include "learn/examples.h"

typedef struct {
    flow_t *flow;
    features_t features;
    examples_t examples;
} preparation_t;

// Fits the recipe's part for the features on those rows of the sample whose byte in `train` is set.
// All else is borrowed. The caller releases *ret_preparation.
//
// Errors: those of prepare_recipe, fit_flow, features_new, examples_read.
err_t preparation_make(const frame_t *frame, const recipe_t *recipe, const request_t *request,
                       const sample_t *sample, const uint8_t *train, const progress_t *progress,
                       preparation_t *ret_preparation, fault_t *fault);

// The flow of a recipe that prepare_recipe made, over a table with this description, which is
// borrowed: the features alone, in the order of the request; not fitted. Takes over the recipe. The
// caller destroys *ret_flow. Errors: those of flow_new.
err_t preparation_lay(const json_t *description, recipe_t *prepared, const request_t *request,
                      flow_t **ret_flow, fault_t *fault);

void preparation_release(preparation_t *preparation);
