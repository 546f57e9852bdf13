// SPDX-License-Identifier: MPL-2.0
#include "model/svm/settings.h"

#include <math.h>
#include <string.h>

static kernel_kind_t kind_of(const json_t *params)
{
    static const char *const names[] = {[KERNEL_LINEAR] = "linear",
                                        [KERNEL_POLY] = "poly",
                                        [KERNEL_RBF] = "rbf",
                                        [KERNEL_SIGMOID] = "sigmoid"};
    kernel_kind_t kind = KERNEL_LINEAR;
    while (kind < KERNEL_SIGMOID && !params_chose(params, "kernel", names[kind])) {
        kind++;
    }
    return kind;
}

static double variance_of(const matrix_t *matrix)
{
    size_t count = matrix->rows * matrix->columns;
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum += matrix->x[i];
    }
    double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        squares += (matrix->x[i] - mean) * (matrix->x[i] - mean);
    }
    return squares / (double)count;
}

static double gamma_of(const json_t *params, const matrix_t *matrix)
{
    if (params_chose(params, "gamma", "scale")) {
        double variance = variance_of(matrix);
        return variance > 0 ? 1 / ((double)matrix->columns * variance) : 1;
    }
    return params_chose(params, "gamma", "auto") ? 1 / (double)matrix->columns
                                                 : params_number(params, "gamma");
}

kernel_t settings_kernel_of(const json_t *params, double gamma)
{
    return (kernel_t){.kind = kind_of(params),
                      .degree = (int)params_integer(params, "degree"),
                      .gamma = gamma,
                      .coef0 = params_number(params, "coef0")};
}

err_t settings_kernel(const json_t *params, const matrix_t *matrix, kernel_t *ret_kernel,
                      fault_t *fault)
{
    double gamma = gamma_of(params, matrix);
    if (!isfinite(gamma) || gamma <= 0) {
        return fault_set(fault, ERR_HYPERPARAMETER, "scale the features, or give a number",
                         "'gamma': the features are too large or too small to compute it");
    }
    *ret_kernel = settings_kernel_of(params, gamma);
    return ERR_OK;
}

settings_t settings_of(const json_t *params, const kernel_t *kernel, border_kind_t kind)
{
    return (settings_t){.kind = kind,
                        .kernel = *kernel,
                        .cost = params_number(params, "C"),
                        .nu = params_number(params, "nu"),
                        .epsilon = params_number(params, "epsilon"),
                        .tol = params_number(params, "tol"),
                        .probability = params_flag(params, "probability")};
}

void settings_class_weights(const json_t *params, const lesson_t *lesson, double *ret)
{
    memset(ret, 0, lesson->classes_count * sizeof *ret);
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        ret[lesson->classes[i]]++;
    }
    bool balanced = params_chose(params, "class_weight", "balanced");
    for (size_t i = 0; i < lesson->classes_count; i++) {
        double share = (double)lesson->classes_count * ret[i];
        ret[i] = balanced ? (double)lesson->matrix.rows / share : 1;
        ret[i] *= lesson->class_weights ? lesson->class_weights[i] : 1;
    }
}
