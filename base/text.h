// SPDX-License-Identifier: MPL-2.0
// Text: UTF-8 checks and copies that never cut a character in half.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Copies `from` into `to` (size bytes, always terminated), cut before the first character that does
// not fit.
void text_copy(char *to, size_t size, const char *from);

// Whether the bytes are valid UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
bool text_is_utf8(const char *bytes, size_t length);

// The length of the longest prefix that is valid UTF-8; `length` when all of it is.
size_t text_utf8_prefix(const char *bytes, size_t length);

// A malloc'd, terminated copy of `length` bytes; the process ends when memory is out.
char *text_dup(const char *bytes, size_t length);

// A malloc'd formatted text; the caller frees it. The process ends when memory is out.
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
