// SPDX-License-Identifier: MPL-2.0
// The preparation of a model as nodes of an ONNX graph.
#pragma once

#include "learn/export_steps.h"
#include "model/onnx/onnx.h"

// Adds what makes the branch's inputs, [rows, count], of its column: float [rows, 1] where NaN is
// missing, or text where "" is, as no cell of a table is an empty text. ret_slack[i] is that of
// onnx_rows_t for input i of the branch. Errors: UNSUPPORTED, which names the step.
err_t branch_onnx(const branch_t *branch, onnx_t *graph, onnx_value_t column,
                  onnx_value_t *ret_value, double *ret_slack, fault_t *fault);

// The type of the column in the graph.
onnx_type_t branch_onnx_type(const branch_t *branch);
