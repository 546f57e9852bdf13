// SPDX-License-Identifier: MPL-2.0
// How trees grow: what the parameters of trees and of forests have in common.
#pragma once

#include "model/core/estimator.h"
#include "model/tree/criterion.h"

typedef struct {
    criterion_t criterion;
    size_t classes;      // 0: the targets are numbers
    size_t features;     // a split is looked for among so many
    size_t depth_max;    // SIZE_MAX: no limit
    size_t split_min;    // a node of fewer rows is a leaf
    size_t leaf_min;     // each leaf has at least so many rows,
    double leaf_share;   // and so much of all weight
    double decrease_min; // a split makes the whole at least so much less impure
    size_t leaves_max;   // 0: no limit; otherwise the best splits come first
} growth_t;

// Reads what growth_params.def has. Errors: HYPERPARAMETER, naming the parameter that does not fit
// the task.
err_t growth_read(const json_t *params, const lesson_t *lesson, growth_t *ret_growth,
                  fault_t *fault);

// The rows with their classes or targets and weights, class_weight included. The caller frees.
sample_t *growth_samples(const json_t *params, const lesson_t *lesson);
