// SPDX-License-Identifier: MPL-2.0
#include "learn/export_steps.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/export_state.h"
#include "learn/pickle.h"

// What the transformers of a branch are written with.
typedef struct {
    buf_t *out;
    const branch_t *branch;
    const char *name; // the column's, while the next estimator still sees the DataFrame
    bool filled;      // nothing is missing any more
    size_t stages;
    int64_t samples;
} chain_t;

static const column_t *input_at(const features_t *features, size_t i)
{
    return &features->fit->columns.items[features->columns[i]];
}

static const table_column_t *raw_column(const branch_t *branch)
{
    return &branch->features->fit->table->columns[branch->track];
}

branch_t branch_at(const features_t *features, size_t first)
{
    const column_t *column = input_at(features, first);
    branch_t branch = {.features = features, .track = column->track, .first = first, .count = 1};
    for (size_t i = first + 1; i < features->count && column->leaf; i++) {
        const column_t *next = input_at(features, i);
        if (next->track != column->track || next->level <= column->level) {
            break;
        }
        column = next;
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

// A StandardScaler that does nothing but turn integers into floats, which imputers and encoders of
// floats ask for.
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

static void write_fill(chain_t *chain, const op_t *op)
{
    static const char *const strategies[STEP_KINDS] = {[STEP_MEAN] = "mean",
                                                       [STEP_MEDIAN] = "median",
                                                       [STEP_MODE] = "most_frequent",
                                                       [STEP_CONSTANT] = "constant"};
    buf_t *out = chain->out;
    stage_begin(chain, "sklearn.impute", "SimpleImputer");
    state_text(out, "strategy", strategies[op->kind]);
    if (op->kind == STEP_CONSTANT && op->number) {
        state_float(out, "fill_value", op->fill);
    } else if (op->kind == STEP_CONSTANT) {
        state_text(out, "fill_value", op->text);
    }
    pickle_text(out, "statistics_");
    if (op->number) {
        pickle_doubles(out, &op->fill, 1, 0);
    } else {
        pickle_objects(out);
        pickle_text(out, op->text);
        pickle_objects_end(out);
    }
    pickle_text(out, "_fit_dtype");
    pickle_dtype(out, op->number ? "<f8" : "O");
    pickle_text(out, "_fill_dtype");
    pickle_dtype(out, op->number ? "<f8" : "O");
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

static void write_min_max(chain_t *chain, const op_t *op)
{
    double scale = 1 / op->spread;
    double min = -op->low * scale;
    stage_begin(chain, "sklearn.preprocessing", "MinMaxScaler");
    state_doubles(chain->out, "min_", &min, 1);
    state_doubles(chain->out, "scale_", &scale, 1);
    state_doubles(chain->out, "data_min_", &op->low, 1);
    state_doubles(chain->out, "data_max_", &op->high, 1);
    state_doubles(chain->out, "data_range_", &op->spread, 1);
    state_integer(chain->out, "n_samples_seen_", chain->samples);
    stage_end(chain);
}

static void write_robust(chain_t *chain, const op_t *op)
{
    stage_begin(chain, "sklearn.preprocessing", "RobustScaler");
    state_doubles(chain->out, "center_", &op->center, 1);
    state_doubles(chain->out, "scale_", &op->spread, 1);
    stage_end(chain);
}

// Pushes the chosen levels as an array; `nan` adds NaN behind them.
static void write_categories(buf_t *out, const op_t *op, const size_t *levels, size_t count,
                             bool nan)
{
    if (op->number) {
        double *numbers = mem_array(count + 1, sizeof *numbers);
        for (size_t i = 0; i < count; i++) {
            numbers[i] = levels_number(op->levels, levels[i]);
        }
        numbers[count] = NAN;
        pickle_doubles(out, numbers, count + nan, 0);
        free(numbers);
        return;
    }
    pickle_objects(out);
    for (size_t i = 0; i < count; i++) {
        char *text = op_level_text(op, levels[i]);
        pickle_text(out, text);
        free(text);
    }
    if (nan) {
        pickle_float(out, NAN);
    }
    pickle_objects_end(out);
}

// Missing stays missing through a label: NaN is the last category, and comes out as NaN again.
static void write_label(chain_t *chain, const op_t *op)
{
    buf_t *out = chain->out;
    size_t count = levels_count(op->levels);
    size_t *levels = mem_array(count, sizeof *levels);
    for (size_t i = 0; i < count; i++) {
        levels[i] = i;
    }
    stage_begin(chain, "sklearn.preprocessing", "OrdinalEncoder");
    state_text(out, "handle_unknown", "use_encoded_value");
    state_integer(out, "unknown_value", OP_UNKNOWN);
    pickle_text(out, "categories_");
    pickle_list(out);
    write_categories(out, op, levels, count, !chain->filled);
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
        const column_t *leaf = input_at(branch->features, branch->first + i);
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
        const column_t *leaf = input_at(branch->features, branch->first + i);
        scale[i] = 1 / (leaf->one - leaf->zero);
        mean[i] = 0 - leaf->zero * scale[i];
    }
    write_standard(chain, mean, scale, branch->count);
    free(mean);
    free(scale);
}

// Only the levels whose leaves are inputs are categories: the others are as good as unknown.
static void write_one_hot(chain_t *chain, const op_t *op)
{
    buf_t *out = chain->out;
    const branch_t *branch = chain->branch;
    size_t *levels = mem_array(branch->count, sizeof *levels);
    for (size_t i = 0; i < branch->count; i++) {
        levels[i] = input_at(branch->features, branch->first + i)->level;
    }
    stage_begin(chain, "sklearn.preprocessing", "OneHotEncoder");
    state_text(out, "handle_unknown", "ignore");
    state_bool(out, "sparse_output", false);
    if (is_scaled(branch)) {
        state_bool(out, "sparse", false); // its name before 1.2; scaling needs a dense array
    }
    pickle_text(out, "categories_");
    pickle_list(out);
    write_categories(out, op, levels, branch->count, false);
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

static void write_op(chain_t *chain, const op_t *op)
{
    switch (op->kind) {
    case STEP_MIN_MAX:
        write_min_max(chain, op);
        break;
    case STEP_Z_SCORE:
        write_standard(chain, &op->center, &op->spread, 1);
        break;
    case STEP_ROBUST:
        write_robust(chain, op);
        break;
    case STEP_LABEL:
        write_label(chain, op);
        break;
    case STEP_ONE_HOT:
        write_one_hot(chain, op);
        break;
    default:
        if (!chain->filled) {
            write_fill(chain, op);
        }
        break;
    }
}

// The spelling of a truth value that pandas would turn into a bool, -1 for other texts.
static int truth_of(const char *text)
{
    static const char *const spellings[] = {"False", "FALSE", "false", "True", "TRUE", "true"};
    for (int i = 0; i < 6; i++) {
        if (strcmp(text, spellings[i]) == 0) {
            return i >= 3;
        }
    }
    return -1;
}

// Finds how a text column spells false and true, when all its levels do: pandas reads such a column
// as bools. Texts that a step filled in do not count.
static bool find_truths(const track_t *track, char *ret_spelling[2])
{
    const char *filled = NULL;
    const op_t *op = NULL;
    for (size_t i = 0; i < track->count && !op; i++) {
        op = track->ops[i]->levels ? track->ops[i] : NULL;
        filled = track->ops[i]->text ? track->ops[i]->text : filled;
    }
    bool truths = op && !op->number;
    for (size_t i = 0; truths && i < levels_count(op->levels); i++) {
        char *text = op_level_text(op, i);
        int truth = truth_of(text);
        if (truth >= 0) {
            free(ret_spelling[truth]);
            ret_spelling[truth] = text;
        } else {
            truths = filled && strcmp(filled, text) == 0;
            free(text);
        }
    }
    return truths && (ret_spelling[0] || ret_spelling[1]);
}

// Turns the bools that pandas makes back into the table's texts.
static void write_truths(chain_t *chain, char *const spelling[2])
{
    buf_t *out = chain->out;
    const char *name = chain->name;
    stage_begin(chain, "sklearn.preprocessing", "FunctionTransformer");
    pickle_text(out, "func");
    pickle_global(out, "pandas", "DataFrame.replace");
    pickle_text(out, "kw_args");
    pickle_dict(out);
    pickle_text(out, "to_replace");
    pickle_dict(out);
    for (int i = 0; i < 2; i++) {
        if (spelling[i]) {
            pickle_bool(out, i);
            pickle_text(out, spelling[i]);
        }
    }
    pickle_dict_end(out);
    pickle_dict_end(out);
    stage_end(chain);
    chain->name = name; // still a DataFrame
}

// What goes before the first step.
static void write_start(chain_t *chain, const track_t *track)
{
    if (raw_column(chain->branch)->type == TYPE_TEXT) {
        char *spelling[2] = {NULL, NULL};
        if (find_truths(track, spelling)) {
            write_truths(chain, spelling);
        }
        free(spelling[0]);
        free(spelling[1]);
    } else if (track->count == 0) {
        stage_begin(chain, "sklearn.preprocessing", "FunctionTransformer");
        stage_end(chain);
    } else {
        step_kind_t first = track->ops[0]->kind;
        if (first == STEP_MODE || first == STEP_CONSTANT || first >= STEP_LABEL) {
            write_float_cast(chain);
        }
    }
}

void branch_write(buf_t *out, const branch_t *branch)
{
    const fit_t *fit = branch->features->fit;
    const track_t *track = &fit->tracks[branch->track];
    chain_t chain = {
        .out = out, .branch = branch, .name = raw_column(branch)->name, .samples = fit->rows_in};
    pickle_global(out, "sklearn.pipeline", "Pipeline");
    pickle_tuple(out);
    pickle_list(out);
    write_start(&chain, track);
    for (size_t i = 0; i < track->count; i++) {
        write_op(&chain, track->ops[i]);
    }
    pickle_list_end(out);
    pickle_tuple_end(out);
    pickle_call(out);
}
