// SPDX-License-Identifier: MPL-2.0
// One way to train, tried on every fold in a process of its own: a crash, or too much memory, is a
// failed row of the search, not its end.
#pragma once

#include "learn/folds.h"

typedef struct trial trial_t;

// Begins to try {"algorithm", "parameters"} with "score", the score that trials are compared by,
// and, when they are there: "rows_share" (of the training rows one of so many is used; 1),
// "memory_bytes" (that the trial may need beside what there is; 0: no limit) and "threads" (0:
// all). The caller ends *ret_trial. Errors: BUSY when no process could be made.
err_t trial_begin(const folds_t *folds, const json_t *order, trial_t **ret_trial, fault_t *fault);

// Becomes readable when the trial has something to say.
int trial_fd(const trial_t *trial);

// Takes what there is to read; true when the trial has ended.
bool trial_listen(trial_t *trial);

// Ends a trial, by force when it is under way. The row of a leaderboard: "algorithm", "parameters",
// "state" ("done", "failed", or "stopped" when it was under way), "seconds" and, when it is done,
// "score" (the mean over the folds), "sd" (the population's), "scores" {NAME: mean}; when it
// failed, "fault"; "rows_share" (0 to 1) when not all rows were used. A new reference.
json_t *trial_end(trial_t **trial);

// The row of a trial that ended before it was done. A new reference.
json_t *trial_stopped(const json_t *order, double seconds);
