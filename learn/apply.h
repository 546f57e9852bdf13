// SPDX-License-Identifier: MPL-2.0
// A saved model over a whole file.
#pragma once

#include <jansson.h>

#include "base/fault.h"
#include "base/progress.h"

typedef struct {
    const char *model;    // path of its model.json
    const char *input;    // path of a CSV file
    const json_t *import; // "Import options" of the file; may be NULL
    const char *output;   // path of the predictions; NULL: none are made
    const char *scratch;  // folder for the table in columns; NULL: the usual one
    bool drift;           // whether the table is compared with the training's
    const progress_t *progress;
} apply_t;

// Reads the file with the types that the model knows, writes `row,prediction` for every row, and
// compares the table with the one that the model learned from. Before that the model replays the
// rows that its record keeps. Makes {"rows", "predicted", "remarks", "drift"}, which the caller
// owns.
//
// Errors: those of saved_read, ready_new, import_run, saved_predict, drift_report; UNSUPPORTED for
// a model without a reference.
err_t apply_run(const apply_t *apply, json_t **ret_result, fault_t *fault);
