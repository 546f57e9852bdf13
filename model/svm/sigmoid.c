// SPDX-License-Identifier: MPL-2.0
#include "model/svm/sigmoid.h"

#include <math.h>

enum { ROUNDS_MAX = 100, HALVINGS_MAX = 33 }; // 2^-33 is 1e-10
static const double RIDGE = 1e-12;            // keeps the Hessian invertible
static const double SLOPE_MAX = 1e-5;
static const double ENOUGH = 1e-4; // of the decrease that the slope promises

typedef struct {
    const double *values;
    const bool *first;
    size_t count;
    double targets[2]; // of the second class, and of the first
} sample_t;

// Gradient and Hessian.
typedef struct {
    double a;
    double b;
    double aa;
    double ab;
    double bb;
} bend_t;

double sigmoid_of(const sigmoid_t *sigmoid, double f)
{
    double z = f * sigmoid->a + sigmoid->b;
    return z >= 0 ? exp(-z) / (1 + exp(-z)) : 1 / (1 + exp(z));
}

static sample_t sample_of(const double *values, const bool *first, size_t count, sigmoid_t *start)
{
    double firsts = 0;
    for (size_t i = 0; i < count; i++) {
        firsts += first[i];
    }
    double seconds = (double)count - firsts;
    *start = (sigmoid_t){0, log((seconds + 1) / (firsts + 1))};
    return (sample_t){values, first, count, {1 / (seconds + 2), (firsts + 1) / (firsts + 2)}};
}

// The negative logarithm of the likelihood.
static double loss_of(const sample_t *sample, const sigmoid_t *sigmoid)
{
    double loss = 0;
    for (size_t i = 0; i < sample->count; i++) {
        double z = sample->values[i] * sigmoid->a + sigmoid->b;
        double target = sample->targets[sample->first[i]];
        loss += z >= 0 ? target * z + log1p(exp(-z)) : (target - 1) * z + log1p(exp(z));
    }
    return loss;
}

static bend_t bend_of(const sample_t *sample, const sigmoid_t *sigmoid)
{
    bend_t bend = {.aa = RIDGE, .bb = RIDGE};
    for (size_t i = 0; i < sample->count; i++) {
        double value = sample->values[i];
        double p = sigmoid_of(sigmoid, value);
        double off = sample->targets[sample->first[i]] - p;
        double weight = p * (1 - p);
        bend.aa += value * value * weight;
        bend.ab += value * weight;
        bend.bb += weight;
        bend.a += value * off;
        bend.b += off;
    }
    return bend;
}

// Goes along Newton's direction as far as it pays; false when no step does.
static bool improve(const sample_t *sample, const bend_t *bend, sigmoid_t *sigmoid, double *loss)
{
    double determinant = bend->aa * bend->bb - bend->ab * bend->ab;
    double a = -(bend->bb * bend->a - bend->ab * bend->b) / determinant;
    double b = -(bend->aa * bend->b - bend->ab * bend->a) / determinant;
    double slope = bend->a * a + bend->b * b;
    double step = 1;
    for (int i = 0; i <= HALVINGS_MAX; i++, step /= 2) {
        sigmoid_t next = {sigmoid->a + step * a, sigmoid->b + step * b};
        double next_loss = loss_of(sample, &next);
        if (next_loss < *loss + ENOUGH * step * slope) {
            *sigmoid = next;
            *loss = next_loss;
            return true;
        }
    }
    return false;
}

sigmoid_t sigmoid_fit(const double *values, const bool *first, size_t count)
{
    sigmoid_t sigmoid;
    sample_t sample = sample_of(values, first, count, &sigmoid);
    double loss = loss_of(&sample, &sigmoid);
    for (int i = 0; i < ROUNDS_MAX; i++) {
        bend_t bend = bend_of(&sample, &sigmoid);
        if ((fabs(bend.a) < SLOPE_MAX && fabs(bend.b) < SLOPE_MAX) ||
            !improve(&sample, &bend, &sigmoid, &loss)) {
            break;
        }
    }
    return sigmoid;
}
