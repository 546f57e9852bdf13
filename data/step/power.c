// SPDX-License-Identifier: MPL-2.0
#include "data/step/power.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/learn.h"

enum {
    GRID = 33,     // lambdas in one pass
    FINER = 16,    // the next grid's step is the 16th part
    WIDEN_MAX = 4, // how often the range is moved on, four times as wide
};

// Beyond this size of lambda the constant part of the transform is left out, which changes no
// variance but would cost digits.
static const double PLAIN_LAMBDA = 0.5;

typedef enum { PHASE_RANGE, PHASE_SEARCH, PHASE_MOMENTS } phase_t;

typedef struct {
    phase_t phase;
    bool box_cox;
    moments_t range;
    double low; // of the grid
    double step;
    int widened;
    double lambda;
    double logs; // the sum that the likelihood needs
    moments_t moments[GRID];
} power_t;

// What a stripe has: moments of the numbers, or of their transforms by lambda.
typedef struct {
    double logs;
    moments_t moments[GRID];
} part_t;

double power_box_cox(double x, double lambda)
{
    return lambda == 0 ? log(x) : expm1(lambda * log(x)) / lambda;
}

double power_yeo_johnson(double x, double lambda)
{
    return x >= 0 ? power_box_cox(1 + x, lambda) : -power_box_cox(1 - x, 2 - lambda);
}

// The transform of a number with this logarithm; `plain`: without the constant.
static double of_log(double logarithm, double lambda, bool plain)
{
    return lambda == 0 ? logarithm
           : plain     ? exp(lambda * logarithm) / lambda
                       : expm1(lambda * logarithm) / lambda;
}

static err_t begin(call_t *call, fault_t *fault)
{
    (void)fault;
    power_t *power = mem_new(sizeof *power);
    power->box_cox = strcmp(call->step->kind->method, "box_cox") == 0;
    call->learning = power;
    return ERR_OK;
}

// A signed logarithm of each number: log(x), or log1p(|x|) with the sign of x.
static const double *logs_of(const power_t *power, const vector_t *input, part_t *part,
                             arena_t *arena)
{
    const double *from = vector_doubles(input, arena);
    double *logs = arena_array(arena, input->count, sizeof *logs);
    for (size_t i = 0; i < input->count; i++) {
        double x = vector_is_valid(input, i) ? from[i] : 1;
        logs[i] = power->box_cox ? log(x) : copysign(log1p(fabs(x)), x);
        part->logs += vector_is_valid(input, i) ? logs[i] : 0;
    }
    return logs;
}

static void transform(const power_t *power, const double *logs, size_t count, double lambda,
                      double *to)
{
    bool large = fabs(lambda) > PLAIN_LAMBDA;
    if (power->box_cox || power->range.min >= 0) {
        for (size_t i = 0; i < count; i++) {
            to[i] = of_log(logs[i], lambda, large);
        }
        return;
    }
    bool below = power->range.max < 0 && fabs(2 - lambda) > PLAIN_LAMBDA;
    for (size_t i = 0; i < count; i++) {
        to[i] = signbit(logs[i]) ? -of_log(-logs[i], 2 - lambda, below)
                                 : of_log(logs[i], lambda, false);
    }
}

// The moments that `apply` subtracts are those of the whole transform.
static void transform_whole(const power_t *power, const double *from, size_t count, double *to)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = power->box_cox ? power_box_cox(from[i], power->lambda)
                               : power_yeo_johnson(from[i], power->lambda);
    }
}

static double lambda_at(const power_t *power, int i)
{
    return power->low + power->step * i;
}

static err_t gather(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault)
{
    (void)fault;
    const power_t *power = call->learning;
    const vector_t *input = &inputs[0];
    part_t *part = arena_alloc(place->arena, sizeof *part);
    *part = (part_t){0};
    *ret_part = part;
    const double *from = vector_doubles(input, place->arena);
    if (power->phase == PHASE_RANGE) {
        part->moments[0] = moments_of(from, input->valid, place->rows);
        return ERR_OK;
    }
    double *to = arena_array(place->arena, place->rows, sizeof *to);
    if (power->phase == PHASE_MOMENTS) {
        transform_whole(power, from, place->rows, to);
        part->moments[0] = moments_of(to, input->valid, place->rows);
        return ERR_OK;
    }
    const double *logs = logs_of(power, input, part, place->arena);
    for (int i = 0; i < GRID; i++) {
        transform(power, logs, place->rows, lambda_at(power, i), to);
        part->moments[i] = moments_of(to, input->valid, place->rows);
    }
    return ERR_OK;
}

static err_t merge(call_t *call, const place_t *place, void *part, fault_t *fault)
{
    (void)place;
    (void)fault;
    power_t *power = call->learning;
    const part_t *more = part;
    power->logs += more->logs;
    for (int i = 0; i < (power->phase == PHASE_SEARCH ? GRID : 1); i++) {
        moments_merge(&power->moments[i], &more->moments[i]);
    }
    return ERR_OK;
}

// The log-likelihood at a lambda of the grid; -INFINITY where the transform is of no use.
static double likelihood(const power_t *power, int i)
{
    double sd = moments_sd(&power->moments[i]);
    if (!isfinite(sd) || !(sd * sd >= DBL_MIN)) {
        return -INFINITY;
    }
    double count = (double)power->range.count;
    return (lambda_at(power, i) - 1) * power->logs - count * log(sd);
}

static err_t end_range(const call_t *call, power_t *power, fault_t *fault)
{
    const char *name = call->inputs[0].name;
    power->range = power->moments[0];
    if (power->range.count == 0) {
        return learn_empty(call, fault);
    }
    if (power->box_cox && power->range.min <= 0) {
        return call_fault(call, 0, ERR_COLUMN_TYPE, fault, "use yeo_johnson for this column",
                          "column '%s' has numbers that are not positive; box_cox needs positive "
                          "ones",
                          name);
    }
    if (power->range.min == power->range.max) {
        return call_fault(call, 0, ERR_COLUMN_CONSTANT, fault,
                          "drop it, or take it out of the step",
                          "column '%s' has the same value in every row; %s cannot scale it", name,
                          call->step->kind->method);
    }
    power->phase = PHASE_SEARCH;
    power->low = -2;
    power->step = 0.125;
    return ERR_OK;
}

static err_t no_lambda(const call_t *call, fault_t *fault)
{
    return call_fault(call, 0, ERR_COLUMN_TYPE, fault, "use quantile for this column",
                      "no power makes column '%s' look normal", call->inputs[0].name);
}

// Where the parabola through the best lambda and its neighbours is highest.
static double peak(const power_t *power, int best)
{
    double left = likelihood(power, best - 1);
    double middle = likelihood(power, best);
    double right = likelihood(power, best + 1);
    double bend = left - 2 * middle + right;
    double shift = bend < 0 ? 0.5 * (left - right) / bend : 0;
    return lambda_at(power, best) + power->step * fmin(fmax(shift, -1), 1);
}

static err_t end_search(const call_t *call, power_t *power, fault_t *fault)
{
    int best = 0;
    for (int i = 1; i < GRID; i++) {
        best = likelihood(power, i) > likelihood(power, best) ? i : best;
    }
    bool at_end = best == 0 || best == GRID - 1;
    if (!isfinite(likelihood(power, best)) || (at_end && power->widened == WIDEN_MAX)) {
        return no_lambda(call, fault);
    }
    if (at_end) {
        double last = lambda_at(power, best);
        power->low = best == 0 ? last - power->step * (4 * (GRID - 1) - 4) : last - 4 * power->step;
        power->step *= 4;
        power->widened++;
        return ERR_OK;
    }
    power->lambda = peak(power, best);
    if (power->step < 1e-4) {
        power->phase = PHASE_MOMENTS;
        return ERR_OK;
    }
    power->low = lambda_at(power, best) - power->step;
    power->step /= FINER;
    return ERR_OK;
}

static err_t end_moments(call_t *call, const power_t *power, fault_t *fault)
{
    bool standardize = step_flag(call->step, "standardize");
    double mean = moments_mean(&power->moments[0]);
    double sd = moments_sd(&power->moments[0]);
    if (!isfinite(mean) || !isfinite(sd) || !(sd > 0)) {
        return no_lambda(call, fault);
    }
    call->params = params_new();
    call->params->numbers[0] = power->lambda;
    call->params->numbers[1] = standardize ? mean : 0;
    call->params->numbers[2] = standardize ? sd : 1;
    return ERR_OK;
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    power_t *power = call->learning;
    *ret_again = power->phase != PHASE_MOMENTS;
    err_t err = power->phase == PHASE_RANGE    ? end_range(call, power, fault)
                : power->phase == PHASE_SEARCH ? end_search(call, power, fault)
                                               : end_moments(call, power, fault);
    power->logs = 0;
    memset(power->moments, 0, sizeof power->moments);
    return err;
}

static void discard(call_t *call)
{
    free(call->learning);
    call->learning = NULL;
}

const learner_t LEARN_POWER = {
    .begin = begin, .gather = gather, .merge = merge, .end = end, .discard = discard};
