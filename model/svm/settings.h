// SPDX-License-Identifier: MPL-2.0
// An estimator's parameters as libsvm takes them.
#pragma once

#include <libsvm/svm.h>

#include "model/svm/machine.h"

// The kernel that the parameters name. "scale" is a gamma of 1 / (columns * variance of all
// numbers), "auto" one of 1 / columns, as in scikit-learn. Errors: HYPERPARAMETER.
err_t settings_kernel(const json_t *params, const matrix_t *matrix, kernel_t *ret_kernel,
                      fault_t *fault);

// The same with a gamma that is known.
kernel_t settings_kernel_of(const json_t *params, double gamma);

// The solver's settings for an svm_type; classes have no weights yet. C is that of a row of weight
// `weight`.
struct svm_parameter settings_solver(const json_t *params, const kernel_t *kernel, int svm_type,
                                     double weight);

// The weights of `classes_count` classes.
void settings_class_weights(const json_t *params, const lesson_t *lesson, double *ret);
