// SPDX-License-Identifier: MPL-2.0
// Trains a model on a table and writes what is left of it.
#pragma once

#include <jansson.h>

#include "base/fault.h"
#include "base/progress.h"
#include "data/frame/frame.h"

// Trains the model of a "Training request" (docs/documents.md) on a frame and writes model.pkl (a
// scikit-learn Pipeline), predictions.csv, record.json and model.json (saved.h) to `output_dir`,
// complete and on disk. Makes {"record": {...}, "files": ["model.pkl", "predictions.csv",
// "record.json", "model.json"]}, which the caller owns; this record shows at most
// STEPS_LEVELS_SHOWN levels a column, the file has all.
//
// All rows are used: those that the recipe's filters leave and that have a label, where the task
// has labels, are split, stratified by them, into training and test rows; the steps for the
// features are fitted on the training rows only and go with the model.
//
// Errors: those of flow_read, request_parse, prepare_recipe, fit_flow, sample_read, features_new,
// preparation_make, search_run, model_fit, export_sklearn; IO and FULL for the output. Files of a
// failed run are removed.
err_t train_run(const frame_t *frame, const json_t *recipe, const json_t *training,
                const char *output_dir, const progress_t *progress, json_t **ret_result,
                fault_t *fault);
