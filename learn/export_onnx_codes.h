// SPDX-License-Identifier: MPL-2.0
// Fitted steps that make numbers of values, as nodes of an ONNX graph.
#pragma once

#include "learn/export_plan.h"
#include "model/onnx/onnx.h"

// What has become of a column.
typedef struct {
    onnx_t *graph;
    onnx_value_t value; // float [rows, 1], NaN: missing; or text, "": missing
    bool text;
    char *fill;   // of a text: what stands for a missing one; owned
    bool filled;  // nothing is missing any more
    double slack; // that of onnx_rows_t
} onnx_cell_t;

// The place of each value among the step's levels, -1 for others.
void export_onnx_label(onnx_cell_t *cell, const call_t *call);

// How frequent each value is, 0 for others.
void export_onnx_frequency(onnx_cell_t *cell, const call_t *call);

// 1 where the value is missing, else 0.
void export_onnx_indicator(onnx_cell_t *cell);

// [rows, count]: for each leaf of the branch what its steps made of 1 where the level is the value,
// else of 0.
void export_onnx_one_hot(onnx_cell_t *cell, const call_t *call, const branch_t *branch);
