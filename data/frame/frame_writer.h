// SPDX-License-Identifier: MPL-2.0
// Writes a frame file, stripe by stripe.
//
// Layout, little endian: a head of 16 bytes; the stripes, each a table of its chunks' sizes (4
// bytes a column, padded to 8) and the chunks; the directory, 16 bytes a stripe (offset, rows); a
// JSON document {"columns": [[name, type], ...], "description": {...}}; a tail of 48 bytes.
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "data/value/type.h"

#define FRAME_MAGIC "ADPFRM1\n"

typedef struct {
    uint64_t offset;
    uint64_t rows;
} frame_place_t;

typedef struct {
    uint64_t directory; // offset
    uint64_t stripes;
    uint64_t document; // offset
    uint64_t document_size;
    uint32_t checksum; // CRC32C of directory and document
    uint32_t columns;
    char magic[8];
} frame_tail_t;

typedef struct frame_writer frame_writer_t;

// Begins a frame in an empty file, which stays the caller's.
err_t frame_writer_open(int fd, size_t columns, frame_writer_t **ret_writer, fault_t *fault);

// Appends a stripe: the chunks behind each other, `sizes[i]` bytes that of column i. Errors: IO,
// FULL.
err_t frame_writer_add(frame_writer_t *writer, size_t rows, const uint32_t *sizes,
                       const buf_t *chunks, fault_t *fault);

// The same in two parts: a place for the stripe, in order, and its bytes, beside other threads.
uint64_t frame_writer_reserve(frame_writer_t *writer, size_t rows, size_t bytes);
err_t frame_writer_put(const frame_writer_t *writer, uint64_t place, const uint32_t *sizes,
                       const buf_t *chunks, fault_t *fault);

// Writes what makes it a frame. `description` is borrowed. Errors: IO, FULL.
err_t frame_writer_close(frame_writer_t *writer, char *const *names, const type_t *types,
                         const json_t *description, fault_t *fault);

void frame_writer_destroy(frame_writer_t **writer);
