// SPDX-License-Identifier: MPL-2.0
// The end of a zip, which tells how large its directory is, before anything reads the directory
// into memory. Format: APPNOTE.TXT 6.3.10, 4.3.14 to 4.3.16.
#pragma once

#include <stdint.h>

#include "base/fault.h"

// The size of the directory of the zip at `path` in bytes; 0 when its end is not found. Errors: IO.
err_t zip_end_directory(const char *path, uint64_t *ret_size, fault_t *fault);
