// SPDX-License-Identifier: MPL-2.0
// Fitted steps that make another number of a number, as nodes of an ONNX graph.
#pragma once

#include "data/step/step.h"
#include "learn/parts.h"
#include "model/onnx/onnx.h"

// Replaces *value, float [rows, 1], by what the step makes of it: PART_MIN_MAX to PART_BIN. *slack
// is that of onnx_rows_t. False: there are no operators for it.
bool export_onnx_scale(const call_t *call, part_t part, onnx_t *graph, onnx_value_t *value,
                       double *slack);
