// SPDX-License-Identifier: MPL-2.0
#include "model/onnx/onnx_ops.h"

#include <stdlib.h>

#include "base/mem.h"

// Ends a node of one output.
static onnx_value_t close(onnx_t *graph)
{
    onnx_value_t value = onnx_give(graph);
    onnx_close(graph);
    return value;
}

onnx_value_t onnx_unary(onnx_t *graph, const char *op, onnx_value_t value)
{
    onnx_open(graph, op);
    onnx_take(graph, value);
    return close(graph);
}

onnx_value_t onnx_binary(onnx_t *graph, const char *op, onnx_value_t a, onnx_value_t b)
{
    onnx_open(graph, op);
    onnx_take(graph, a);
    onnx_take(graph, b);
    return close(graph);
}

onnx_value_t onnx_cast(onnx_t *graph, onnx_value_t value, onnx_type_t type)
{
    onnx_open(graph, "Cast");
    onnx_take(graph, value);
    onnx_set_integer(graph, "to", type);
    return close(graph);
}

onnx_value_t onnx_where(onnx_t *graph, onnx_value_t condition, onnx_value_t a, onnx_value_t b)
{
    onnx_open(graph, "Where");
    onnx_take(graph, condition);
    onnx_take(graph, a);
    onnx_take(graph, b);
    return close(graph);
}

onnx_value_t onnx_gather(onnx_t *graph, onnx_value_t from, onnx_value_t indexes)
{
    onnx_open(graph, "Gather");
    onnx_take(graph, from);
    onnx_take(graph, indexes);
    onnx_set_integer(graph, "axis", 0);
    return close(graph);
}

onnx_value_t onnx_concat(onnx_t *graph, const onnx_value_t *values, size_t count)
{
    if (count == 1) {
        return values[0];
    }
    onnx_open(graph, "Concat");
    for (size_t i = 0; i < count; i++) {
        onnx_take(graph, values[i]);
    }
    onnx_set_integer(graph, "axis", 1);
    return close(graph);
}

onnx_value_t onnx_sum(onnx_t *graph, onnx_value_t value, int64_t axis, bool keep)
{
    onnx_value_t axes = onnx_integers(graph, &axis, 1);
    onnx_open(graph, "ReduceSum");
    onnx_take(graph, value);
    onnx_take(graph, axes);
    onnx_set_integer(graph, "keepdims", keep);
    return close(graph);
}

onnx_value_t onnx_most(onnx_t *graph, onnx_value_t value, int64_t axis)
{
    onnx_open(graph, "ReduceMax");
    onnx_take(graph, value);
    onnx_set_integers(graph, "axes", &axis, 1);
    return close(graph);
}

onnx_value_t onnx_column(onnx_t *graph, onnx_value_t value, size_t column)
{
    int64_t index = (int64_t)column;
    onnx_value_t indexes = onnx_integers(graph, &index, 1);
    onnx_open(graph, "Gather");
    onnx_take(graph, value);
    onnx_take(graph, indexes);
    onnx_set_integer(graph, "axis", 1);
    return close(graph);
}

onnx_value_t onnx_place(onnx_t *graph, const char *op, onnx_value_t value)
{
    onnx_open(graph, op);
    onnx_take(graph, value);
    onnx_set_integer(graph, "axis", 1);
    onnx_set_integer(graph, "keepdims", 0);
    return close(graph);
}

onnx_value_t onnx_affine(onnx_t *graph, onnx_value_t value, const double *weights,
                         const double *bias, size_t columns, size_t outputs)
{
    double *turned = mem_array(columns * outputs, sizeof *turned);
    for (size_t k = 0; k < outputs; k++) {
        for (size_t j = 0; j < columns; j++) {
            turned[j * outputs + k] = weights[k * columns + j];
        }
    }
    int64_t shape[] = {(int64_t)columns, (int64_t)outputs};
    onnx_value_t factors = onnx_floats(graph, turned, shape, 2);
    onnx_value_t constants = onnx_floats(graph, bias, shape + 1, 1);
    free(turned);
    return onnx_binary(graph, "Add", onnx_binary(graph, "MatMul", value, factors), constants);
}

onnx_value_t onnx_squares(onnx_t *graph, onnx_value_t value, const double *points,
                          const double *scales, size_t count, size_t columns)
{
    static const int64_t middle = 1;
    int64_t shape[] = {1, (int64_t)count, (int64_t)columns};
    onnx_value_t constant = onnx_floats(graph, points, shape, 3);
    onnx_value_t row = onnx_binary(graph, "Unsqueeze", value,
                                   onnx_integers(graph, &middle, 1)); // [rows, 1, columns]
    onnx_value_t off = onnx_binary(graph, "Sub", row, constant);
    onnx_value_t squares = onnx_binary(graph, "Mul", off, off);
    if (scales) {
        squares = onnx_binary(graph, "Mul", squares, onnx_floats(graph, scales, shape, 3));
    }
    return onnx_sum(graph, squares, 2, false);
}

onnx_value_t onnx_both(onnx_t *graph, onnx_value_t second)
{
    onnx_value_t first = onnx_binary(graph, "Sub", onnx_number(graph, 1), second);
    return onnx_concat(graph, (onnx_value_t[]){first, second}, 2);
}
