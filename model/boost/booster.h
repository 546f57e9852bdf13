// SPDX-License-Identifier: MPL-2.0
// XGBoost's objects, and its answers as faults of ours.
#pragma once

#include <xgboost/c_api.h>

#include "model/core/estimator.h"

enum {
    BOOST_ROUNDS_MAX = 10000,
    BOOST_DEPTH_MAX = 24,
};

// The state: a booster for predictions, and its bytes (UBJSON), which are what is kept of it.
typedef struct {
    BoosterHandle handle;
    buf_t bytes;
} booster_t;

// What XGBoost says of a call that failed: INTERNAL, or MEMORY.
err_t booster_fault(fault_t *fault);

// OK, or that when a call has failed.
err_t booster_check(int failed, fault_t *fault);

// The objective's name for a task.
const char *booster_objective(task_t task, size_t classes);

// A booster from the bytes, which it takes. Errors: as XGBoost has them.
err_t booster_open(buf_t *bytes, booster_t **ret_booster, fault_t *fault);
void booster_destroy(booster_t **booster);

// The array of a matrix as XGBoost is told of it (numpy's array interface). The caller frees.
char *booster_array(const matrix_t *matrix);

// Answers of the objective for each row: one number, or as many as there are classes when there
// are more than two. They are valid until the thread's next call.
const float *booster_answers(const booster_t *booster, const matrix_t *matrix);
