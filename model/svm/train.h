// SPDX-License-Identifier: MPL-2.0
// Training by libsvm.
#pragma once

#include "model/core/estimator.h"

// Fits a machine of libsvm's svm_type as model->state. Classes are told apart two by two, as
// libsvm itself does it, but each pair is a call of its own: pairs are trained side by side, and
// between them a fit can be cancelled. Errors: HYPERPARAMETER, MEMORY, CANCELLED.
err_t train(model_t *model, const lesson_t *lesson, const fit_t *fit, int svm_type, fault_t *fault);
