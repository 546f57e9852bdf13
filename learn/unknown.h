// SPDX-License-Identifier: MPL-2.0
// Values that a model's recipe had not seen when it learned, and what becomes of them.
#pragma once

#include <jansson.h>

#include "learn/inputs.h"

// Called for such a value: the place of its encoding among the flow's spots, and the row of the
// encoding's cells.
typedef void unknown_fn(void *context, size_t spot, const vector_t *cells, size_t row);

// Calls `each` for every such value among the rows that inputs_load or inputs_lay has evaluated.
// Errors: those of eval_inputs.
err_t unknown_each(const inputs_t *inputs, unknown_fn *each, void *context, fault_t *fault);

// The value as a short text. The caller frees.
char *unknown_value(const vector_t *cells, size_t row);

// What an encoding makes of a value that it does not know, as the end of a sentence.
const char *unknown_becomes(const step_t *step);

// Appends {"row", "column", "detail"} to `notes` for every such value. Errors: those of
// unknown_each.
err_t unknown_notes(const inputs_t *inputs, json_t *notes, fault_t *fault);
