// SPDX-License-Identifier: MPL-2.0
// What is known of a model beside its scores, in a few lines.
#pragma once

#include <jansson.h>

// Prints an "Insight" of docs/documents.md: what counts most, the areas under the curves, and what
// was left out. NULL: nothing.
void insight_print(const json_t *insight);
