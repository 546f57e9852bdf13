// SPDX-License-Identifier: MPL-2.0
// One way to train, tried on every fold in a process of its own: a crash, too much memory or too
// much time is a failed row of the search, not its end.
#pragma once

#include "learn/folds.h"

typedef struct {
    const char *score;   // that trials are compared by
    int64_t deadline_ms; // of the monotonic clock: the trial is stopped then; 0: never
    size_t memory_bytes; // that it may need beside what there is; 0: no limit
    uint32_t rows_share; // of the training rows: one of so many is used; 1: all
    const progress_t *progress;
} trial_limits_t;

// Tries {"algorithm", "parameters"}. *ret_row is that with "state" ("done", "failed" or "stopped"),
// "seconds" and, when it is done, "score" (the mean over the folds), "sd" (the population's),
// "scores" {NAME: mean}; when it failed, "fault". A new reference. Errors: CANCELLED; BUSY when no
// process could be made.
err_t trial_run(const folds_t *folds, const json_t *candidate, const trial_limits_t *limits,
                json_t **ret_row, fault_t *fault);
