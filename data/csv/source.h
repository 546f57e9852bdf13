// SPDX-License-Identifier: MPL-2.0
// Where a reader's bytes come from: a file, memory, or something that is asked for them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

// Writes at most `size` bytes to `to`; *ret_size is 0 at the end only.
typedef err_t (*source_pull_t)(void *context, char *to, size_t size, size_t *ret_size,
                               fault_t *fault);

typedef struct {
    int fd;             // -1: memory
    source_pull_t pull; // NULL: file or memory
    void *context;
    const char *memory; // borrowed
    bool regular;       // a regular file: it can be read twice
    int64_t size;       // 0 when the file is not a regular one
    int64_t offset;
} source_t;

// Opens a file. Errors: NOT_FOUND, IO.
err_t source_open(const char *path, source_t *ret_source, fault_t *fault);

// Bytes in memory.
source_t source_memory(const void *bytes, size_t size);

// Bytes that `pull` gives.
source_t source_pulled(source_pull_t pull, void *context);

// Reads at most `size` bytes to `to`; *ret_size is 0 at the end only. Errors: IO.
err_t source_read(source_t *source, char *to, size_t size, size_t *ret_size, fault_t *fault);

// Closes the file.
void source_release(source_t *source);
