// SPDX-License-Identifier: MPL-2.0
// What previews and whole-file runs share: documents in, a fit out, and the output's columns.
#pragma once

#include <jansson.h>

#include "data/fit.h"

typedef struct {
    table_t *table;
    recipe_t recipe;
    fit_t *fit;
} run_t;

// Reads the documents and fits the recipe. The caller destroys *ret_run. Errors: INVALID, and those
// of fit_run.
err_t run_begin(const char *path, const json_t *description, const json_t *recipe,
                const progress_t *progress, run_t **ret_run, fault_t *fault);

// [{"name": ..., "type": ...}] of the output, with "from" and "changed" when `origin` is set.
json_t *run_columns(const run_t *run, bool origin);

void run_destroy(run_t **run);
