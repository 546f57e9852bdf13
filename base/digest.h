// SPDX-License-Identifier: MPL-2.0
// SHA-256 of files, as sha256sum writes it.
#pragma once

#include <stdint.h>

#include "base/fault.h"

enum { DIGEST_TEXT_SIZE = 65 };

// The digest of a whole file in small hexadecimals, and how many bytes it has. Errors: NOT_FOUND,
// IO.
err_t digest_file(const char *path, char ret_hex[DIGEST_TEXT_SIZE], int64_t *ret_bytes,
                  fault_t *fault);
