// SPDX-License-Identifier: MPL-2.0
// The character encodings that tables come in.
#pragma once

#include <stdbool.h>

typedef enum {
    ENCODING_AUTO,
    ENCODING_UTF8,
    ENCODING_UTF16LE,
    ENCODING_UTF16BE,
    ENCODING_LATIN1,
    ENCODING_WINDOWS1252,
    ENCODING_COUNT,
} encoding_t;

// The name people use: "auto", "utf-8", "utf-16le", "utf-16be", "latin-1", "windows-1252".
const char *encoding_name(encoding_t encoding);

// The name iconv uses.
const char *encoding_iconv(encoding_t encoding);

// Finds an encoding by its name; false when there is none of this name.
bool encoding_by_name(const char *name, encoding_t *ret_encoding);
