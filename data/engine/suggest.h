// SPDX-License-Identifier: MPL-2.0
// What a person would probably do to a table first: a recipe with a reason for each step.
#pragma once

#include <jansson.h>

// The "Suggestions" (docs/documents.md) for a table's description: [{"step": {...}, "reason":
// "..."}, ...] in the order in which the steps can run, all of them or some. Only what the
// description tells is used; nothing is read. A new reference, never NULL. Thread-safe.
json_t *suggest_recipe(const json_t *description);
