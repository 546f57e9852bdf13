// SPDX-License-Identifier: MPL-2.0
// What is odd about a table that a model answers for: cells that could not be read, values that
// the recipe had not seen when it learned, and rows without an answer.
#pragma once

#include <jansson.h>

#include "learn/inputs.h"

typedef struct remarks remarks_t;

// Nothing is odd yet. `inputs` is borrowed. The caller destroys it.
remarks_t *remarks_new(const inputs_t *inputs);

// Looks at the values of the stripe that is evaluated; `first` is the number of its first row,
// counted from 1. Errors: those of eval_inputs.
err_t remarks_look(remarks_t *remarks, int64_t first, fault_t *fault);

// A row has no answer for want of an input.
void remarks_lacks(remarks_t *remarks, int64_t number, size_t input);

// A list of {"column", "rows", "detail"}, as docs/documents.md has it. The caller owns it.
json_t *remarks_list(const remarks_t *remarks);

void remarks_destroy(remarks_t **remarks);
