// SPDX-License-Identifier: MPL-2.0
// Growing the trees, round by round.
#pragma once

#include "model/core/estimator.h"

// Learns and appends the booster's bytes. With early stopping, a share of the rows only judges: a
// round that is the best for so many rounds is the last one that is kept. Errors: HYPERPARAMETER,
// MEMORY, CANCELLED.
err_t grow(const lesson_t *lesson, const fit_t *fit, buf_t *out, fault_t *fault);
