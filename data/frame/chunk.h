// SPDX-License-Identifier: MPL-2.0
// One column's cells of one stripe, as bytes.
//
// A chunk keeps the cells so that both their values and the texts they were read from come back
// without parsing: numbers and dates whose text is the usual one are kept as small integers, few
// distinct texts as codes, anything else as texts, beside values where it has any.
//
// Layout, little endian, each section at a multiple of 8: head; which cells are there (a bit each,
// when only some are); values; places behind the point (a byte each, CHUNK_PLACES); texts; the
// texts of the missing cells (CHUNK_TOKENS); which cells were quoted (a bit each, CHUNK_QUOTED).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/value/vector.h"

typedef enum {
    CHUNK_MISSING,  // no cell has a value
    CHUNK_INTEGER,  // base + value
    CHUNK_DECIMAL,  // (base + value) / 10^places
    CHUNK_FLOAT,    // doubles; without values, what their texts say
    CHUNK_DATE,     // base + value days
    CHUNK_DATETIME, // base + value milliseconds
    CHUNK_WORDS,    // codes of texts
    CHUNK_TEXT,     // texts
    CHUNK_KINDS,
} chunk_kind_t;

enum {
    CHUNK_TEXTS = 1,      // texts stand beside the values (always with WORDS and TEXT)
    CHUNK_PLACES = 2,     // DECIMAL: each cell has its own places
    CHUNK_TOKENS = 4,     // some missing cells are not empty
    CHUNK_ALL_QUOTED = 8, // every cell that is not missing was quoted
    CHUNK_QUOTED = 16,    // a bit a cell tells whether it was quoted
};

typedef struct {
    uint8_t kind;
    uint8_t width;  // bytes of a value: 1, 2, 4 or 8; 0 without values
    uint8_t places; // DECIMAL without CHUNK_PLACES
    uint8_t flags;
    uint32_t rows;
    uint32_t missing;
    uint32_t words; // WORDS: how many texts there are
    int64_t base;
    uint32_t checksum; // CRC32C of the rest, this field as 0
    uint32_t unused;
} chunk_head_t;

// A chunk in memory, its sections found. Everything is borrowed from the bytes.
typedef struct {
    chunk_head_t head;
    const uint8_t *valid;  // bits; NULL when all or none are there
    const uint8_t *values; // NULL without
    const uint8_t *places; // NULL without
    const uint8_t *texts;  // the section; NULL without
    const uint8_t *tokens; // the section; NULL without
    const uint8_t *quoted; // bits; NULL without
    size_t stored;         // cells that there are; chunk_limit makes head.rows less
    size_t stored_missing;
} chunk_t;

// Finds the sections of a chunk of `rows` cells; DIGITS_SLACK bytes behind it are readable. Errors:
// CORRUPT.
err_t chunk_open(const void *bytes, size_t size, size_t rows, chunk_t *ret_chunk, fault_t *fault);

// Makes the chunk look as if it had only its first `rows` cells.
void chunk_limit(chunk_t *chunk, size_t rows);

// The cells as a vector of a type that the chunk's column has; what it needs is made in the arena,
// texts may be borrowed from the chunk's bytes.
vector_t chunk_vector(const chunk_t *chunk, type_t type, arena_t *arena);

// The texts of all cells, missing ones too, as they stood in the file; those that are not borrowed
// from the chunk's bytes are written into the arena.
const text_t *chunk_texts(const chunk_t *chunk, arena_t *arena);

// Which cells were quoted, a byte each; NULL when none was.
const uint8_t *chunk_quoted(const chunk_t *chunk, arena_t *arena);
