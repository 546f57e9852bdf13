// SPDX-License-Identifier: MPL-2.0
// Goes through a recipe step by step and builds the fit; where the parameters come from (measured
// or read from a document) is the caller's business.
#pragma once

#include "data/fit.h"

// Fills the parameters of `op` (kind is set) for a column at a step; `stage` is the number of
// filters before it.
typedef err_t (*walk_fn)(void *context, const fit_t *fit, const step_t *step,
                         const column_t *column, size_t stage, op_t *op, fault_t *fault);

// An empty fit with its plan. Errors: the first issue of the plan.
err_t walk_begin(const table_t *table, const recipe_t *recipe, fit_t **ret_fit, fault_t *fault);

// Fits every step. Errors carry step and column: COLUMN_UNKNOWN, COLUMN_COLLISION, LEVELS, and
// those of `parameters`.
err_t walk_steps(fit_t *fit, walk_fn parameters, void *context, fault_t *fault);
