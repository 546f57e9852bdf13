// SPDX-License-Identifier: MPL-2.0
#include "learn/export_sklearn.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/export_steps.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

// The name of branch `i` in the ColumnTransformer.
static void push_branch_name(buf_t *out, size_t i)
{
    char name[32];
    snprintf(name, sizeof name, "column%zu", i + 1);
    pickle_text(out, name);
}

static const char *raw_name(const branch_t *branch)
{
    return features_raw_name(branch->features, branch->source);
}

// Where a branch's column stands among the features of the request.
static int64_t place_of(const branch_t *branch)
{
    int64_t place = 0;
    while (branch->features->request->features[place] != branch->source) {
        place++;
    }
    return place;
}

static void push_column_list(buf_t *out, const branch_t *branch)
{
    pickle_list(out);
    pickle_text(out, raw_name(branch));
    pickle_list_end(out);
}

// [(name, fitted transformer, [column]), ...]
static void push_transformers(buf_t *out, const branch_t *branches, size_t count, int64_t samples)
{
    pickle_list(out);
    for (size_t i = 0; i < count; i++) {
        pickle_tuple(out);
        push_branch_name(out, i);
        branch_write(out, &branches[i], samples);
        push_column_list(out, &branches[i]);
        pickle_tuple_end(out);
    }
    pickle_list_end(out);
}

static void push_slice(buf_t *out, size_t from, size_t to)
{
    pickle_global(out, "builtins", "slice");
    pickle_tuple(out);
    pickle_integer(out, (int64_t)from);
    pickle_integer(out, (int64_t)to);
    pickle_tuple_end(out);
    pickle_call(out);
}

// What every version of ColumnTransformer looks for to find a branch's columns and results.
static void write_places(buf_t *out, const branch_t *branches, size_t count, size_t inputs)
{
    pickle_text(out, "_columns");
    pickle_list(out);
    for (size_t i = 0; i < count; i++) {
        push_column_list(out, &branches[i]);
    }
    pickle_list_end(out);
    pickle_text(out, "_transformer_to_input_indices");
    pickle_dict(out);
    for (size_t i = 0; i < count; i++) {
        push_branch_name(out, i);
        pickle_list(out);
        pickle_integer(out, place_of(&branches[i]));
        pickle_list_end(out);
    }
    pickle_text(out, "remainder");
    pickle_list(out);
    pickle_list_end(out);
    pickle_dict_end(out);
    pickle_text(out, "output_indices_");
    pickle_dict(out);
    for (size_t i = 0; i < count; i++) {
        push_branch_name(out, i);
        push_slice(out, branches[i].first, branches[i].first + branches[i].count);
    }
    pickle_text(out, "remainder");
    push_slice(out, inputs, inputs);
    pickle_dict_end(out);
}

static void write_feature_names(buf_t *out, const features_t *features)
{
    const request_t *request = features->request;
    pickle_text(out, "feature_names_in_");
    pickle_objects(out);
    for (size_t i = 0; i < request->features_count; i++) {
        pickle_text(out, features_raw_name(features, request->features[i]));
    }
    pickle_objects_end(out);
}

static void write_remainder(buf_t *out)
{
    pickle_text(out, "_remainder");
    pickle_tuple(out);
    pickle_text(out, "remainder");
    pickle_text(out, "drop");
    pickle_list(out);
    pickle_list_end(out);
    pickle_tuple_end(out);
}

static void write_preparation(buf_t *out, const features_t *features, int64_t samples)
{
    branch_t *branches = mem_array(features->count, sizeof *branches);
    size_t count = 0;
    for (size_t i = 0; i < features->count; i += branches[count++].count) {
        branches[count] = branch_at(features, i);
    }
    pickle_global(out, "sklearn.compose", "ColumnTransformer");
    pickle_tuple(out);
    push_transformers(out, branches, count, samples);
    pickle_tuple_end(out);
    pickle_call(out);
    pickle_dict(out);
    pickle_text(out, "transformers_");
    push_transformers(out, branches, count, samples);
    write_places(out, branches, count, features->count);
    write_feature_names(out, features);
    write_remainder(out);
    state_integer(out, "n_features_in_", (int64_t)features->request->features_count);
    state_integer(out, "_n_features", (int64_t)features->request->features_count);
    state_bool(out, "sparse_output_", false);
    state_bool(out, "_has_str_cols", true);
    state_none(out, "_feature_names_in"); // before 0.24: columns in any order, as since then
    pickle_text(out, "_name_to_fitted_passthrough");
    pickle_dict(out);
    pickle_dict_end(out);
    state_end(out);
    free(branches);
}

// The labels as the fitted classifier has them.
static void write_model(buf_t *out, const model_t *model, const labels_t *labels)
{
    const char **texts = mem_array(labels->count + 1, sizeof *texts);
    int64_t *integers = mem_array(labels->count + 1, sizeof *integers);
    double *numbers = mem_array(labels->count + 1, sizeof *numbers);
    for (size_t i = 0; i < labels->count; i++) {
        texts[i] = labels->items[i].text;
        integers[i] = labels->items[i].integer;
        numbers[i] = labels->items[i].number;
    }
    names_type_t type = labels->type == TYPE_TEXT      ? NAMES_TEXT
                        : labels->type == TYPE_BOOLEAN ? NAMES_TRUTH
                        : labels->type == TYPE_INTEGER ? NAMES_INTEGER
                                                       : NAMES_NUMBER;
    class_names_t names = {.type = type,
                           .count = labels->count,
                           .integers = integers,
                           .numbers = numbers,
                           .texts = texts};
    model->estimator->pickle(model, model->task == TASK_CLASSIFY ? &names : NULL, out);
    free(texts);
    free(integers);
    free(numbers);
}

err_t export_sklearn(const export_t *source, buf_t *out, fault_t *fault)
{
    (void)fault;
    pickle_begin(out);
    pickle_global(out, "sklearn.pipeline", "Pipeline");
    pickle_tuple(out);
    pickle_list(out);
    pickle_tuple(out);
    pickle_text(out, "prep");
    write_preparation(out, source->features, source->rows);
    pickle_tuple_end(out);
    pickle_tuple(out);
    pickle_text(out, "model");
    write_model(out, source->model, source->labels);
    pickle_tuple_end(out);
    pickle_list_end(out);
    pickle_tuple_end(out);
    pickle_call(out);
    pickle_end(out);
    return ERR_OK;
}
