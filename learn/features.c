// SPDX-License-Identifier: MPL-2.0
#include "learn/features.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/engine/origin.h"
#include "data/value/date.h"

// Fills `fault` for a feature that is no number.
static err_t no_number(const track_t *input, fault_t *fault)
{
    const char *what = type_in(input->type, TYPES_WORDS) ? "text" : "a date";
    fault_set(fault, ERR_COLUMN_TYPE, "add an encode step for it, or take it out of the features",
              "feature '%s' is %s; a model needs numbers", input->name, what);
    fault_at(fault, 0, 0, input->name);
    return ERR_COLUMN_TYPE;
}

static err_t check_numbers(const features_t *features, fault_t *fault)
{
    if (features->count == 0) {
        return fault_set(fault, ERR_HYPERPARAMETER, "keep at least one feature",
                         "'features': the recipe drops all of them");
    }
    for (size_t i = 0; i < features->count; i++) {
        const track_t *input = &features->inputs[i];
        if (type_in(input->type, TYPES_WORDS | TYPES_TIME)) {
            return no_number(input, fault);
        }
    }
    return ERR_OK;
}

// --- Dates -------------------------------------------------------------------------------------

// Whether a cell stands in the file as we would write it: the texts are what pandas tells apart.
static bool is_plain(type_t type, int64_t value, text_t text)
{
    char written[DATETIME_TEXT_SIZE];
    size_t size =
        type == TYPE_DATE ? date_format_iso(value, written) : datetime_format_iso(value, written);
    return size == text.size && memcmp(written, text.bytes, size) == 0;
}

static err_t check_stripe(stripe_t *stripe, const frame_t *frame, size_t index, size_t column,
                          fault_t *fault)
{
    err_t err = stripe_load(stripe, index, &column, 1, fault);
    if (err != ERR_OK) {
        return err;
    }
    const vector_t *cells = stripe_vector(stripe, column);
    const text_t *texts = stripe_texts(stripe, column);
    for (size_t i = 0; i < cells->count; i++) {
        if (vector_is_valid(cells, i) && !is_plain(cells->type, cells->integers[i], texts[i])) {
            fault_set(fault, ERR_UNSUPPORTED,
                      "run the recipe over the table first, and train on the result",
                      "the dates of feature '%s' are not all written as %s; a model cannot encode "
                      "them",
                      frame_name(frame, column),
                      cells->type == TYPE_DATE ? "YYYY-MM-DD" : "YYYY-MM-DDTHH:MM:SSZ");
            fault_at(fault, 0, 0, frame_name(frame, column));
            return ERR_UNSUPPORTED;
        }
    }
    return ERR_OK;
}

static err_t check_dates(const features_t *features, fault_t *fault)
{
    const frame_t *frame = features->frame;
    stripe_t *stripe = stripe_new(frame);
    err_t err = ERR_OK;
    for (size_t i = 0; i < features->count && err == ERR_OK; i++) {
        size_t column = features->inputs[i].source;
        bool again = i > 0 && features->inputs[i - 1].source == column;
        if (again || !type_in(frame_type(frame, column), TYPES_TIME)) {
            continue;
        }
        for (size_t s = 0; s < frame_stripes(frame) && err == ERR_OK; s++) {
            err = check_stripe(stripe, frame, s, column, fault);
        }
    }
    stripe_destroy(&stripe);
    return err;
}

// --- Inputs ------------------------------------------------------------------------------------

// Adds what has become of one feature.
static err_t add_feature(features_t *features, const size_t *sources, size_t column, fault_t *fault)
{
    for (size_t i = 0; i < features->flow->live_count; i++) {
        if (sources[i] != column) {
            continue;
        }
        err_t err = track_of(features->flow, &features->flow->live[i],
                             &features->inputs[features->count], fault);
        if (err != ERR_OK) {
            return err;
        }
        features->count++;
    }
    return ERR_OK;
}

err_t features_new(const frame_t *frame, const flow_t *flow, const request_t *request,
                   features_t *ret_features, fault_t *fault)
{
    features_t features = {.frame = frame, .flow = flow, .request = request};
    features.inputs = mem_array(flow->live_count, sizeof *features.inputs);
    size_t *sources = mem_array(flow->live_count, sizeof *sources);
    err_t err = ERR_OK;
    for (size_t i = 0; i < flow->live_count; i++) {
        sources[i] = (size_t)origin_of(flow, flow->live[i].node).column;
    }
    for (size_t f = 0; f < request->features_count && err == ERR_OK; f++) {
        err = add_feature(&features, sources, request->features[f], fault);
    }
    free(sources);
    err = err == ERR_OK ? check_numbers(&features, fault) : err;
    err = err == ERR_OK ? check_dates(&features, fault) : err;
    if (err != ERR_OK) {
        features_release(&features);
        return err;
    }
    *ret_features = features;
    return ERR_OK;
}

const char *features_raw_name(const features_t *features, size_t column)
{
    return frame_name(features->frame, column);
}

type_t features_raw_type(const features_t *features, size_t column)
{
    return frame_type(features->frame, column);
}

void features_release(features_t *features)
{
    for (size_t i = 0; i < features->count; i++) {
        track_release(&features->inputs[i]);
    }
    free(features->inputs);
    *features = (features_t){0};
}
