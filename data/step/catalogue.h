// SPDX-License-Identifier: MPL-2.0
// Every kind of step, in the order in which people see them.
#pragma once

#include <jansson.h>

#include "data/step/step.h"

// The kind at a place, NULL behind the last.
const step_kind_t *catalogue_at(size_t i);

// The kind with this op and method. NULL: *ret_op tells whether the op exists at least.
const step_kind_t *catalogue_find(const char *op, const char *method, bool *ret_op);

// The ops, or the methods of an op, as people list them: "a, b or c". Cut to fit.
void catalogue_list(const char *op, char *to, size_t size);

// The catalogue as the "Step catalogue" of docs/documents.md: what browsers, the command's help and
// the documentation are made from. A new reference.
json_t *catalogue_json(void);
