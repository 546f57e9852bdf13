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
    bool remarks; // whether it is told what is odd about the table
} predictor_t;

// What came of it.
typedef struct {
    int64_t predicted;  // rows with a prediction
    json_t *self_check; // of the record: {"rows": raw features, "row_numbers", "predictions"}
    json_t *remarks;    // remarks_list; NULL when nobody asked
} predictions_t;

// Writes `row,prediction` and a line for every row of the table, in order; the prediction is empty
// where an input is missing. The caller releases *ret_predictions.
//
// Errors: IO, FULL, CANCELLED, those of inputs_load. The file is complete and on disk on success.
err_t predictions_write(const predictor_t *predictor, const char *output_path,
                        const progress_t *progress, predictions_t *ret_predictions, fault_t *fault);

void predictions_release(predictions_t *predictions);
