// SPDX-License-Identifier: MPL-2.0
// What a training leaves behind.
#pragma once

#include "base/progress.h"
#include "learn/record.h"

// All borrowed.
typedef struct {
    predictor_t predictor;
    const judgement_t *judgement;
    const json_t *recipe;  // NULL: no steps
    const json_t *lineage; // NULL: nothing is known
    const char *folder;    // that the files go to
} outcome_t;

// Writes model.pkl, predictions.csv, record.json, model.json, card.md and card.html, complete and
// on disk; model.json has been read back and said what the model says. Makes {"record": {...},
// "files": [...]}, which the caller owns; this record shows at most STEPS_LEVELS_SHOWN levels a
// column and 200 rows of a leaderboard, the file has all.
//
// Errors: those of predictions_write, exports_write, drift_reference, ready_new; IO and FULL. What
// was written is removed then.
err_t outcome_write(const outcome_t *outcome, const progress_t *progress, json_t **ret_result,
                    fault_t *fault);
