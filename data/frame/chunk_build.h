// SPDX-License-Identifier: MPL-2.0
// Makes chunks: of a file's cells, or of a vector.
#pragma once

#include "base/buf.h"
#include "data/frame/cell_run.h"
#include "data/frame/chunk.h"
#include "data/value/moments.h"

// What a chunk's cells were, for the table's description.
typedef struct {
    chunk_kind_t kind;
    uint32_t counts[CELL_CLASSES];
    uint32_t first[CELL_CLASSES]; // the first row of each class, where it was counted
    moments_t moments;            // of numbers, when all cells are numbers
    int64_t least;                // of INTEGER, DATE and DATETIME chunks
    int64_t most;
    uint32_t shortest; // bytes of texts
    uint32_t longest;
    const uint8_t *valid; // a byte a cell; NULL: none is missing
    uint64_t *hashes;     // of the values, each at least once: equal values have equal hashes
    size_t hashes_count;
} chunk_facts_t;

// What chunks are built with: memory, and whether hashes of the values are wanted.
typedef struct {
    arena_t arena;
    bool hashing;
    seen_t *seen; // of the column in work; NULL: every value is hashed
} chunk_builder_t;

// Appends the chunk of `rows` cells, each followed by DIGITS_SLACK readable bytes; `quoted` is a
// byte a cell or NULL. The facts' arrays are made in builder->arena.
void chunk_build(chunk_builder_t *builder, const cell_rules_t *rules, const text_t *cells,
                 const uint8_t *quoted, size_t rows, buf_t *out, chunk_facts_t *ret_facts);
