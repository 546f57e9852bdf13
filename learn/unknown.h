// SPDX-License-Identifier: MPL-2.0
// Values that a model's recipe had not seen when it learned, and what becomes of them.
#pragma once

#include <jansson.h>

#include "learn/inputs.h"

// Appends {"row", "column", "detail"} to `notes` for every such value among the rows that
// inputs_lay has evaluated. Errors: those of eval_inputs.
err_t unknown_notes(const inputs_t *inputs, json_t *notes, fault_t *fault);
