// SPDX-License-Identifier: MPL-2.0
#include "learn/export_scales.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

// params->numbers of a scale step, as data/step/scale.c has them.
enum { CENTER, LOW, HIGH, SPREAD };

// Those of data/step/scale_shape.c and data/step/outliers.c.
enum { LAMBDA, MEAN, SD };
enum { LEAST, MOST };

static const double REACH = 1e-11;

void export_standard(chain_t *chain, const double *mean, const double *scale, size_t count)
{
    double *variance = mem_array(count, sizeof *variance);
    for (size_t i = 0; i < count; i++) {
        variance[i] = scale[i] * scale[i];
    }
    chain_begin(chain, "sklearn.preprocessing", "StandardScaler");
    if (count > 1) { // the key again: the last one counts
        state_integer(chain->out, "n_features_in_", (int64_t)count);
    }
    state_doubles(chain->out, "mean_", mean, count);
    state_doubles(chain->out, "var_", variance, count);
    state_doubles(chain->out, "scale_", scale, count);
    state_integer(chain->out, "n_samples_seen_", chain->samples);
    chain_end(chain);
    free(variance);
}

static void write_min_max(chain_t *chain, const double *numbers)
{
    double scale = 1 / numbers[SPREAD];
    double min = -numbers[LOW] * scale;
    chain_begin(chain, "sklearn.preprocessing", "MinMaxScaler");
    state_doubles(chain->out, "min_", &min, 1);
    state_doubles(chain->out, "scale_", &scale, 1);
    state_doubles(chain->out, "data_min_", &numbers[LOW], 1);
    state_doubles(chain->out, "data_max_", &numbers[HIGH], 1);
    state_doubles(chain->out, "data_range_", &numbers[SPREAD], 1);
    state_integer(chain->out, "n_samples_seen_", chain->samples);
    chain_end(chain);
}

static void write_robust(chain_t *chain, const double *numbers)
{
    chain_begin(chain, "sklearn.preprocessing", "RobustScaler");
    state_doubles(chain->out, "center_", &numbers[CENTER], 1);
    state_doubles(chain->out, "scale_", &numbers[SPREAD], 1);
    chain_end(chain);
}

static void write_max_abs(chain_t *chain, const double *numbers)
{
    chain_begin(chain, "sklearn.preprocessing", "MaxAbsScaler");
    state_doubles(chain->out, "max_abs_", &numbers[SPREAD], 1);
    state_doubles(chain->out, "scale_", &numbers[SPREAD], 1);
    state_integer(chain->out, "n_samples_seen_", chain->samples);
    chain_end(chain);
}

// The scaler that a PowerTransformer has inside.
static void write_power_scaler(chain_t *chain, const double *numbers)
{
    double variance = numbers[SD] * numbers[SD];
    pickle_text(chain->out, "_scaler");
    state_begin(chain->out, "sklearn.preprocessing", "StandardScaler");
    state_integer(chain->out, "n_features_in_", 1);
    state_doubles(chain->out, "mean_", &numbers[MEAN], 1);
    state_doubles(chain->out, "var_", &variance, 1);
    state_doubles(chain->out, "scale_", &numbers[SD], 1);
    state_integer(chain->out, "n_samples_seen_", chain->samples);
    state_end(chain->out);
}

static void write_power(chain_t *chain, const call_t *call, const char *method)
{
    bool standardize = step_flag(call->step, "standardize");
    chain_begin(chain, "sklearn.preprocessing", "PowerTransformer");
    state_text(chain->out, "method", method);
    state_bool(chain->out, "standardize", standardize);
    state_doubles(chain->out, "lambdas_", &call->params->numbers[LAMBDA], 1);
    if (standardize) {
        write_power_scaler(chain, call->params->numbers);
    }
    chain_end(chain);
}

static void write_quantile(chain_t *chain, const call_t *call)
{
    buf_t *out = chain->out;
    size_t count = call->params->values_count;
    double *shares = mem_array(count, sizeof *shares);
    for (size_t i = 1; i < count; i++) { // as numpy's linspace has them
        shares[i] = i + 1 == count ? 1 : (double)i * (1.0 / ((double)count - 1));
    }
    chain_begin(chain, "sklearn.preprocessing", "QuantileTransformer");
    state_text(out, "output_distribution", step_text(call->step, "output"));
    state_integer(out, "n_quantiles", step_integer(call->step, "quantiles"));
    state_integer(out, "n_quantiles_", (int64_t)count);
    pickle_text(out, "quantiles_");
    pickle_doubles(out, call->params->values, count, 1);
    state_doubles(out, "references_", shares, count);
    chain_end(chain);
    free(shares);
}

static void write_function(chain_t *chain, const char *name)
{
    chain_function(chain, name);
    chain_function_end(chain);
}

static void write_clip(chain_t *chain, const double *numbers)
{
    chain_function(chain, "clip");
    state_float(chain->out, "a_min", numbers[LEAST]);
    state_float(chain->out, "a_max", numbers[MOST]);
    chain_function_end(chain);
}

// How far beyond an edge a number may be that is meant to be on it: last digits of what other steps
// made differ between libraries, and the least and the greatest number are edges.
static double reach_of(const chain_t *chain, const params_t *params)
{
    double least = fabs(params->values[0]);
    double most = fabs(params->values[params->values_count - 1]);
    bool made = branch_track(chain->branch, 0)->calls[0]->params != params;
    return made || !chain->table ? REACH * fmax(least, most) : 0;
}

// The place of a number among the edges, counted from 1, and what that is: outside of the edges,
// and where numpy puts NaN, it is missing. The first interval holds its lower edge too.
static void write_bin(chain_t *chain, const params_t *params)
{
    size_t count = params->values_count;
    double reach = reach_of(chain, params);
    double *edges = mem_array(count, sizeof *edges);
    double *values = mem_array(count + 2, sizeof *values); // of the places -1 to count
    for (size_t i = 0; i < count; i++) {
        edges[i] = params->values[i] + reach;
        values[i + 1] = (double)i - 1;
    }
    edges[0] = nextafter(params->values[0] - reach, -INFINITY);
    values[0] = NAN;
    values[1] = NAN;
    values[count + 1] = NAN;
    chain_function(chain, "digitize");
    state_doubles(chain->out, "bins", edges, count);
    state_bool(chain->out, "right", true);
    chain_function_end(chain);
    chain_lookup(chain, values, count + 2);
    free(edges);
    free(values);
}

void export_scale(chain_t *chain, const call_t *call, part_t part)
{
    chain->filled = chain->filled && call->outputs[0].filled;
    if (part == PART_LOG || part == PART_LOG1P) {
        write_function(chain, part == PART_LOG ? "log" : "log1p");
        return;
    }
    const double *numbers = call->params->numbers;
    switch (part) {
    case PART_MIN_MAX:
        write_min_max(chain, numbers);
        break;
    case PART_Z_SCORE:
        export_standard(chain, &numbers[CENTER], &numbers[SPREAD], 1);
        break;
    case PART_ROBUST:
        write_robust(chain, numbers);
        break;
    case PART_MAX_ABS:
        write_max_abs(chain, numbers);
        break;
    case PART_BOX_COX:
    case PART_YEO_JOHNSON:
        write_power(chain, call, part == PART_BOX_COX ? "box-cox" : "yeo-johnson");
        break;
    case PART_QUANTILE:
        write_quantile(chain, call);
        break;
    case PART_CLIP:
        write_clip(chain, numbers);
        break;
    default:
        write_bin(chain, call->params);
        break;
    }
}
