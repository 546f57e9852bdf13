// SPDX-License-Identifier: MPL-2.0
// The preparation of a model as nodes of an ONNX graph.
#pragma once

#include "learn/export_plan.h"
#include "model/onnx/onnx.h"

// What a step that cannot be part of a graph has not.
#define ONNX_LACKS "ONNX operator"

// Adds what makes the branch's columns, [rows, count], of the one that it begins with: float [rows,
// 1] where NaN is missing, or text where "" is, as no cell of a table is an empty text. `slack` is
// that of onnx_rows_t for the column; ret_slack[i] for what comes out. Errors: UNSUPPORTED, which
// names the step.
err_t branch_onnx(const branch_t *branch, onnx_t *graph, onnx_value_t column, double slack,
                  onnx_value_t *ret_value, double *ret_slack, fault_t *fault);
