// SPDX-License-Identifier: MPL-2.0
#include "learn/export_steps.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/step/codes.h"
#include "learn/parts.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

// params->numbers of a scale step, as data/step/scale.c has them.
enum { CENTER, LOW, HIGH, SPREAD };

// What the transformers of a branch are written with.
typedef struct {
    buf_t *out;
    const branch_t *branch;
    const char *name; // the column's, while the next estimator still sees the DataFrame
    bool filled;      // nothing is missing any more
    size_t stages;
    int64_t samples;
} chain_t;

// Whether pandas has texts where a column is of this type.
static bool is_text(type_t type)
{
    return type_in(type, TYPES_WORDS | TYPES_TIME);
}

static type_t raw_type(const branch_t *branch)
{
    return features_raw_type(branch->features, branch->source);
}

branch_t branch_at(const features_t *features, size_t first)
{
    const track_t *input = &features->inputs[first];
    branch_t branch = {.features = features, .source = input->source, .first = first, .count = 1};
    for (size_t i = first + 1; i < features->count && input->leaf; i++) {
        const track_t *next = &features->inputs[i];
        if (next->source != input->source || next->level <= input->level) {
            break;
        }
        input = next;
        branch.count++;
    }
    return branch;
}

// Opens the next stage of the chain: ("step1", estimator).
static void stage_begin(chain_t *chain, const char *module, const char *estimator)
{
    char name[32];
    snprintf(name, sizeof name, "step%zu", ++chain->stages);
    pickle_tuple(chain->out);
    pickle_text(chain->out, name);
    state_begin(chain->out, module, estimator);
    state_one_column(chain->out, chain->name);
    chain->name = NULL; // what comes next sees an array
}

static void stage_end(chain_t *chain)
{
    state_end(chain->out);
    pickle_tuple_end(chain->out);
}

// A StandardScaler that does nothing but turn integers and truth values into floats, which imputers
// and encoders of floats ask for.
static void write_float_cast(chain_t *chain)
{
    stage_begin(chain, "sklearn.preprocessing", "StandardScaler");
    state_bool(chain->out, "with_mean", false);
    state_bool(chain->out, "with_std", false);
    state_none(chain->out, "mean_");
    state_none(chain->out, "var_");
    state_none(chain->out, "scale_");
    state_integer(chain->out, "n_samples_seen_", chain->samples);
    stage_end(chain);
}

static void write_fill_value(buf_t *out, const call_t *call, bool constant)
{
    if (!is_text(call->inputs[0].type)) {
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
    const char *dtype = is_text(call->inputs[0].type) ? "O" : "<f8";
    stage_begin(chain, "sklearn.impute", "SimpleImputer");
    state_text(out, "strategy", strategies[part]);
    write_fill_value(out, call, part == PART_CONSTANT);
    pickle_text(out, "_fit_dtype");
    pickle_dtype(out, dtype);
    pickle_text(out, "_fill_dtype");
    pickle_dtype(out, dtype);
    state_none(out, "indicator_");
    stage_end(chain);
    chain->filled = true;
}

static void write_standard(chain_t *chain, const double *mean, const double *scale, size_t count)
{
    double *variance = mem_array(count, sizeof *variance);
    for (size_t i = 0; i < count; i++) {
        variance[i] = scale[i] * scale[i];
    }
    stage_begin(chain, "sklearn.preprocessing", "StandardScaler");
    if (count > 1) { // the key again: the last one counts
        state_integer(chain->out, "n_features_in_", (int64_t)count);
    }
    state_doubles(chain->out, "mean_", mean, count);
    state_doubles(chain->out, "var_", variance, count);
    state_doubles(chain->out, "scale_", scale, count);
    state_integer(chain->out, "n_samples_seen_", chain->samples);
    stage_end(chain);
    free(variance);
}

static void write_min_max(chain_t *chain, const double *numbers)
{
    double scale = 1 / numbers[SPREAD];
    double min = -numbers[LOW] * scale;
    stage_begin(chain, "sklearn.preprocessing", "MinMaxScaler");
    state_doubles(chain->out, "min_", &min, 1);
    state_doubles(chain->out, "scale_", &scale, 1);
    state_doubles(chain->out, "data_min_", &numbers[LOW], 1);
    state_doubles(chain->out, "data_max_", &numbers[HIGH], 1);
    state_doubles(chain->out, "data_range_", &numbers[SPREAD], 1);
    state_integer(chain->out, "n_samples_seen_", chain->samples);
    stage_end(chain);
}

static void write_robust(chain_t *chain, const double *numbers)
{
    stage_begin(chain, "sklearn.preprocessing", "RobustScaler");
    state_doubles(chain->out, "center_", &numbers[CENTER], 1);
    state_doubles(chain->out, "scale_", &numbers[SPREAD], 1);
    stage_end(chain);
}

// Pushes the chosen levels as an array; `nan` adds NaN behind them.
static void write_categories(buf_t *out, const call_t *call, const size_t *levels, size_t count,
                             bool nan)
{
    type_t type = call->inputs[0].type;
    if (!is_text(type)) {
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

// Missing stays missing through a label: NaN is the last category, and comes out as NaN again.
static void write_label(chain_t *chain, const call_t *call)
{
    buf_t *out = chain->out;
    size_t count = levels_count(call->params->levels);
    size_t *levels = mem_array(count, sizeof *levels);
    for (size_t i = 0; i < count; i++) {
        levels[i] = i;
    }
    stage_begin(chain, "sklearn.preprocessing", "OrdinalEncoder");
    state_text(out, "handle_unknown", "use_encoded_value");
    state_integer(out, "unknown_value", CODES_UNKNOWN);
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
    stage_end(chain);
    free(levels);
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
    write_standard(chain, mean, scale, branch->count);
    free(mean);
    free(scale);
}

// Only the levels whose leaves are inputs are categories: the others are as good as unknown.
static void write_one_hot(chain_t *chain, const call_t *call)
{
    buf_t *out = chain->out;
    const branch_t *branch = chain->branch;
    size_t *levels = mem_array(branch->count, sizeof *levels);
    for (size_t i = 0; i < branch->count; i++) {
        levels[i] = branch->features->inputs[branch->first + i].level;
    }
    stage_begin(chain, "sklearn.preprocessing", "OneHotEncoder");
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
    stage_end(chain);
    free(levels);
    if (is_scaled(branch)) {
        write_leaf_scaling(chain);
    }
}

static void write_call(chain_t *chain, const call_t *call)
{
    part_t part = part_of(call->step);
    const double *numbers = call->params->numbers;
    switch (part) {
    case PART_MIN_MAX:
        write_min_max(chain, numbers);
        break;
    case PART_Z_SCORE:
        write_standard(chain, &numbers[CENTER], &numbers[SPREAD], 1);
        break;
    case PART_ROBUST:
        write_robust(chain, numbers);
        break;
    case PART_LABEL:
        write_label(chain, call);
        break;
    case PART_ONE_HOT:
        write_one_hot(chain, call);
        break;
    default:
        if (!chain->filled) {
            write_fill(chain, call, part);
        }
        break;
    }
}

// What goes before the first step.
static void write_start(chain_t *chain, const track_t *track)
{
    type_t type = raw_type(chain->branch);
    part_t first = track->calls_count > 0 ? part_of(track->calls[0]->step) : PART_NONE;
    bool casts = first == PART_MODE || first == PART_CONSTANT || first == PART_LABEL ||
                 first == PART_ONE_HOT;
    if (is_text(type)) {
        return;
    }
    if (type == TYPE_BOOLEAN || casts) {
        write_float_cast(chain);
    } else if (track->calls_count == 0) {
        stage_begin(chain, "sklearn.preprocessing", "FunctionTransformer");
        stage_end(chain);
    }
}

void branch_write(buf_t *out, const branch_t *branch, int64_t samples)
{
    const track_t *track = &branch->features->inputs[branch->first];
    chain_t chain = {.out = out,
                     .branch = branch,
                     .name = features_raw_name(branch->features, branch->source),
                     .samples = samples};
    pickle_global(out, "sklearn.pipeline", "Pipeline");
    pickle_tuple(out);
    pickle_list(out);
    write_start(&chain, track);
    for (size_t i = 0; i < track->calls_count; i++) {
        write_call(&chain, track->calls[i]);
    }
    pickle_list_end(out);
    pickle_tuple_end(out);
    pickle_call(out);
}
