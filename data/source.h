// SPDX-License-Identifier: MPL-2.0
// Where a reader's bytes come from: a file or memory.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

typedef struct {
    int fd;             // -1: memory
    const char *memory; // borrowed
    int64_t size;       // 0 when the file is not a regular one
    int64_t offset;
} source_t;

// Opens a file. Errors: NOT_FOUND, IO.
err_t source_open(const char *path, source_t *ret_source, fault_t *fault);

// Bytes in memory.
source_t source_memory(const void *bytes, size_t size);

// Reads at most `size` bytes to `to`; *ret_size is 0 at the end only. Errors: IO.
err_t source_read(source_t *source, char *to, size_t size, size_t *ret_size, fault_t *fault);

// Closes the file.
void source_release(source_t *source);
