// SPDX-License-Identifier: MPL-2.0
// What models are made of in an ONNX graph: operators that are used again and again.
#pragma once

#include "model/onnx/onnx.h"

onnx_value_t onnx_unary(onnx_t *graph, const char *op, onnx_value_t value);
onnx_value_t onnx_binary(onnx_t *graph, const char *op, onnx_value_t a, onnx_value_t b);
onnx_value_t onnx_cast(onnx_t *graph, onnx_value_t value, onnx_type_t type);

// Where(condition, a, b)
onnx_value_t onnx_where(onnx_t *graph, onnx_value_t condition, onnx_value_t a, onnx_value_t b);

// Items of a constant, chosen along its first axis.
onnx_value_t onnx_gather(onnx_t *graph, onnx_value_t from, onnx_value_t indexes);

// [rows, a] and [rows, b], ...: side by side. One alone is itself.
onnx_value_t onnx_concat(onnx_t *graph, const onnx_value_t *values, size_t count);

// Sums along an axis, which stays with size 1 when `keep` is true.
onnx_value_t onnx_sum(onnx_t *graph, onnx_value_t value, int64_t axis, bool keep);

// The largest along an axis, which stays with size 1.
onnx_value_t onnx_most(onnx_t *graph, onnx_value_t value, int64_t axis);

// Column `column` of [rows, columns]: [rows, 1].
onnx_value_t onnx_column(onnx_t *graph, onnx_value_t value, size_t column);

// The place of the largest (ArgMax) or least (ArgMin) of each row, the first of equal ones: [rows].
onnx_value_t onnx_place(onnx_t *graph, const char *op, onnx_value_t value);

// value * weights + bias: [rows, columns] and `outputs` rows of `columns` weights make [rows,
// outputs].
onnx_value_t onnx_affine(onnx_t *graph, onnx_value_t value, const double *weights,
                         const double *bias, size_t columns, size_t outputs);

// The squared distances of [rows, columns] to `count` points: [rows, count]. `scales`, when it is
// not NULL, multiplies each square: count * columns.
onnx_value_t onnx_squares(onnx_t *graph, onnx_value_t value, const double *points,
                          const double *scales, size_t count, size_t columns);

// Probabilities of the second of two classes, [rows, 1], with those of the first beside them.
onnx_value_t onnx_both(onnx_t *graph, onnx_value_t second);
