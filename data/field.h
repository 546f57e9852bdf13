// SPDX-License-Identifier: MPL-2.0
// Fields and column types.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { TYPE_INTEGER, TYPE_FLOAT, TYPE_TEXT } type_t;

// "integer", "float" or "text".
const char *type_name(type_t type);

// Finds a type by its name; false when there is none.
bool type_by_name(const char *name, type_t *ret_type);

// Whether a field means that the value is missing: empty, NA, N/A, NaN, nan, NULL or null (quoted
// or not; the quotes are not part of `text`).
bool field_missing(const char *text, size_t size);
