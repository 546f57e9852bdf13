// SPDX-License-Identifier: MPL-2.0
// A lesson's rows as XGBoost holds them.
#pragma once

#include "model/boost/booster.h"

typedef struct {
    DMatrixHandle learn;
    DMatrixHandle judge; // those that are held out, or NULL
} boost_rows_t;

// All rows to learn from, already in bins (XGBoost's QuantileDMatrix, which the Python package
// makes as well): half the memory, and no time until the first tree. The caller releases *ret_rows.
// Errors: HYPERPARAMETER, TARGET for numbers that are no floats; MEMORY.
err_t boost_rows_all(const lesson_t *lesson, const fit_t *fit, boost_rows_t *ret_rows,
                     fault_t *fault);

// The same, but a share of the rows ("validation_fraction"), of each class alike, is held out by
// the seed. Bins are made later, of those that are learned from.
err_t boost_rows_divided(const lesson_t *lesson, const fit_t *fit, boost_rows_t *ret_rows,
                         fault_t *fault);

void boost_rows_release(boost_rows_t *rows);
