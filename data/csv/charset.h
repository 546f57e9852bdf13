// SPDX-License-Identifier: MPL-2.0
// Guesses a text's encoding from its beginning.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "data/csv/encoding.h"

enum { CHARSET_BYTES = 1 << 20 }; // how much of a file is looked at

// The encoding that a byte order mark at the beginning tells; AUTO without one.
encoding_t charset_mark(const char *bytes, size_t size);

// Guesses: by a byte order mark; UTF-16 by its zero bytes; UTF-8 where it is valid, but for a last
// character that is cut when this is not the `whole` text; else what uchardet finds, of which only
// the western ones are supported. Latin-1 is taken for Windows-1252, which has the same letters.
//
// Errors: CSV_ENCODING, naming what was found.
err_t charset_guess(const char *bytes, size_t size, bool whole, encoding_t *ret_encoding,
                    fault_t *fault);
