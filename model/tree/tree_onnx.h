// SPDX-License-Identifier: MPL-2.0
// Grown trees in an ONNX graph.
#pragma once

#include "model/tree/tree.h"

// The trees as nodes: the class of the largest share and the mean of the trees' shares, or the mean
// of their numbers. Thresholds are rounded down to single precision, which leaves every question's
// answer as it is: what is asked is of single precision.
void tree_onnx(const model_t *model, const tree_t *trees, size_t count, onnx_t *graph,
               const onnx_rows_t *rows, onnx_answer_t *ret);
