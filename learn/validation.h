// SPDX-License-Identifier: MPL-2.0
// Cross-validation: how good a way to train is, told without the test rows.
#pragma once

#include "learn/folds.h"

// Trains request->folds models, each on all training rows but those of one part, by which it is
// judged; the preparation is fitted anew for each. Makes {"folds", "rows": [{"train",
// "judged"}], "scores": {NAME: {"mean", "sd", "folds": [...]}}}, the deviation being the
// population's. A new reference.
//
// Errors: those of folds_make and folds_judge.
err_t validation_run(const study_t *study, const progress_t *progress, json_t **ret_result,
                     fault_t *fault);
