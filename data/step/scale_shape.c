// SPDX-License-Identifier: MPL-2.0
// Scaling that changes the shape of a distribution. Conventions: numpy's log and log1p;
// scikit-learn's PowerTransformer, QuantileTransformer (fitted on all values that are there) and
// Normalizer.
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/families.h"
#include "data/step/learn.h"
#include "data/step/normal.h"
#include "data/step/power.h"

// --- One number by one -------------------------------------------------------------------------

enum { LAMBDA, MEAN, SD };

static const setting_t POWER[] = {
    {.name = "standardize",
     .kind = SETTING_BOOLEAN,
     .initial = "true",
     .help = "whether the result is scaled to mean 0 and deviation 1"},
    {0},
};

static err_t prepare(call_t *call, fault_t *fault)
{
    (void)fault;
    call_output(call, call->inputs[0].name, TYPE_FLOAT, false);
    return ERR_OK;
}

typedef double map_t(const params_t *params, double x);

// Cells of which the map makes no finite number become missing.
static void map_cells(const call_t *call, const place_t *place, const vector_t *input, map_t *map,
                      vector_t *ret_output)
{
    const double *from = vector_doubles(input, place->arena);
    double *numbers = arena_array(place->arena, place->rows, sizeof *numbers);
    uint8_t *valid = arena_alloc(place->arena, place->rows + 1);
    for (size_t i = 0; i < place->rows; i++) {
        bool there = vector_is_valid(input, i);
        double x = there ? map(call->params, from[i]) : 0;
        valid[i] = there && isfinite(x);
        numbers[i] = valid[i] ? x : 0;
        *place->faulty += there && !valid[i];
    }
    *ret_output =
        (vector_t){.type = TYPE_FLOAT, .count = place->rows, .valid = valid, .numbers = numbers};
}

static double map_log(const params_t *params, double x)
{
    (void)params;
    return log(x);
}

static double map_log1p(const params_t *params, double x)
{
    (void)params;
    return log1p(x);
}

static double map_box_cox(const params_t *params, double x)
{
    return (power_box_cox(x, params->numbers[LAMBDA]) - params->numbers[MEAN]) /
           params->numbers[SD];
}

static double map_yeo_johnson(const params_t *params, double x)
{
    return (power_yeo_johnson(x, params->numbers[LAMBDA]) - params->numbers[MEAN]) /
           params->numbers[SD];
}

static err_t apply_map(const call_t *call, const place_t *place, const vector_t *inputs,
                       vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    const char *method = call->step->kind->method;
    map_t *map = strcmp(method, "log") == 0       ? map_log
                 : strcmp(method, "log1p") == 0   ? map_log1p
                 : strcmp(method, "box_cox") == 0 ? map_box_cox
                                                  : map_yeo_johnson;
    map_cells(call, place, &inputs[0], map, &ret_outputs[0]);
    return ERR_OK;
}

static bool restore_power(call_t *call)
{
    return call->params->numbers[SD] > 0;
}

// --- Quantiles ---------------------------------------------------------------------------------

static const setting_t QUANTILE[] = {
    {.name = "quantiles",
     .kind = SETTING_INTEGER,
     .initial = "1000",
     .min = 2,
     .max = LEARN_QUANTILES_MAX - 1,
     .help = "how many; at most the values that are there"},
    {.name = "output",
     .kind = SETTING_CHOICE,
     .choices = "uniform|normal",
     .initial = "\"uniform\"",
     .help = "the distribution of the result"},
    {0},
};

// The share that quantile `i` stands for, as numpy's linspace has it.
static double reference(size_t i, size_t count)
{
    if (count < 2) {
        return 0;
    }
    return i + 1 == count ? 1 : (double)i * (1.0 / ((double)count - 1));
}

static err_t finish_quantile(call_t *call, fault_t *fault)
{
    (void)fault;
    learned_quantiles_t *learned = call->learning;
    size_t most = (size_t)step_integer(call->step, "quantiles");
    size_t count = learned->count < (int64_t)most ? (size_t)learned->count : most;
    if (!learned->done) {
        for (size_t i = 0; i < count; i++) {
            // by way of percents as in scikit-learn: ties show the last bit
            learned->wanted[i] = reference(i, count) * 100 / 100;
        }
        learned->wanted_count = count;
        return ERR_OK;
    }
    params_t *params = params_new();
    params->values = mem_array(count, sizeof *params->values);
    params->values_count = count;
    double most_yet = learned->values[0];
    for (size_t i = 0; i < count; i++) { // interpolation may fall by the last bit
        most_yet = fmax(most_yet, learned->values[i]);
        params->values[i] = most_yet;
    }
    call->params = params;
    return ERR_OK;
}

static bool restore_quantile(call_t *call)
{
    const params_t *params = call->params;
    bool good = params->values && params->values_count > 0;
    for (size_t i = 1; good && i < params->values_count; i++) {
        good = params->values[i] >= params->values[i - 1];
    }
    return good;
}

// How many quantiles are below x, or not above it.
static size_t count_below(const params_t *params, double x, bool or_equal)
{
    size_t low = 0;
    size_t high = params->values_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        double value = params->values[middle];
        if (value < x || (or_equal && value == x)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// The share of values below x: where quantiles repeat, the middle of their shares.
static double share_of(const params_t *params, double x)
{
    const double *q = params->values;
    size_t count = params->values_count;
    if (x <= q[0]) {
        return 0;
    }
    if (x >= q[count - 1]) {
        return 1;
    }
    size_t above = count_below(params, x, true);
    size_t low = above - 1; // the last one that is not above x
    size_t high = count_below(params, x, false);
    if (q[low] == x) {
        return 0.5 * (reference(low, count) + reference(high, count));
    }
    double from = reference(low, count);
    return from + (reference(above, count) - from) * ((x - q[low]) / (q[above] - q[low]));
}

// Numbers this near to an end count as the end, and the ends are where 1e-7 would be.
static const double THRESHOLD = 1e-7;

static double map_uniform(const params_t *params, double x)
{
    return share_of(params, x);
}

static double map_normal(const params_t *params, double x)
{
    double most = -normal_quantile(THRESHOLD - DBL_EPSILON);
    double least = params->values[0];
    if (x - THRESHOLD < least) {
        return -most;
    }
    if (x + THRESHOLD > params->values[params->values_count - 1]) {
        return most;
    }
    return fmin(fmax(normal_quantile(share_of(params, x)), -most), most);
}

static err_t apply_quantile(const call_t *call, const place_t *place, const vector_t *inputs,
                            vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    bool uniform = step_chose(call->step, "output", "uniform");
    map_cells(call, place, &inputs[0], uniform ? map_uniform : map_normal, &ret_outputs[0]);
    return ERR_OK;
}

// --- Rows --------------------------------------------------------------------------------------

static const setting_t UNIT_NORM[] = {
    {.name = "norm",
     .kind = SETTING_CHOICE,
     .choices = "l1|l2|max",
     .initial = "\"l2\"",
     .help = "the sum of sizes, the root of the sum of squares, or the largest size"},
    {0},
};

static err_t prepare_unit_norm(call_t *call, fault_t *fault)
{
    (void)fault;
    bool filled = true;
    for (size_t i = 0; i < call->inputs_count; i++) {
        filled = filled && call->inputs[i].filled;
    }
    for (size_t i = 0; i < call->inputs_count; i++) {
        call_output(call, call->inputs[i].name, TYPE_FLOAT, filled);
    }
    return ERR_OK;
}

static void add_to_norms(const step_t *step, const double *from, size_t rows, double *norms)
{
    bool most = step_chose(step, "norm", "max");
    bool squares = step_chose(step, "norm", "l2");
    for (size_t i = 0; i < rows; i++) {
        double size = fabs(from[i]);
        norms[i] = most ? fmax(norms[i], size) : norms[i] + (squares ? size * size : size);
    }
}

static err_t apply_unit_norm(const call_t *call, const place_t *place, const vector_t *inputs,
                             vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    size_t rows = place->rows;
    double *norms = arena_array(place->arena, rows, sizeof *norms);
    uint8_t *valid = arena_alloc(place->arena, rows + 1);
    memset(norms, 0, rows * sizeof *norms);
    memset(valid, 1, rows + 1);
    for (size_t c = 0; c < call->inputs_count; c++) {
        add_to_norms(call->step, vector_doubles(&inputs[c], place->arena), rows, norms);
        for (size_t i = 0; inputs[c].valid && i < rows; i++) {
            valid[i] &= inputs[c].valid[i];
        }
    }
    for (size_t i = 0; i < rows; i++) {
        double norm = step_chose(call->step, "norm", "l2") ? sqrt(norms[i]) : norms[i];
        norms[i] = norm > 0 ? norm : 1;
    }
    for (size_t c = 0; c < call->inputs_count; c++) {
        const double *from = vector_doubles(&inputs[c], place->arena);
        double *numbers = arena_array(place->arena, rows, sizeof *numbers);
        for (size_t i = 0; i < rows; i++) {
            numbers[i] = from[i] / norms[i];
        }
        ret_outputs[c] =
            (vector_t){.type = TYPE_FLOAT, .count = rows, .valid = valid, .numbers = numbers};
    }
    return ERR_OK;
}

const step_kind_t SCALE_SHAPE_KINDS[] = {
    {
        .op = "scale",
        .method = "log",
        .title = "Logarithm",
        .help = "ln(x); missing where x is not positive.",
        .types = TYPES_NUMBER,
        .prepare = prepare,
        .apply = apply_map,
    },
    {
        .op = "scale",
        .method = "log1p",
        .title = "Logarithm of 1 + x",
        .help = "ln(1 + x), for numbers from 0 on; missing where x is not above -1.",
        .types = TYPES_NUMBER,
        .prepare = prepare,
        .apply = apply_map,
    },
    {
        .op = "scale",
        .method = "box_cox",
        .title = "Towards normal, positive numbers",
        .help = "Box and Cox's power, the most likely one; all numbers must be positive.",
        .types = TYPES_NUMBER,
        .settings = POWER,
        .prepare = prepare,
        .learner = &LEARN_POWER,
        .apply = apply_map,
        .numbers = {"lambda", "mean", "sd"},
        .restore = restore_power,
    },
    {
        .op = "scale",
        .method = "yeo_johnson",
        .title = "Towards normal",
        .help = "Yeo and Johnson's power, the most likely one.",
        .types = TYPES_NUMBER,
        .settings = POWER,
        .prepare = prepare,
        .learner = &LEARN_POWER,
        .apply = apply_map,
        .numbers = {"lambda", "mean", "sd"},
        .restore = restore_power,
    },
    {
        .op = "scale",
        .method = "quantile",
        .title = "By rank",
        .help = "The share of values below x, or the normal number at that share.",
        .types = TYPES_NUMBER,
        .settings = QUANTILE,
        .prepare = prepare,
        .learner = &LEARN_QUANTILES,
        .finish = finish_quantile,
        .apply = apply_quantile,
        .restore = restore_quantile,
    },
    {
        .op = "scale",
        .method = "unit_norm",
        .title = "Rows of length 1",
        .help = "Each row's numbers by their norm; a row with a missing one is missing in all.",
        .shape = STEP_TOGETHER,
        .types = TYPES_NUMBER,
        .settings = UNIT_NORM,
        .prepare = prepare_unit_norm,
        .apply = apply_unit_norm,
    },
    {0},
};
