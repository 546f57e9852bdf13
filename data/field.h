// SPDX-License-Identifier: MPL-2.0
// Fields and column types.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/value/type.h"

// Whether a field means that the value is missing: empty, NA, N/A, NaN, nan, NULL or null (quoted
// or not; the quotes are not part of `text`).
bool field_missing(const char *text, size_t size);
