// SPDX-License-Identifier: MPL-2.0
// Makes chunks: of a file's cells, or of a vector.
#pragma once

#include "base/buf.h"
#include "data/frame/cell.h"
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
    uint64_t *hashes;     // one for each value: equal values have equal hashes
    size_t hashes_count;
} chunk_facts_t;

// One thread's working memory.
typedef struct {
    arena_t arena;
} chunk_builder_t;

// Appends the chunk of `rows` cells; `quoted` is a byte a cell or NULL. With `hashing`, the facts'
// hashes are made in builder->arena.
void chunk_build(chunk_builder_t *builder, const cell_rules_t *rules, const text_t *cells,
                 const uint8_t *quoted, size_t rows, bool hashing, buf_t *out,
                 chunk_facts_t *ret_facts);
