// SPDX-License-Identifier: MPL-2.0
#include "learn/preparation.h"

#include <stdlib.h>

#include "base/mem.h"
#include "data/engine/fit.h"
#include "data/engine/flow_edit.h"
#include "learn/prepare.h"

static const double FIT_SHARE = 0.5;

// Leaves the features alone, in the order of the request: what a model does not see cannot be in
// the way of its columns' names.
static void keep_features(flow_t *flow, const request_t *request)
{
    size_t count = flow->live_count;
    live_t *features = mem_array(request->features_count, sizeof *features);
    for (size_t i = 0; i < request->features_count; i++) {
        features[i] = flow->live[request->features[i]];
    }
    flow_splice(flow, count, 0, features, request->features_count);
    flow_splice(flow, 0, count, NULL, 0);
    free(features);
}

err_t preparation_lay(const json_t *description, recipe_t *prepared, const request_t *request,
                      flow_t **ret_flow, fault_t *fault)
{
    err_t err = flow_new(description, prepared, ret_flow, fault);
    if (err == ERR_OK) {
        keep_features(*ret_flow, request);
    }
    return err;
}

static err_t make_flow(const frame_t *frame, const recipe_t *recipe, const request_t *request,
                       flow_t **ret_flow, fault_t *fault)
{
    const json_t *description = frame_description(frame);
    recipe_t prepared = {0};
    err_t err = prepare_recipe(recipe, description, request, &prepared, fault);
    err = err == ERR_OK ? preparation_lay(description, &prepared, request, ret_flow, fault) : err;
    recipe_release(&prepared);
    return err;
}

static err_t fit(flow_t *flow, const frame_t *frame, const sample_t *sample, const uint8_t *train,
                 const progress_t *progress, fault_t *fault)
{
    uint8_t *keep = mem_array((size_t)sample->total, 1);
    for (size_t i = 0; i < sample->count; i++) {
        keep[sample->numbers[i] - 1] = train[i];
    }
    row_mask_t mask = {.keep = keep, .rows = sample->total};
    fit_setup_t setup = {.frame = frame, .mask = &mask, .progress = progress};
    err_t err = fit_flow(flow, &setup, fault);
    free(keep);
    return err;
}

err_t preparation_make(const frame_t *frame, const recipe_t *recipe, const request_t *request,
                       const sample_t *sample, const uint8_t *train, const progress_t *progress,
                       preparation_t *ret_preparation, fault_t *fault)
{
    preparation_t made = {0};
    progress_t fitting = progress_part(progress, 0, FIT_SHARE);
    progress_t reading = progress_part(progress, FIT_SHARE, 1);
    err_t err = make_flow(frame, recipe, request, &made.flow, fault);
    err = err == ERR_OK ? fit(made.flow, frame, sample, train, &fitting, fault) : err;
    err = err == ERR_OK ? features_new(frame, made.flow, request, &made.features, fault) : err;
    err = err == ERR_OK ? examples_read(&made.features, sample, &reading, &made.examples, fault)
                        : err;
    if (err != ERR_OK) {
        preparation_release(&made);
        return err;
    }
    *ret_preparation = made;
    return ERR_OK;
}

void preparation_release(preparation_t *preparation)
{
    examples_release(&preparation->examples);
    features_release(&preparation->features);
    flow_destroy(&preparation->flow);
}
