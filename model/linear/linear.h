// SPDX-License-Identifier: MPL-2.0
// What all linear models have learned: for each output a sum of the columns, each times its
// coefficient, and an intercept. What they share of the contract of estimators.
#pragma once

#include "model/core/estimator.h"

typedef struct {
    size_t outputs;     // 1 for numbers and two classes, else one a class
    double *coef;       // outputs * columns
    double *intercept;  // outputs
    int64_t iterations; // of the solver; 0: it does not iterate
} linear_t;

// How many outputs a model of the task has.
size_t linear_outputs(const model_t *model);

// All zero. The model owns it from here on: linear_release.
linear_t *linear_new(model_t *model);

// Whether all that was learned is finite. Errors: HYPERPARAMETER.
err_t linear_check(const model_t *model, fault_t *fault);

// The sums of each row: rows * outputs.
void linear_outputs_of(const model_t *model, const matrix_t *matrix, double *ret);

// The sums of each row in an ONNX graph: [rows, outputs].
onnx_value_t linear_onnx_sums(const model_t *model, onnx_t *graph, const onnx_rows_t *rows);

// Of the contract (model/core/estimator.h). linear_pickle_state adds coef_, intercept_ and
// n_features_in_ to a state dict that is open; several outputs, or classes, make coef_ a matrix.
void linear_predict(const model_t *model, const matrix_t *matrix, double *ret);
void linear_pickle_state(const model_t *model, buf_t *out);
void linear_onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret);
json_t *linear_to_json(const model_t *model);
err_t linear_from_json(model_t *model, const json_t *json, fault_t *fault);
void linear_release(model_t *model);
