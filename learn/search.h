// SPDX-License-Identifier: MPL-2.0
// Looks for the best estimator and parameters by cross-validation over the training rows; the test
// rows stay unseen.
#pragma once

#include <stdatomic.h>

#include "learn/folds.h"
#include "learn/trials.h"

// Tries what the request's search asks for, within its budget. `trials` is who runs them; NULL:
// processes of this one, and `steer`, when it is not NULL, a steer_t that a person may change.
// *ret_board is the leaderboard: rows of trial.h, the best first, then those that failed or were
// stopped. *ret_best is borrowed from it: the row that won. What is done when time is over, or a
// person wants no more, counts. The board is the same however many trials run at once, unless time
// ends them.
//
// Errors: those of folds_make and wave_run; HYPERPARAMETER when no trial succeeded.
err_t search_run(const study_t *study, const trials_t *trials, const atomic_int *steer,
                 const progress_t *progress, json_t **ret_board, const json_t **ret_best,
                 fault_t *fault);
