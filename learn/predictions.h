// SPDX-License-Identifier: MPL-2.0
// A model's predictions for every row of its table.
#pragma once

#include <jansson.h>

#include "base/progress.h"
#include "learn/features.h"
#include "learn/sample.h"

enum {
    PREDICTIONS_SELF_CHECK_ROWS = 5,
    PREDICTIONS_SELF_CHECK_TEXT = 1024, // rows with longer texts are not taken
};

// What is predicted with.
typedef struct {
    const features_t *features;
    const model_t *model;
    const sample_t *sample;
} predictor_t;

// Writes `row,prediction` and a line for every row of the table, in order; the prediction is empty
// where an input is missing. Makes the record's self_check: {"rows": raw features, "row_numbers",
// "predictions"}, which the caller owns. *ret_predicted is how many rows have a prediction.
//
// Errors: IO, FULL, CANCELLED, those of inputs_load. The file is complete and on disk on success.
err_t predictions_write(const predictor_t *predictor, const char *output_path,
                        const progress_t *progress, json_t **ret_self_check, int64_t *ret_predicted,
                        fault_t *fault);
