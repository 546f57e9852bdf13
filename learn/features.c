// SPDX-License-Identifier: MPL-2.0
#include "learn/features.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/engine/origin.h"
#include "data/value/date.h"
#include "learn/parts.h"

// Fills `fault` for a feature that is no number.
static err_t no_number(const feature_input_t *input, fault_t *fault)
{
    const char *what = type_in(input->type, TYPES_WORDS) ? "text" : "a date";
    fault_set(fault, ERR_COLUMN_TYPE,
              "add an encode step for it, drop it by a step, or take it out of the features",
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
        const feature_input_t *input = &features->inputs[i];
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

static err_t check_column(const frame_t *frame, size_t column, fault_t *fault)
{
    stripe_t *stripe = stripe_new(frame);
    err_t err = ERR_OK;
    for (size_t s = 0; s < frame_stripes(frame) && err == ERR_OK; s++) {
        err = check_stripe(stripe, frame, s, column, fault);
    }
    stripe_destroy(&stripe);
    return err;
}

// Whether a call tells the values of dates apart.
static bool encodes_dates(const call_t *call)
{
    part_t part = part_of(call);
    return (part == PART_LABEL || part == PART_ONE_HOT || part == PART_FREQUENCY) &&
           type_in(call->inputs[0].type, TYPES_TIME);
}

static err_t check_dates(const features_t *features, fault_t *fault)
{
    const flow_t *flow = features->flow;
    err_t err = ERR_OK;
    for (size_t i = 0; i < flow->spots_count && err == ERR_OK; i++) {
        const spot_t *spot = flow->spots[i];
        if (encodes_dates(&spot->call)) {
            int64_t column = origin_of(flow, spot->inputs[0]).column;
            bool dates = column != FLOW_NONE &&
                         type_in(frame_type(features->frame, (size_t)column), TYPES_TIME);
            err = dates ? check_column(features->frame, (size_t)column, fault) : ERR_OK;
        }
    }
    return err;
}

err_t features_new(const frame_t *frame, const flow_t *flow, const request_t *request,
                   features_t *ret_features, fault_t *fault)
{
    features_t features = {.frame = frame, .flow = flow, .request = request};
    features.inputs = mem_array(flow->live_count, sizeof *features.inputs);
    for (; features.count < flow->live_count; features.count++) {
        const live_t *live = &flow->live[features.count];
        features.inputs[features.count] = (feature_input_t){
            .name = live->name, .node = live->node, .type = flow->nodes[live->node].type};
    }
    err_t err = check_numbers(&features, fault);
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
    free(features->inputs);
    *features = (features_t){0};
}
