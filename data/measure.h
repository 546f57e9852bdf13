// SPDX-License-Identifier: MPL-2.0
// The one pass over a table that a fit needs.
#pragma once

#include "data/fit.h"
#include "data/summary.h"

typedef struct {
    summary_t *summaries; // one for each of the plan's needs
    size_t count;
    int64_t *stage_rows; // rows that reach each stage; filters_count + 1 of them
} measure_t;

// Reads the file. The caller releases *ret_measure. Errors: see fit_run.
err_t measure_table(const char *path, const fit_t *fit, const row_mask_t *mask,
                    const progress_t *progress, measure_t *ret_measure, fault_t *fault);

// The summary of a track at a stage; the plan has one for every parameter that is asked for.
summary_t *measure_find(const measure_t *measure, const plan_t *plan, size_t track, size_t stage);

void measure_release(measure_t *measure);
