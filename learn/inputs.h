// SPDX-License-Identifier: MPL-2.0
// The inputs of a model, row by row, of one stripe of a frame after the other.
#pragma once

#include "data/engine/eval.h"
#include "learn/features.h"

enum { INPUTS_COMPLETE = -1 };

typedef struct {
    const features_t *features; // borrowed
    eval_t *eval;
    size_t *columns; // of the table: what the inputs need, and the features as they are
    size_t columns_count;
    vector_t *cells; // of the stripe, by input
    const double **numbers;
} inputs_t;

// Nothing is read yet. The caller releases it.
inputs_t inputs_new(const features_t *features);

// Evaluates a stripe. Errors: those of eval_begin and eval_node.
err_t inputs_load(inputs_t *inputs, size_t stripe, fault_t *fault);

// Evaluates cells that come from elsewhere: `vectors` are those of all columns of the frame.
// Errors: those of eval_node.
err_t inputs_lay(inputs_t *inputs, const vector_t *vectors, size_t rows, fault_t *fault);

// Fills `ret_x` with the inputs of a row of the stripe. The first input without a value, or
// INPUTS_COMPLETE.
int64_t inputs_row(const inputs_t *inputs, size_t row, double *ret_x);

// The same; an input that is no finite number has no value either.
int64_t inputs_finite_row(const inputs_t *inputs, size_t row, double *ret_x);

void inputs_release(inputs_t *inputs);
