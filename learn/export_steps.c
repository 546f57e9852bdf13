// SPDX-License-Identifier: MPL-2.0
#include "learn/export_steps.h"

#include <stdlib.h>

#include "learn/export_codes.h"
#include "learn/export_scales.h"
#include "learn/parts.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

static void write_fill_value(buf_t *out, const call_t *call, bool constant)
{
    if (!chain_is_text(call->inputs[0].type)) {
        if (constant) {
            state_float(out, "fill_value", call->params->value);
        }
        state_doubles(out, "statistics_", &call->params->value, 1);
        return;
    }
    char *text = part_fill_text(call);
    if (constant) {
        state_text(out, "fill_value", text);
    }
    pickle_text(out, "statistics_");
    pickle_objects(out);
    pickle_text(out, text);
    pickle_objects_end(out);
    free(text);
}

static void write_fill(chain_t *chain, const call_t *call, part_t part)
{
    static const char *const strategies[] = {[PART_MEAN] = "mean",
                                             [PART_MEDIAN] = "median",
                                             [PART_MODE] = "most_frequent",
                                             [PART_CONSTANT] = "constant"};
    buf_t *out = chain->out;
    const char *dtype = chain_is_text(call->inputs[0].type) ? "O" : "<f8";
    chain_begin(chain, "sklearn.impute", "SimpleImputer");
    state_text(out, "strategy", strategies[part]);
    write_fill_value(out, call, part == PART_CONSTANT);
    pickle_text(out, "_fit_dtype");
    pickle_dtype(out, dtype);
    pickle_text(out, "_fill_dtype");
    pickle_dtype(out, dtype);
    state_none(out, "indicator_");
    chain_end(chain);
    chain->filled = true;
}

static void write_call(chain_t *chain, const call_t *call)
{
    part_t part = part_of(call);
    switch (part) {
    case PART_MEAN:
    case PART_MEDIAN:
    case PART_MODE:
    case PART_CONSTANT:
        if (!chain->filled) {
            write_fill(chain, call, part);
        }
        break;
    case PART_LABEL:
        export_label(chain, call);
        break;
    case PART_ONE_HOT:
        export_one_hot(chain, call);
        break;
    case PART_FREQUENCY:
        export_frequency(chain, call);
        break;
    case PART_INDICATOR:
        export_indicator(chain);
        break;
    default:
        export_scale(chain, call, part);
        break;
    }
}

// What goes before the first step of a column of the table.
static void write_start(chain_t *chain, const track_t *track, type_t type)
{
    part_t first = track->calls_count > 0 ? part_of(track->calls[0]) : PART_NONE;
    bool casts = first == PART_MODE || first == PART_CONSTANT || first == PART_LABEL ||
                 first == PART_ONE_HOT || first == PART_FREQUENCY;
    if (chain_is_text(type)) {
        return;
    }
    if (type == TYPE_BOOLEAN || casts) {
        chain_cast(chain);
    } else if (track->calls_count == 0) {
        chain_begin(chain, "sklearn.preprocessing", "FunctionTransformer");
        chain_end(chain);
    }
}

void branch_write(buf_t *out, const branch_t *branch, int64_t samples)
{
    const track_t *track = branch_track(branch, 0);
    int64_t column = plan_column(branch->features, track);
    chain_t chain = {
        .out = out, .branch = branch, .table = column != FLOW_NONE, .samples = samples};
    pickle_global(out, "sklearn.pipeline", "Pipeline");
    pickle_tuple(out);
    pickle_list(out);
    if (chain.table) {
        chain.name = features_raw_name(branch->features, (size_t)column);
        write_start(&chain, track, features_raw_type(branch->features, (size_t)column));
    }
    for (size_t i = 0; i < track->calls_count; i++) {
        write_call(&chain, track->calls[i]);
    }
    pickle_list_end(out);
    pickle_tuple_end(out);
    pickle_call(out);
}
