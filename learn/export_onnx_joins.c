// SPDX-License-Identifier: MPL-2.0
#include "learn/export_onnx_joins.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/parts.h"
#include "model/onnx/onnx_ops.h"

static const double EPSILON = FLT_EPSILON;

// --- Principal components ----------------------------------------------------------------------

// By how much single precision may move a component.
static double slack_of(const double *component, const double *means, const double *slack,
                       size_t columns)
{
    double sum = FLT_MIN;
    for (size_t i = 0; i < columns; i++) {
        sum += fabs(component[i]) * (slack[i] + 4 * EPSILON * (1 + fabs(means[i])));
    }
    return sum;
}

// params->values as data/step/reduce.c has them: means, components.
static onnx_value_t add_pca(const call_t *call, onnx_t *graph, onnx_value_t inputs,
                            const double *slack, double *ret_slack)
{
    size_t columns = call->inputs_count;
    size_t kept = call->outputs_count;
    int64_t shape[] = {1, (int64_t)columns};
    const double *means = call->params->values;
    const double *components = means + columns;
    double *none = mem_array(kept, sizeof *none);
    onnx_value_t middle = onnx_floats(graph, means, shape, 2);
    onnx_value_t off = onnx_binary(graph, "Sub", inputs, middle);
    onnx_value_t made = onnx_affine(graph, off, components, none, columns, kept);
    for (size_t k = 0; k < kept; k++) {
        ret_slack[k] = slack_of(components + k * columns, means, slack, columns);
    }
    free(none);
    return made;
}

// --- Rows of length 1 --------------------------------------------------------------------------

// [rows, columns] to the length of each row, [rows, 1]; 1 where that is 0.
static onnx_value_t length_of(const step_t *step, onnx_t *graph, onnx_value_t inputs)
{
    bool squares = step_chose(step, "norm", "l2");
    onnx_value_t size = onnx_unary(graph, "Abs", inputs);
    onnx_value_t length;
    if (step_chose(step, "norm", "max")) {
        length = onnx_most(graph, size, 1);
    } else {
        size = squares ? onnx_binary(graph, "Mul", size, size) : size;
        length = onnx_sum(graph, size, 1, true);
        length = squares ? onnx_unary(graph, "Sqrt", length) : length;
    }
    onnx_value_t none = onnx_binary(graph, "Equal", length, onnx_number(graph, 0));
    return onnx_where(graph, none, onnx_number(graph, 1), length);
}

onnx_value_t export_onnx_join(const join_t *join, onnx_t *graph, onnx_value_t inputs,
                              const double *slack, double *ret_slack)
{
    if (part_of(join->call) == PART_PCA) {
        return add_pca(join->call, graph, inputs, slack, ret_slack);
    }
    for (size_t i = 0; i < join->call->outputs_count; i++) {
        ret_slack[i] = 8 * EPSILON;
    }
    return onnx_binary(graph, "Div", inputs, length_of(join->call->step, graph, inputs));
}
