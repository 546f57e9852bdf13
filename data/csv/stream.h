// SPDX-License-Identifier: MPL-2.0
// A file's text: unpacked and in UTF-8, from its beginning. A byte order mark stays, as EF BB BF.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/csv/csv.h"

typedef struct stream stream_t;

// Opens a file and fills in what the dialect says of packing and encoding. The caller destroys
// *ret_stream. Errors: those of csv_open for the file.
err_t stream_open(const char *path, const csv_options_t *options, csv_dialect_t *dialect,
                  stream_t **ret_stream, fault_t *fault);

// Reads at most `size` bytes; *ret_size is 0 at the end only. Errors: IO, CORRUPT, TOO_LARGE,
// CSV_ENCODING.
err_t stream_read(stream_t *stream, char *to, size_t size, size_t *ret_size, fault_t *fault);

// Starts again at the beginning. Errors: IO; UNSUPPORTED for a pipe.
err_t stream_rewind(stream_t *stream, fault_t *fault);

// Bytes of the file as it lies on disk: how many have been read, and its size (0: not known).
int64_t stream_position(const stream_t *stream);
int64_t stream_size(const stream_t *stream);

// The file's SHA-256 once all has been read, when it was asked for; else NULL.
const uint8_t *stream_hash(const stream_t *stream);

void stream_destroy(stream_t **stream);
