// SPDX-License-Identifier: MPL-2.0
// Boosted trees in an ONNX graph.
#pragma once

#include "model/core/estimator.h"

// Of the contract (model/core/estimator.h).
//
// XGBoost asks whether a value is below a threshold, and its thresholds are values of the table. A
// column whose values single precision may have moved is asked a little below, so that a value that
// stood on the threshold stays on its side of it.
void boost_onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret);
