// SPDX-License-Identifier: MPL-2.0
// Bytes as text: base64 with padding (RFC 4648, section 4).
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

// The text of `size` bytes. The caller frees.
char *base64_text(const void *bytes, size_t size);

// Appends the bytes of a text; false, and nothing appended, when it is none: characters, padding
// and the bits that padding leaves over have to be as base64_text makes them.
bool base64_read(const char *text, buf_t *out);
