// SPDX-License-Identifier: MPL-2.0
// What can be said of a training request before the table is read.
#pragma once

#include <jansson.h>

// Checks a "Training request" and its recipe (docs/documents.md) against a table's description:
// every issue of the recipe, or the first of the request: an unknown column, a setting out of
// range, a step that changes the target, a target with one value, a feature that is text or has
// missing values after the recipe. What only the rows can tell shows when the training runs. A new
// reference, never NULL. Thread-safe.
json_t *training_check(const json_t *training, const json_t *recipe, const json_t *description);
