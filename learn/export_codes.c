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

// The place of a level, and its number.
typedef struct {
    double number;
    size_t place;
} numbered_t;

static int compare(const void *a, const void *b)
{
    double left = ((const numbered_t *)a)->number;
    double right = ((const numbered_t *)b)->number;
    return (left > right) - (left < right);
}

// The places of the levels in the order of their numbers, in which encoders want those; texts stay
// in theirs.
static size_t *sorted_levels(const call_t *call)
{
    const params_t *params = call->params;
    size_t count = levels_count(params->levels);
    size_t *places = mem_array(count, sizeof *places);
    numbered_t *numbered = mem_array(count, sizeof *numbered);
    for (size_t i = 0; i < count; i++) {
        double number = params->is_number ? levels_number(params->levels, i) : (double)i;
        numbered[i] = (numbered_t){number, i};
    }
    qsort(numbered, count, sizeof *numbered, compare);
    for (size_t i = 0; i < count; i++) {
        places[i] = numbered[i].place;
    }
    free(numbered);
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
        const track_t *leaf = branch_track(branch, i);
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
        const track_t *leaf = branch_track(branch, i);
        scale[i] = 1 / (leaf->one - leaf->zero);
        mean[i] = 0 - leaf->zero * scale[i];
    }
    export_standard(chain, mean, scale, branch->count);
    free(mean);
    free(scale);
}

// Turns a value into its group.
static void write_groups(chain_t *chain, const call_t *call)
{
    size_t count = levels_count(call->params->levels);
    size_t *levels = sorted_levels(call);
    double *groups = mem_array(count + 1, sizeof *groups);
    groups[0] = part_group(call, CODES_UNKNOWN);
    for (size_t i = 0; i < count; i++) {
        groups[i + 1] = part_group(call, (int64_t)levels[i]);
    }
    write_ordinal(chain, call, levels, step_chose(call->step, "unknown", "error"));
    chain_lookup(chain, groups, count + 1);
    free(levels);
    free(groups);
}

// The categories of the branch's leaves: groups, or values.
static void write_leaves(chain_t *chain, const call_t *call, bool groups)
{
    const branch_t *branch = chain->branch;
    size_t *levels = mem_array(branch->count, sizeof *levels);
    double *numbers = mem_array(branch->count, sizeof *numbers);
    for (size_t i = 0; i < branch->count; i++) {
        levels[i] = branch_track(branch, i)->level;
        numbers[i] = (double)levels[i];
    }
    pickle_list(chain->out);
    if (groups) {
        pickle_doubles(chain->out, numbers, branch->count, 0);
    } else {
        write_categories(chain->out, call, levels, branch->count, false);
    }
    pickle_list_end(chain->out);
    free(levels);
    free(numbers);
}

void export_one_hot(chain_t *chain, const call_t *call)
{
    buf_t *out = chain->out;
    bool groups = part_groups(call);
    if (groups) {
        write_groups(chain, call);
    }
    chain_begin(chain, "sklearn.preprocessing", "OneHotEncoder");
    state_text(out, "handle_unknown", "ignore");
    state_bool(out, "sparse_output", false);
    if (is_scaled(chain->branch)) {
        state_bool(out, "sparse", false); // its name before 1.2; scaling needs a dense array
    }
    pickle_text(out, "categories_");
    write_leaves(chain, call, groups);
    state_none(out, "drop_idx_");
    state_none(out, "_drop_idx_after_grouping");
    state_bool(out, "_infrequent_enabled", false);
    pickle_text(out, "_n_features_outs");
    pickle_list(out);
    pickle_integer(out, (int64_t)chain->branch->count);
    pickle_list_end(out);
    chain_end(chain);
    if (is_scaled(chain->branch)) {
        write_leaf_scaling(chain);
    }
}
