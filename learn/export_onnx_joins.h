// SPDX-License-Identifier: MPL-2.0
// Steps that take several columns together, as nodes of an ONNX graph.
#pragma once

#include "learn/export_plan.h"
#include "model/onnx/onnx.h"

// Adds what makes a join's outputs, float [rows, outputs], of its inputs side by side, [rows,
// inputs]. slack[i] is that of onnx_rows_t for input i; ret_slack[o] for output o.
onnx_value_t export_onnx_join(const join_t *join, onnx_t *graph, onnx_value_t inputs,
                              const double *slack, double *ret_slack);
