// SPDX-License-Identifier: MPL-2.0
#include "model/tree/growth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/lesson.h"

static err_t read_criterion(const json_t *params, bool classify, criterion_t *ret, fault_t *fault)
{
    static const struct {
        const char *name;
        criterion_t criterion;
        bool classify;
    } table[] = {{"gini", CRITERION_GINI, true},
                 {"entropy", CRITERION_ENTROPY, true},
                 {"log_loss", CRITERION_ENTROPY, true},
                 {"squared_error", CRITERION_SQUARED_ERROR, false}};
    const char *name = params_text(params, "criterion");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].classify == classify && (!name || strcmp(table[i].name, name) == 0)) {
            *ret = table[i].criterion;
            return ERR_OK;
        }
    }
    return fault_set(fault, ERR_HYPERPARAMETER,
                     classify ? "use gini, entropy or log_loss" : "use squared_error",
                     "'criterion' cannot be %s here", name);
}

static err_t read_features(const json_t *params, const lesson_t *lesson, size_t *ret,
                           fault_t *fault)
{
    const json_t *value = json_object_get(params, "max_features");
    double columns = (double)lesson->matrix.columns;
    bool automatic = params_chose(params, "max_features", "auto");
    double count = columns;
    if (params_chose(params, "max_features", "sqrt") ||
        (automatic && lesson->task == TASK_CLASSIFY)) {
        count = sqrt(columns);
    } else if (params_chose(params, "max_features", "log2")) {
        count = log2(columns);
    } else if (json_is_real(value) && json_real_value(value) > 1) {
        return fault_set(fault, ERR_HYPERPARAMETER, "use an integer, or a fraction up to 1.0",
                         "'max_features' is no part of the columns: %g", json_real_value(value));
    } else if (json_is_number(value)) {
        count = json_number_value(value) * (json_is_real(value) ? columns : 1);
    }
    *ret = (size_t)fmax(1, fmin(count, columns));
    return ERR_OK;
}

// A number without a limit is null.
static size_t limit(const json_t *params, const char *name, size_t none)
{
    return params_is_null(params, name) ? none : (size_t)params_integer(params, name);
}

static err_t check_targets(const lesson_t *lesson, fault_t *fault)
{
    static const double most = 1e100; // the sum of squares must be finite
    for (size_t i = 0; lesson->task == TASK_REGRESS && i < lesson->matrix.rows; i++) {
        if (fabs(lesson->targets[i]) > most) {
            return fault_set(fault, ERR_TARGET, "scale the target",
                             "the target has a value beyond %g: %g", most, lesson->targets[i]);
        }
    }
    return ERR_OK;
}

err_t growth_read(const json_t *params, const lesson_t *lesson, growth_t *ret_growth,
                  fault_t *fault)
{
    bool classify = lesson->task == TASK_CLASSIFY;
    growth_t growth = {.classes = classify ? lesson->classes_count : 0,
                       .depth_max = limit(params, "max_depth", SIZE_MAX),
                       .leaf_min = (size_t)params_integer(params, "min_samples_leaf"),
                       .leaf_share = params_number(params, "min_weight_fraction_leaf"),
                       .decrease_min = params_number(params, "min_impurity_decrease"),
                       .leaves_max = limit(params, "max_leaf_nodes", 0)};
    size_t split_min = (size_t)params_integer(params, "min_samples_split");
    growth.split_min = split_min > 2 * growth.leaf_min ? split_min : 2 * growth.leaf_min;
    err_t err = read_criterion(params, classify, &growth.criterion, fault);
    if (err == ERR_OK) {
        err = read_features(params, lesson, &growth.features, fault);
    }
    if (err == ERR_OK && !classify && !params_is_null(params, "class_weight")) {
        err = fault_set(fault, ERR_HYPERPARAMETER, "leave it out",
                        "'class_weight' is for classes, and the target is a number");
    }
    if (err == ERR_OK) {
        err = check_targets(lesson, fault);
    }
    if (err == ERR_OK) {
        *ret_growth = growth;
    }
    return err;
}

// scikit-learn's "balanced": rows / (classes * rows of the class), of rows and not of weights.
static void balance(const lesson_t *lesson, sample_t *samples)
{
    double *counts = mem_array(lesson->classes_count, sizeof *counts);
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        counts[lesson->classes[i]]++;
    }
    double share = (double)lesson->matrix.rows / (double)lesson->classes_count;
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        samples[i].weight *= share / counts[lesson->classes[i]];
    }
    free(counts);
}

sample_t *growth_samples(const json_t *params, const lesson_t *lesson)
{
    sample_t *samples = mem_array(lesson->matrix.rows, sizeof *samples);
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        samples[i].weight = lesson_weight(lesson, i);
        if (lesson->task == TASK_CLASSIFY) {
            samples[i].class = lesson->classes[i];
        } else {
            samples[i].target = lesson->targets[i];
        }
    }
    if (params_chose(params, "class_weight", "balanced")) {
        balance(lesson, samples);
    }
    return samples;
}
