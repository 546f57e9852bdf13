// SPDX-License-Identifier: MPL-2.0
#include "learn/export_codes.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/step/codes.h"
#include "learn/export_scales.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

// Pushes the chosen levels as an array; `nan` adds NaN behind them.
static void write_categories(buf_t *out, const call_t *call, const size_t *levels, size_t count,
                             bool nan)
{
    type_t type = call->inputs[0].type;
    if (!chain_is_text(type)) {
        double *numbers = mem_array(count + 1, sizeof *numbers);
        for (size_t i = 0; i < count; i++) {
            numbers[i] = levels_number(call->params->levels, levels[i]);
        }
        numbers[count] = NAN;
        pickle_doubles(out, numbers, count + nan, 0);
        free(numbers);
        return;
    }
    pickle_objects(out);
    for (size_t i = 0; i < count; i++) {
        char *text = codes_level_text(call->params, type, levels[i]);
        pickle_text(out, text);
        free(text);
    }
    if (nan) {
        pickle_float(out, NAN);
    }
    pickle_objects_end(out);
}

// The places of the levels in the order of their values, in which encoders of numbers want them.
static size_t *sorted_levels(const call_t *call)
{
    const levels_t *levels = call->params->levels;
    size_t count = levels_count(levels);
    size_t *places = mem_array(count, sizeof *places);
    for (size_t i = 0; i < count; i++) {
        size_t at = i; // the list is short where it is not sorted: a person wrote it
        while (at > 0 && call->params->is_number &&
               levels_number(levels, places[at - 1]) > levels_number(levels, i)) {
            places[at] = places[at - 1];
            at--;
        }
        places[at] = i;
    }
    return places;
}

// An OrdinalEncoder of the levels at these places. Missing stays missing: NaN is the last category,
// and comes out as NaN again.
static void write_ordinal(chain_t *chain, const call_t *call, const size_t *levels, bool strict)
{
    buf_t *out = chain->out;
    size_t count = levels_count(call->params->levels);
    chain_begin(chain, "sklearn.preprocessing", "OrdinalEncoder");
    if (!strict) {
        state_text(out, "handle_unknown", "use_encoded_value");
        state_integer(out, "unknown_value", CODES_UNKNOWN);
    }
    pickle_text(out, "categories_");
    pickle_list(out);
    write_categories(out, call, levels, count, !chain->filled);
    pickle_list_end(out);
    pickle_text(out, "_missing_indices");
    pickle_dict(out);
    if (!chain->filled) {
        pickle_integer(out, 0);
        pickle_integer(out, (int64_t)count);
    }
    pickle_dict_end(out);
    state_bool(out, "_infrequent_enabled", false);
    chain_end(chain);
}

void export_label(chain_t *chain, const call_t *call)
{
    bool ordered = step_json(call->step, "order") != NULL;
    size_t count = levels_count(call->params->levels);
    size_t *levels = sorted_levels(call);
    double *codes = mem_array(count + 1, sizeof *codes);
    codes[0] = CODES_UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        codes[i + 1] = (double)levels[i];
    }
    write_ordinal(chain, call, levels, ordered && !step_chose(call->step, "unknown", "code"));
    if (ordered && call->params->is_number) {
        chain_lookup(chain, codes, count + 1);
    }
    free(levels);
    free(codes);
}

void export_frequency(chain_t *chain, const call_t *call)
{
    size_t count = levels_count(call->params->levels);
    size_t *levels = sorted_levels(call);
    double *values = mem_array(count + 1, sizeof *values); // an unknown one is never there
    for (size_t i = 0; i < count; i++) {
        values[i + 1] = call->params->values[levels[i]];
    }
    write_ordinal(chain, call, levels, false);
    chain_lookup(chain, values, count + 1);
    free(levels);
    free(values);
}

void export_indicator(chain_t *chain)
{
    const int32_t first = 0;
    chain_begin(chain, "sklearn.impute", "MissingIndicator");
    state_text(chain->out, "features", "all");
    pickle_text(chain->out, "features_");
    pickle_int32s(chain->out, &first, 1);
    state_integer(chain->out, "_n_features", 1);
    state_bool(chain->out, "_precomputed", false);
    chain_end(chain);
    chain->filled = true;
}

// Whether a step changed a leaf of the branch after one_hot.
static bool is_scaled(const branch_t *branch)
{
    for (size_t i = 0; i < branch->count; i++) {
        const track_t *leaf = &branch->features->inputs[branch->first + i];
        if (leaf->zero != 0 || leaf->one != 1) {
            return true;
        }
    }
    return false;
}

// The scaling that turns 0 and 1 into what a leaf's steps made of them.
static void write_leaf_scaling(chain_t *chain)
{
    const branch_t *branch = chain->branch;
    double *mean = mem_array(branch->count, sizeof *mean);
    double *scale = mem_array(branch->count, sizeof *scale);
    for (size_t i = 0; i < branch->count; i++) {
        const track_t *leaf = &branch->features->inputs[branch->first + i];
        scale[i] = 1 / (leaf->one - leaf->zero);
        mean[i] = 0 - leaf->zero * scale[i];
    }
    export_standard(chain, mean, scale, branch->count);
    free(mean);
    free(scale);
}

void export_one_hot(chain_t *chain, const call_t *call)
{
    buf_t *out = chain->out;
    const branch_t *branch = chain->branch;
    size_t *levels = mem_array(branch->count, sizeof *levels);
    for (size_t i = 0; i < branch->count; i++) {
        levels[i] = branch->features->inputs[branch->first + i].level;
    }
    chain_begin(chain, "sklearn.preprocessing", "OneHotEncoder");
    state_text(out, "handle_unknown", "ignore");
    state_bool(out, "sparse_output", false);
    if (is_scaled(branch)) {
        state_bool(out, "sparse", false); // its name before 1.2; scaling needs a dense array
    }
    pickle_text(out, "categories_");
    pickle_list(out);
    write_categories(out, call, levels, branch->count, false);
    pickle_list_end(out);
    state_none(out, "drop_idx_");
    state_none(out, "_drop_idx_after_grouping");
    state_bool(out, "_infrequent_enabled", false);
    pickle_text(out, "_n_features_outs");
    pickle_list(out);
    pickle_integer(out, (int64_t)branch->count);
    pickle_list_end(out);
    chain_end(chain);
    free(levels);
    if (is_scaled(branch)) {
        write_leaf_scaling(chain);
    }
}
