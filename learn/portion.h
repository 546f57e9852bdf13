// SPDX-License-Identifier: MPL-2.0
// Some of the rows, behind each other: what one training learns from, or is judged by.
#pragma once

#include "learn/examples.h"

typedef struct {
    matrix_t matrix;
    int32_t *classes; // CLASSIFY
    double *targets;  // REGRESS
} portion_t;

// Takes the rows of the sample whose byte in `keep` is `value`. The caller releases it.
portion_t portion_take(const examples_t *examples, const sample_t *sample, const uint8_t *keep,
                       uint8_t value);

// Weights of the classes as the request asks for: of a map, or rows / (classes * rows of the
// class), as scikit-learn balances; *ret_weights is NULL when they are all 1. The caller frees it.
// Errors: HYPERPARAMETER for a label that is not there.
err_t portion_weigh(const portion_t *portion, const labels_t *labels, const request_t *request,
                    double **ret_weights, fault_t *fault);

// Fits a model on the portion. Errors: those of portion_weigh and model_fit.
err_t portion_fit(const portion_t *portion, const labels_t *labels, const request_t *request,
                  const progress_t *progress, model_t **ret_model, fault_t *fault);

// What the task's scores (score.h) say of the model's predictions for the portion's rows; NULL for
// a portion without rows. With `ret_confusion`, which has classes * classes zeros, counts [truth *
// classes + prediction]. A new reference.
json_t *portion_score(const portion_t *portion, const model_t *model, int64_t *ret_confusion);

// One of those scores alone, of the portion's rows, at least one; NAN when it is not defined.
double portion_score_alone(const portion_t *portion, const model_t *model, const char *score);

void portion_release(portion_t *portion);
