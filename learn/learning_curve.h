// SPDX-License-Identifier: MPL-2.0
// How good a way to train becomes with more rows: whether more rows would help.
#pragma once

#include "learn/folds.h"

enum { LEARNING_CURVE_POINTS = 5 };

// Cross-validates with 1/5, 2/5, ... and all of each fold's training rows: of each class its share,
// at random; by time the latest ones. The preparation stays that of all rows of the fold. Makes
// {"score", "folds", "points": [{"share", "rows", "train": {"mean", "sd"}, "validation": {"mean",
// "sd"}}]}; "rows" is the mean over the folds, deviations are the population's; both are null where
// no fold has the score, as with fewer rows than the estimator needs. A new reference.
//
// Errors: those of folds_make; CANCELLED.
err_t learning_curve_run(const study_t *study, const char *score, const progress_t *progress,
                         json_t **ret_curve, fault_t *fault);
