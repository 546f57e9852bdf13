// SPDX-License-Identifier: MPL-2.0
// Scaling. Conventions: scikit-learn's MinMaxScaler, StandardScaler (population sd), RobustScaler
// (quantiles "linear"), MaxAbsScaler.
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/families.h"
#include "data/step/learn.h"

// params->numbers[CENTER] and [SPREAD] are what `apply` uses; documents name all three.
enum { CENTER, LOW, HIGH, SPREAD };

static bool is_constant(const input_t *input)
{
    const json_t *least = json_object_get(input->facts, "min");
    const json_t *most = json_object_get(input->facts, "max");
    return json_is_number(least) && json_equal(least, most);
}

static err_t constant(const call_t *call, fault_t *fault)
{
    return call_fault(call, 0, ERR_COLUMN_CONSTANT, fault, "drop it, or take it out of the step",
                      "column '%s' has the same value in every row; %s cannot scale it",
                      call->inputs[0].name, call->step->kind->method);
}

static err_t prepare(call_t *call, fault_t *fault)
{
    const input_t *input = &call->inputs[0];
    if (input->facts && !input->filled &&
        json_integer_value(json_object_get(input->facts, "distinct")) == 0) {
        return learn_empty(call, fault);
    }
    bool same = is_constant(input) && strcmp(call->step->kind->method, "max_abs") != 0;
    if (same) {
        return constant(call, fault);
    }
    call_output(call, input->name, TYPE_FLOAT, input->filled);
    return ERR_OK;
}

static err_t too_large(const call_t *call, fault_t *fault)
{
    return call_fault(call, 0, ERR_COLUMN_TYPE, fault, "take the column out of the step",
                      "the numbers of column '%s' are too large for %s", call->inputs[0].name,
                      call->step->kind->method);
}

static err_t set_params(call_t *call, double center, double low, double high, double spread,
                        fault_t *fault)
{
    if (!isfinite(center) || !isfinite(spread)) {
        return too_large(call, fault);
    }
    if (!(spread > 0)) {
        return constant(call, fault);
    }
    call->params = params_new();
    call->params->numbers[CENTER] = center;
    call->params->numbers[LOW] = low;
    call->params->numbers[HIGH] = high;
    call->params->numbers[SPREAD] = spread;
    return ERR_OK;
}

static err_t finish_min_max(call_t *call, fault_t *fault)
{
    const learned_moments_t *learned = call->learning;
    return set_params(call, learned->min, learned->min, learned->max, learned->max - learned->min,
                      fault);
}

static err_t finish_z_score(call_t *call, fault_t *fault)
{
    const learned_moments_t *learned = call->learning;
    double sd = learned->sd;
    return set_params(call, learned->mean, sd, sd, sd, fault);
}

static err_t finish_robust(call_t *call, fault_t *fault)
{
    static const double wanted[] = {0.25, 0.5, 0.75};
    learned_quantiles_t *learned = call->learning;
    if (!learned->done) {
        memcpy(learned->wanted, wanted, sizeof wanted);
        learned->wanted_count = 3;
        return ERR_OK;
    }
    const double *values = learned->values;
    if (values[2] == values[0]) {
        return call_fault(call, 0, ERR_COLUMN_CONSTANT, fault, "use z_score for this column",
                          "the interquartile range of column '%s' is 0; robust cannot scale it",
                          call->inputs[0].name);
    }
    return set_params(call, values[1], values[0], values[2], values[2] - values[0], fault);
}

static err_t finish_max_abs(call_t *call, fault_t *fault)
{
    const learned_moments_t *learned = call->learning;
    double most = fmax(fabs(learned->min), fabs(learned->max));
    return set_params(call, 0, 0, most, most, fault);
}

static err_t apply(const call_t *call, const place_t *place, const vector_t *inputs,
                   vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    const double *from = vector_doubles(&inputs[0], place->arena);
    double *numbers = arena_array(place->arena, place->rows, sizeof *numbers);
    double center = call->params->numbers[CENTER];
    double spread = call->params->numbers[SPREAD];
    for (size_t i = 0; i < place->rows; i++) {
        numbers[i] = (from[i] - center) / spread;
    }
    ret_outputs[0] = (vector_t){
        .type = TYPE_FLOAT, .count = place->rows, .valid = inputs[0].valid, .numbers = numbers};
    return ERR_OK;
}

static bool restore_range(call_t *call)
{
    params_t *params = call->params;
    params->numbers[CENTER] = params->numbers[LOW];
    params->numbers[SPREAD] = params->numbers[HIGH] - params->numbers[LOW];
    return params->numbers[SPREAD] > 0;
}

static bool restore_z_score(call_t *call)
{
    call->params->numbers[SPREAD] = call->params->numbers[LOW];
    return call->params->numbers[SPREAD] > 0;
}

static bool restore_robust(call_t *call)
{
    params_t *params = call->params;
    params->numbers[SPREAD] = params->numbers[HIGH] - params->numbers[LOW];
    return params->numbers[SPREAD] > 0;
}

static bool restore_max_abs(call_t *call)
{
    call->params->numbers[CENTER] = 0;
    call->params->numbers[SPREAD] = call->params->numbers[HIGH];
    return call->params->numbers[SPREAD] > 0;
}

const step_kind_t SCALE_KINDS[] = {
    {
        .op = "scale",
        .method = "min_max",
        .title = "Scale to 0 to 1",
        .help = "(x - min) / (max - min).",
        .types = TYPES_NUMBER,
        .prepare = prepare,
        .learner = &LEARN_MOMENTS,
        .finish = finish_min_max,
        .apply = apply,
        .numbers = {"", "min", "max", ""},
        .restore = restore_range,
    },
    {
        .op = "scale",
        .method = "z_score",
        .title = "Scale to mean 0, deviation 1",
        .help = "(x - mean) / sd, the population's standard deviation.",
        .types = TYPES_NUMBER,
        .prepare = prepare,
        .learner = &LEARN_MOMENTS,
        .finish = finish_z_score,
        .apply = apply,
        .numbers = {"mean", "sd", "", ""},
        .restore = restore_z_score,
    },
    {
        .op = "scale",
        .method = "robust",
        .title = "Scale by the middle half",
        .help = "(x - median) / (q75 - q25); outliers do not count.",
        .types = TYPES_NUMBER,
        .prepare = prepare,
        .learner = &LEARN_QUANTILES,
        .finish = finish_robust,
        .apply = apply,
        .numbers = {"median", "q25", "q75", ""},
        .restore = restore_robust,
    },
    {
        .op = "scale",
        .method = "max_abs",
        .title = "Scale by the largest size",
        .help = "x / max |x|; zero stays zero.",
        .types = TYPES_NUMBER,
        .prepare = prepare,
        .learner = &LEARN_MOMENTS,
        .finish = finish_max_abs,
        .apply = apply,
        .numbers = {"", "", "max_abs", ""},
        .restore = restore_max_abs,
    },
    {0},
};
