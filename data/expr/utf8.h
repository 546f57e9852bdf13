// SPDX-License-Identifier: MPL-2.0
// Steps through UTF-8 by characters. Bytes that are not UTF-8 count as parts of the character
// before them and do no harm.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/value/vector.h"

// The byte behind the character at byte `at` (before the end).
static inline size_t utf8_next(text_t text, size_t at)
{
    at++;
    while (at < text.size && ((unsigned char)text.bytes[at] & 0xC0) == 0x80) {
        at++;
    }
    return at;
}

// How many characters there are.
size_t utf8_length(text_t text);

// The byte at which character `index` (from 0) starts; the size when there are not so many.
size_t utf8_offset(text_t text, size_t index);

// The code point at byte `at`, -1 when it is not UTF-8, and its size in bytes (at least 1).
int32_t utf8_point(text_t text, size_t at, size_t *ret_size);

// Whether all bytes are ASCII.
bool utf8_is_ascii(text_t text);
