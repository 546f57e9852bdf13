// SPDX-License-Identifier: MPL-2.0
// A saved model that answers for rows as they come: what is behind a form or a script's call.
#pragma once

#include <jansson.h>

#include "base/fault.h"

typedef struct ready ready_t;

// Makes a saved model ready from its document, which may be anything, and replays the rows that its
// record keeps: it must say what it said when it was trained (numbers to 1e-9). The caller destroys
// *ret_ready. For one thread at a time. Errors: those of saved_read; CORRUPT.
err_t ready_new(const json_t *document, ready_t **ret_ready, fault_t *fault);

// Predicts rows, which are those of cells_read (learn/cells.h) for the model's features. Makes the
// "Prediction" (docs/documents.md). The caller owns *ret_answer. Errors: those of cells_read;
// STEP_PARAMETER for a value that a step of the recipe refuses.
err_t ready_predict(ready_t *ready, const json_t *rows, json_t **ret_answer, fault_t *fault);

void ready_destroy(ready_t **ready);
