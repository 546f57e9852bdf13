// SPDX-License-Identifier: MPL-2.0
// A model with all it needs to predict raw columns, as one JSON document ("Saved model" of
// docs/documents.md).
#pragma once

#include "learn/predictions.h"

// {"format", "record", "model"}: the record with all levels. A new reference.
json_t *saved_make(const json_t *record, const model_t *model);

typedef struct saved saved_t;

// Reads a document, which may be anything. The caller destroys *ret_saved. Errors: CORRUPT,
// UNSUPPORTED.
err_t saved_read(const json_t *json, saved_t **ret_saved, fault_t *fault);

// What it is made of. Borrowed.
const json_t *saved_record(const saved_t *saved);
const model_t *saved_model(const saved_t *saved);
const labels_t *saved_labels(const saved_t *saved);

// The features of the model in a frame of which `request`, empty but for the task, gets the
// columns; the flow has what was learned in training. The caller releases all three. Errors:
// COLUMN_UNKNOWN for a feature that is not there; COLUMN_TYPE, CORRUPT.
err_t saved_features(const saved_t *saved, const frame_t *frame, request_t *request,
                     flow_t **ret_flow, features_t *ret_features, fault_t *fault);

// A frame without rows whose columns are the model's features. The caller destroys *ret_frame.
// Errors: CORRUPT.
err_t saved_blank(const saved_t *saved, frame_t **ret_frame, fault_t *fault);

// How a table must be read to be predicted: "Import options" that declare the features' types. A
// new reference.
json_t *saved_import_options(const saved_t *saved);

// predictions_write for a table that was read with these options. The caller releases
// *ret_predictions. Errors: COLUMN_UNKNOWN for a feature that is not there; COLUMN_TYPE; those of
// predictions_write.
err_t saved_predict(const saved_t *saved, const frame_t *frame, const char *output_path,
                    const progress_t *progress, predictions_t *ret_predictions, fault_t *fault);

// Appends the model in a format of exports.h; no table is needed. Errors: those of exports_make;
// CORRUPT for a document whose parts do not fit together.
err_t saved_export(const saved_t *saved, const char *format, buf_t *out, fault_t *fault);

void saved_destroy(saved_t **saved);
