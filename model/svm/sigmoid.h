// SPDX-License-Identifier: MPL-2.0
// Platt's sigmoid: the probability of the first class, 1 / (1 + exp(a f + b)), of a decision value
// f (H.-T. Lin, C.-J. Lin and R. C. Weng, Machine Learning 68:267, 2007).
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    double a;
    double b;
} sigmoid_t;

// Of a decision value, computed without overflow.
double sigmoid_of(const sigmoid_t *sigmoid, double f);

// The likeliest one for decision values of known classes: the paper's Newton method with
// backtracking, its targets and limits.
sigmoid_t sigmoid_fit(const double *values, const bool *first, size_t count);
