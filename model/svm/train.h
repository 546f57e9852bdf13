// SPDX-License-Identifier: MPL-2.0
// Training: a border for each pair of classes, or one.
#pragma once

#include "model/svm/settings.h"

// Fits a machine of a kind as model->state. Errors: HYPERPARAMETER, MEMORY, CANCELLED.
err_t train(model_t *model, const lesson_t *lesson, const fit_t *fit, border_kind_t kind,
            fault_t *fault);
