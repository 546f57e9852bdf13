// SPDX-License-Identifier: MPL-2.0
// Trains a model on a table and writes what is left of it.
#pragma once

#include <jansson.h>
#include <stdatomic.h>

#include "base/fault.h"
#include "base/progress.h"
#include "data/frame/frame.h"
#include "learn/trials.h"

typedef struct {
    const frame_t *frame;
    const json_t *recipe;   // NULL: no steps
    const json_t *training; // "Training request" (docs/documents.md)
    const json_t *lineage;  // where the table comes from, for the record; may be NULL
    const char *output_dir;
    const trials_t *trials;  // who runs the trials of a search; NULL: processes of this one
    const atomic_int *steer; // of these processes: a steer_t that a person may change; may be NULL
    const progress_t *progress; // may be NULL
} train_t;

// Trains the model that is asked for on a frame and writes to `output_dir` what outcome.h tells of.
// Makes {"record": {...}, "files": [their names]}, which the caller owns.
//
// All rows are used: those that the recipe's filters leave and that have a label, where the task
// has labels, are split, stratified by them, into training and test rows; the steps for the
// features are fitted on the training rows only while the model is judged. Then both are learned
// again from all rows, unless the request says otherwise (refit.h), and go with each other.
//
// Errors: those of flow_read, request_parse, prepare_recipe, fit_flow, sample_read, features_new,
// preparation_make, search_run, model_fit, insight_make, refit,
// outcome_write.
err_t train_run(const train_t *train, json_t **ret_result, fault_t *fault);
