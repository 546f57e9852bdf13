// SPDX-License-Identifier: MPL-2.0
// Probabilities for a border between two classes.
#pragma once

#include "model/svm/border.h"
#include "model/svm/sigmoid.h"

// Platt's sigmoid over decision values of rows that were not learned from: five folds, each class
// dealt out among them in an order drawn from the seed. Errors: MEMORY, CANCELLED.
err_t calibration_find(const settings_t *settings, const border_rows_t *rows, uint64_t seed,
                       sigmoid_t *ret_sigmoid, fault_t *fault);
