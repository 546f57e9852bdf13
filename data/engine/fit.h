// SPDX-License-Identifier: MPL-2.0
// Fitting a recipe: every call learns its parameters from all rows that reach it.
//
// What does not depend on each other is learned in the same pass over the table; a pass reads the
// columns it needs and no others. Filters of rows are counted on the way.
#pragma once

#include "base/progress.h"
#include "data/engine/eval.h"
#include "data/engine/fit_cache.h"

typedef struct {
    const frame_t *frame;
    size_t threads;
    const row_mask_t *mask;     // may be NULL
    const progress_t *progress; // may be NULL
    fit_cache_t *cache;         // may be NULL: what was learned is looked up and kept there
} fit_setup_t;

// Plans and fits until all steps are done, or the next one sorts (flow->broken). Errors: the first
// issue of the plan; NO_ROWS, COLUMN_EMPTY, COLUMN_CONSTANT, COLUMN_TYPE, COLUMN_COLLISION, LEVELS
// and others of steps, with step and column; MEMORY, CANCELLED, IO, CORRUPT.
err_t fit_flow(flow_t *flow, const fit_setup_t *setup, fault_t *fault);
