// SPDX-License-Identifier: MPL-2.0
#include "learn/export_sklearn.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/pickle/state.h"
#include "learn/export_steps.h"
#include "model/pickle/pickle.h"

// The name of branch `i` in the ColumnTransformer.
static void push_branch_name(buf_t *out, size_t i)
{
    char name[32];
    snprintf(name, sizeof name, "column%zu", i + 1);
    pickle_text(out, name);
}

static const char *raw_name(const branch_t *branch)
{
    return frame_name(branch->features->frame, branch->source);
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
        pickle_text(out, frame_name(features->frame, request->features[i]));
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
    state_none(out, "_df_columns");
    pickle_text(out, "_name_to_fitted_passthrough");
    pickle_dict(out);
    pickle_dict_end(out);
    state_end(out);
    free(branches);
}

static void push_label(buf_t *out, const labels_t *labels, size_t i)
{
    if (labels->type == TYPE_TEXT) {
        pickle_text(out, labels->items[i].text);
    } else if (labels->type == TYPE_BOOLEAN) {
        pickle_bool(out, labels->items[i].integer);
    } else if (labels->type == TYPE_INTEGER) {
        pickle_integer(out, labels->items[i].integer);
    } else {
        pickle_float(out, labels->items[i].number);
    }
}

static void write_classes(buf_t *out, const labels_t *labels)
{
    const char **texts = mem_array(labels->count, sizeof *texts);
    int64_t *integers = mem_array(labels->count, sizeof *integers);
    double *numbers = mem_array(labels->count, sizeof *numbers);
    for (size_t i = 0; i < labels->count; i++) {
        texts[i] = labels->items[i].text;
        integers[i] = labels->items[i].integer;
        numbers[i] = labels->items[i].number;
    }
    pickle_text(out, "classes_");
    if (labels->type == TYPE_TEXT) {
        pickle_unicodes(out, texts, labels->count);
    } else if (labels->type == TYPE_BOOLEAN) {
        pickle_bools(out, integers, labels->count);
    } else if (labels->type == TYPE_INTEGER) {
        pickle_int64s(out, integers, labels->count);
    } else {
        pickle_doubles(out, numbers, labels->count, 0);
    }
    free(texts);
    free(integers);
    free(numbers);
}

static void write_settings(buf_t *out, const request_t *request, const svc_t *svc,
                           const labels_t *labels)
{
    state_float(out, "C", request->C);
    state_text(out, "kernel", request_kernel_name(request->kernel));
    state_integer(out, "degree", request->degree);
    state_float(out, "coef0", request->coef0);
    if (request->gamma_kind == GAMMA_NUMBER) {
        state_float(out, "gamma", request->gamma);
    } else {
        state_text(out, "gamma", request->gamma_kind == GAMMA_SCALE ? "scale" : "auto");
    }
    if (request->weight_kind == WEIGHT_BALANCED) {
        state_text(out, "class_weight", "balanced");
    } else if (request->weight_kind == WEIGHT_MAP) {
        pickle_text(out, "class_weight");
        pickle_dict(out);
        for (size_t i = 0; i < labels->count; i++) {
            push_label(out, labels, i);
            pickle_float(out, svc->weights[i]);
        }
        pickle_dict_end(out);
    }
}

// The support vectors as a dense matrix.
static void write_vectors(buf_t *out, const svc_t *svc)
{
    size_t count = (size_t)svc->model->l;
    double *dense = mem_array(count * svc->columns, sizeof *dense);
    for (size_t i = 0; i < count; i++) {
        for (const struct svm_node *node = svc->model->SV[i]; node->index > 0; node++) {
            dense[i * svc->columns + (size_t)node->index - 1] = node->value;
        }
    }
    pickle_text(out, "support_vectors_");
    pickle_doubles(out, dense, count, svc->columns);
    free(dense);
}

static void write_indices(buf_t *out, const svc_t *svc)
{
    const struct svm_model *model = svc->model;
    int32_t *support = mem_array((size_t)model->l, sizeof *support);
    int32_t *counts = mem_array(svc->classes, sizeof *counts);
    for (int i = 0; i < model->l; i++) {
        support[i] = model->sv_indices[i] - 1;
    }
    for (size_t i = 0; i < svc->classes; i++) {
        counts[i] = model->nSV[i];
    }
    pickle_text(out, "support_");
    pickle_int32s(out, support, (size_t)model->l);
    pickle_text(out, "_n_support");
    pickle_int32s(out, counts, svc->classes);
    free(support);
    free(counts);
}

// The coefficients under both names. For two classes scikit-learn's public ones have the other
// sign: positive is the second class there, and the first in libsvm.
static void write_coefficients(buf_t *out, const svc_t *svc)
{
    size_t vectors = (size_t)svc->model->l;
    size_t pairs = svc->classes * (svc->classes - 1) / 2;
    size_t size = (svc->classes - 1) * vectors;
    double sign = svc->classes == 2 ? -1 : 1;
    double *coefficients = mem_array(size, sizeof *coefficients);
    double *intercepts = mem_array(pairs, sizeof *intercepts);
    for (int shown = 0; shown < 2; shown++) {
        double factor = shown ? sign : 1;
        for (size_t i = 0; i < size; i++) {
            coefficients[i] = factor * svc->model->sv_coef[i / vectors][i % vectors];
        }
        for (size_t i = 0; i < pairs; i++) {
            intercepts[i] = -factor * svc->model->rho[i];
        }
        pickle_text(out, shown ? "dual_coef_" : "_dual_coef_");
        pickle_doubles(out, coefficients, svc->classes - 1, vectors);
        state_doubles(out, shown ? "intercept_" : "_intercept_", intercepts, pairs);
    }
    free(coefficients);
    free(intercepts);
}

static void write_svc(buf_t *out, const features_t *features, const svc_t *svc,
                      const labels_t *labels)
{
    state_begin(out, "sklearn.svm", "SVC");
    write_settings(out, features->request, svc, labels);
    write_classes(out, labels);
    write_vectors(out, svc);
    write_indices(out, svc);
    write_coefficients(out, svc);
    state_doubles(out, "class_weight_", svc->weights, svc->classes);
    state_doubles(out, "_probA", NULL, 0);
    state_doubles(out, "_probB", NULL, 0);
    state_float(out, "_gamma", svc->gamma);
    state_bool(out, "_sparse", false);
    state_bool(out, "_effective_probability", false);
    state_integer(out, "fit_status_", 0);
    state_integer(out, "n_features_in_", (int64_t)svc->columns);
    pickle_text(out, "shape_fit_");
    pickle_tuple(out);
    pickle_integer(out, (int64_t)svc->rows);
    pickle_integer(out, (int64_t)svc->columns);
    pickle_tuple_end(out);
    state_integer(out, "_autodp_format", EXPORT_FORMAT);
    state_end(out);
}

err_t export_sklearn(const features_t *features, const svc_t *svc, const labels_t *labels,
                     buf_t *out, fault_t *fault)
{
    double numbers = (double)svc->model->l * (double)(svc->columns + 2 * svc->classes);
    if (numbers * sizeof(double) > EXPORT_BYTES_MAX) {
        return fault_set(fault, ERR_TOO_LARGE, "train on fewer rows or features",
                         "the model has %d support vectors of %zu numbers, too large to export",
                         svc->model->l, svc->columns);
    }
    pickle_begin(out);
    pickle_global(out, "sklearn.pipeline", "Pipeline");
    pickle_tuple(out);
    pickle_list(out);
    pickle_tuple(out);
    pickle_text(out, "prep");
    write_preparation(out, features, (int64_t)svc->rows);
    pickle_tuple_end(out);
    pickle_tuple(out);
    pickle_text(out, "model");
    write_svc(out, features, svc, labels);
    pickle_tuple_end(out);
    pickle_list_end(out);
    pickle_tuple_end(out);
    pickle_call(out);
    pickle_end(out);
    return ERR_OK;
}
