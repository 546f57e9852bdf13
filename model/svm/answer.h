// SPDX-License-Identifier: MPL-2.0
// The estimators' answers, out of decision values.
#pragma once

#include "model/core/estimator.h"

// The class with most votes of the pairs, the first of equal ones.
void answer_class(const model_t *model, const matrix_t *matrix, double *ret);

// The coupled probabilities of the classes.
void answer_probabilities(const model_t *model, const matrix_t *matrix, double *ret);

// The decision value.
void answer_number(const model_t *model, const matrix_t *matrix, double *ret);

// 1 when the decision value is above 0, else -1.
void answer_side(const model_t *model, const matrix_t *matrix, double *ret);
