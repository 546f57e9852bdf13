// SPDX-License-Identifier: MPL-2.0
#include "learn/export_onnx_scales.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/onnx/onnx_ops.h"

// params->numbers of a scale step, as data/step/scale.c has them.
enum { CENTER, LOW, HIGH, SPREAD };

// Those of data/step/scale_shape.c and data/step/outliers.c.
enum { LAMBDA, MEAN, SD };
enum { LEAST, MOST };

static const double EPSILON = FLT_EPSILON;

static onnx_value_t binary(onnx_t *graph, const char *op, onnx_value_t value, double number)
{
    return onnx_binary(graph, op, value, onnx_number(graph, number));
}

static onnx_value_t scale(onnx_t *graph, onnx_value_t value, double center, double spread,
                          double *slack)
{
    *slack = (*slack + 2 * EPSILON * fabs(center)) / spread + FLT_MIN;
    return binary(graph, "Div", binary(graph, "Sub", value, center), spread);
}

// Missing where there is no number, as in the logarithm of 0.
static onnx_value_t finite_log(onnx_t *graph, onnx_value_t value)
{
    onnx_value_t there = binary(graph, "Greater", value, 0);
    return onnx_where(graph, there, onnx_unary(graph, "Log", value), onnx_number(graph, NAN));
}

static onnx_value_t log_of(onnx_t *graph, onnx_value_t value, bool plus_one, double *slack)
{
    *slack = 4 * EPSILON;
    return finite_log(graph, plus_one ? binary(graph, "Add", value, 1) : value);
}

// (value ^ lambda - 1) / lambda, of positive values.
static onnx_value_t power(onnx_t *graph, onnx_value_t value, double lambda)
{
    if (fabs(lambda) < EPSILON) {
        return finite_log(graph, value);
    }
    onnx_value_t raised = binary(graph, "Pow", value, lambda);
    return binary(graph, "Div", binary(graph, "Sub", raised, 1), lambda);
}

static onnx_value_t box_cox(onnx_t *graph, onnx_value_t value, double lambda)
{
    onnx_value_t there = binary(graph, "Greater", value, 0);
    return onnx_where(graph, there, power(graph, value, lambda), onnx_number(graph, NAN));
}

// Of 1 + x where x is not negative, else of 1 - x with 2 - lambda, turned around. A missing value
// is neither, and takes the second way.
static onnx_value_t yeo_johnson(onnx_t *graph, onnx_value_t value, double lambda)
{
    onnx_value_t is_above = binary(graph, "GreaterOrEqual", value, 0);
    onnx_value_t size = onnx_unary(graph, "Abs", value);
    onnx_value_t plus = binary(graph, "Add", size, 1);
    onnx_value_t below = onnx_unary(graph, "Neg", power(graph, plus, 2 - lambda));
    return onnx_where(graph, is_above, power(graph, plus, lambda), below);
}

static onnx_value_t clip(onnx_t *graph, onnx_value_t value, double least, double most)
{
    onnx_value_t below = binary(graph, "Less", value, least);
    onnx_value_t raised = onnx_where(graph, below, onnx_number(graph, least), value);
    onnx_value_t above = binary(graph, "Greater", raised, most);
    return onnx_where(graph, above, onnx_number(graph, most), raised);
}

// How many of the inner edges are below the value; outside of all edges it is missing. A value that
// single precision may have moved is on an edge when it is near enough.
static onnx_value_t bin(onnx_t *graph, onnx_value_t value, const params_t *params, double slack)
{
    const double *edges = params->values;
    size_t last = params->values_count - 1;
    double *reached = mem_array(last + 1, sizeof *reached);
    for (size_t i = 0; i <= last; i++) {
        double reach = slack > 0 ? slack + 4 * EPSILON * fabs(edges[i]) : 0;
        reached[i] = i == 0 ? edges[i] - reach : edges[i] + reach;
    }
    onnx_value_t low = binary(graph, "GreaterOrEqual", value, reached[0]);
    onnx_value_t high = binary(graph, "LessOrEqual", value, reached[last]);
    onnx_value_t inside = onnx_binary(graph, "And", low, high);
    onnx_value_t place = onnx_number(graph, 0);
    if (last > 1) {
        int64_t shape[] = {1, (int64_t)last - 1};
        onnx_value_t inner = onnx_floats(graph, reached + 1, shape, 2);
        onnx_value_t above = onnx_binary(graph, "Greater", value, inner);
        place = onnx_sum(graph, onnx_cast(graph, above, ONNX_FLOAT), 1, true);
    }
    free(reached);
    return onnx_where(graph, inside, place, onnx_number(graph, NAN));
}

// --- Ranks -------------------------------------------------------------------------------------

// How many of the constants the value is above, or not below: [rows, 1].
static onnx_value_t count(onnx_t *graph, const char *op, onnx_value_t value,
                          const double *constants, size_t size)
{
    int64_t shape[] = {1, (int64_t)size};
    onnx_value_t is = onnx_binary(graph, op, value, onnx_floats(graph, constants, shape, 2));
    return onnx_sum(graph, onnx_cast(graph, is, ONNX_FLOAT), 1, true);
}

// The quantile of a place, which is kept within them.
static onnx_value_t quantile_at(onnx_t *graph, onnx_value_t quantiles, onnx_value_t place,
                                size_t size)
{
    onnx_value_t near = clip(graph, place, 0, (double)size - 1);
    return onnx_gather(graph, quantiles, onnx_cast(graph, near, ONNX_INT64));
}

// Between two quantiles the place is on the line; where they repeat, in the middle of theirs.
static onnx_value_t place_of(onnx_t *graph, onnx_value_t value, const double *q, size_t size,
                             onnx_value_t below, onnx_value_t upto)
{
    int64_t shape = (int64_t)size;
    onnx_value_t quantiles = onnx_floats(graph, q, &shape, 1);
    onnx_value_t before = binary(graph, "Sub", below, 1);
    onnx_value_t low = quantile_at(graph, quantiles, before, size);
    onnx_value_t high = quantile_at(graph, quantiles, below, size);
    onnx_value_t part = onnx_binary(graph, "Div", onnx_binary(graph, "Sub", value, low),
                                    onnx_binary(graph, "Sub", high, low));
    onnx_value_t line = onnx_binary(graph, "Add", before, part);
    onnx_value_t sum = onnx_binary(graph, "Add", binary(graph, "Sub", upto, 1), below);
    onnx_value_t repeated = onnx_binary(graph, "Greater", upto, below);
    return onnx_where(graph, repeated, binary(graph, "Mul", sum, 0.5), line);
}

// The share of values below, as data/step/scale_shape.c has it. A value that single precision may
// have moved is a quantile when it is near enough.
static onnx_value_t quantile(onnx_t *graph, onnx_value_t value, const params_t *params,
                             double *slack)
{
    const double *q = params->values;
    size_t size = params->values_count;
    double *least = mem_array(size, sizeof *least);
    double *most = mem_array(size, sizeof *most);
    for (size_t i = 0; i < size; i++) {
        double reach = *slack > 0 ? *slack + 4 * EPSILON * fabs(q[i]) : 0;
        least[i] = q[i] - reach;
        most[i] = q[i] + reach;
    }
    onnx_value_t below = count(graph, "Greater", value, most, size);
    onnx_value_t upto = count(graph, "GreaterOrEqual", value, least, size);
    onnx_value_t place = place_of(graph, value, q, size, below, upto);
    onnx_value_t share = binary(graph, "Div", place, fmax(1, (double)size - 1));
    onnx_value_t first = binary(graph, "LessOrEqual", value, most[0]);
    onnx_value_t last = binary(graph, "GreaterOrEqual", value, least[size - 1]);
    share = onnx_where(graph, last, onnx_number(graph, 1), share);
    share = onnx_where(graph, first, onnx_number(graph, 0), share);
    free(least);
    free(most);
    *slack = 4 * EPSILON;
    onnx_value_t missing = onnx_unary(graph, "IsNaN", value);
    return onnx_where(graph, missing, onnx_number(graph, NAN), share);
}

static onnx_value_t power_of(onnx_t *graph, onnx_value_t value, const double *numbers,
                             bool positive, double *slack)
{
    double lambda = numbers[LAMBDA];
    onnx_value_t made =
        positive ? box_cox(graph, value, lambda) : yeo_johnson(graph, value, lambda);
    *slack = 4 * EPSILON * (1 + fabs(lambda));
    return scale(graph, made, numbers[MEAN], numbers[SD], slack);
}

bool export_onnx_scale(const call_t *call, part_t part, onnx_t *graph, onnx_value_t *value,
                       double *slack)
{
    if (part == PART_LOG || part == PART_LOG1P) {
        *value = log_of(graph, *value, part == PART_LOG1P, slack);
        return true;
    }
    const double *numbers = call->params->numbers;
    switch (part) {
    case PART_MIN_MAX:
    case PART_Z_SCORE:
    case PART_ROBUST:
    case PART_MAX_ABS:
        *value = scale(graph, *value, numbers[CENTER], numbers[SPREAD], slack);
        return true;
    case PART_BOX_COX:
    case PART_YEO_JOHNSON:
        *value = power_of(graph, *value, numbers, part == PART_BOX_COX, slack);
        return true;
    case PART_CLIP:
        *value = clip(graph, *value, numbers[LEAST], numbers[MOST]);
        return true;
    case PART_BIN:
        *value = bin(graph, *value, call->params, *slack);
        *slack = 0;
        return true;
    case PART_QUANTILE: // a normal distribution's quantiles have no operator
        *value = quantile(graph, *value, call->params, slack);
        return step_chose(call->step, "output", "uniform");
    default:
        return false;
    }
}
