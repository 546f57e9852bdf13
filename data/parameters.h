// SPDX-License-Identifier: MPL-2.0
// Computes what a step needs to know of a column.
#pragma once

#include "data/measure.h"

// A walk_fn over a `const measure_t *`. Errors: COLUMN_EMPTY, COLUMN_CONSTANT, COLUMN_TYPE, LEVELS,
// MEMORY.
err_t parameters_measured(void *measure, const fit_t *fit, const step_t *step,
                          const column_t *column, size_t stage, op_t *op, fault_t *fault);
