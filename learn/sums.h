// SPDX-License-Identifier: MPL-2.0
// SHA256SUMS of a folder, as `sha256sum -c` reads it.
#pragma once

#include <jansson.h>

#include "base/fault.h"

// Writes SHA256SUMS beside the files that a list names, on disk, and adds it to the list. Errors:
// NOT_FOUND, IO, FULL.
err_t sums_write(const char *folder, json_t *files, fault_t *fault);

// Removes it.
void sums_remove(const char *folder);
