// SPDX-License-Identifier: MPL-2.0
// An estimator's parameters, and what follows from them.
#pragma once

#include "model/svm/machine.h"

// What is asked for.
typedef enum {
    BORDER_COST,   // between two classes, errors at a cost: C-SVC
    BORDER_SHARE,  // between two classes, a share of errors: nu-SVC
    BORDER_CURVE,  // along numbers: epsilon-SVR
    BORDER_AROUND, // around most rows: one-class
} border_kind_t;

typedef struct {
    border_kind_t kind;
    kernel_t kernel;
    double cost;    // C; COST and CURVE
    double nu;      // SHARE and AROUND
    double epsilon; // CURVE
    double tol;
    bool probability;
} settings_t;

// The kernel that the parameters name. "scale" is a gamma of 1 / (columns * variance of all
// numbers), "auto" one of 1 / columns, as in scikit-learn. Errors: HYPERPARAMETER.
err_t settings_kernel(const json_t *params, const matrix_t *matrix, kernel_t *ret_kernel,
                      fault_t *fault);

// The same with a gamma that is known.
kernel_t settings_kernel_of(const json_t *params, double gamma);

// Everything, for a kernel that is known.
settings_t settings_of(const json_t *params, const kernel_t *kernel, border_kind_t kind);

// The weights of `classes_count` classes.
void settings_class_weights(const json_t *params, const lesson_t *lesson, double *ret);
