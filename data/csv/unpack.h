// SPDX-License-Identifier: MPL-2.0
// A file's bytes without their packing: plain, gzip or zip, told by the first bytes. What it
// unpacks has limits, so that a small file cannot become a flood.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/csv/csv.h"

enum {
    UNPACK_RATIO_MAX = 1100,      // deflate reaches 1032
    UNPACK_RATIO_FREE = 16 << 20, // unpacked bytes that are fine in any case
};

typedef struct unpack unpack_t;

// Opens a file; `bytes_max` limits what is unpacked. The caller destroys *ret_unpack.
//
// Errors: NOT_FOUND, IO, those of unzip_open; UNSUPPORTED for another packing that is known by its
// first bytes.
err_t unpack_open(const char *path, int64_t bytes_max, bool hash, unpack_t **ret_unpack,
                  fault_t *fault);

csv_packing_t unpack_packing(const unpack_t *unpack);
const char *unpack_member(const unpack_t *unpack); // "" when not in a zip

// Reads at most `size` bytes; *ret_size is 0 at the end only. Errors: IO, CORRUPT, TOO_LARGE.
err_t unpack_read(unpack_t *unpack, char *to, size_t size, size_t *ret_size, fault_t *fault);

// Starts again at the beginning. Errors: IO; UNSUPPORTED for a pipe.
err_t unpack_rewind(unpack_t *unpack, fault_t *fault);

// Bytes of the file as it lies on disk: how many have been read, and its size (0: not known).
int64_t unpack_position(const unpack_t *unpack);
int64_t unpack_size(const unpack_t *unpack);

// The file's SHA-256 once all has been read, when it was asked for; else NULL.
const uint8_t *unpack_hash(const unpack_t *unpack);

void unpack_destroy(unpack_t **unpack);
