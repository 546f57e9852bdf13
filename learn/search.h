// SPDX-License-Identifier: MPL-2.0
// Looks for the best estimator and parameters by cross-validation over the training rows; the test
// rows stay unseen.
#pragma once

#include "learn/folds.h"

// Tries what the request's search asks for, within its budget. *ret_board is the leaderboard: rows
// of trial_run, the best first, then those that failed or were stopped. *ret_best is borrowed from
// it: the row that won. What is done when time is over counts.
//
// Errors: those of folds_make and trial_run; HYPERPARAMETER when no trial succeeded.
err_t search_run(const study_t *study, const progress_t *progress, json_t **ret_board,
                 const json_t **ret_best, fault_t *fault);
