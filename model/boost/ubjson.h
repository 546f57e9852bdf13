// SPDX-License-Identifier: MPL-2.0
// Reads Universal Binary JSON (draft 12, https://ubjson.org), as much of it as XGBoost writes.
#pragma once

#include <jansson.h>
#include <stddef.h>

enum { UBJSON_DEPTH_MAX = 16 };

// The document that fills the bytes; NULL when they are anything else, or when a number is not
// finite or a name is there twice. The bytes may come from anywhere.
json_t *ubjson_read(const char *bytes, size_t size);
