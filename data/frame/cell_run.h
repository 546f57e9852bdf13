// SPDX-License-Identifier: MPL-2.0
// The cells of one column in a stripe, as they are read; a chunk is made of them.
#pragma once

#include "base/arena.h"
#include "data/frame/cell.h"
#include "data/frame/chunk.h"

typedef struct {
    arena_t *arena;
    const text_t *texts;
    size_t rows;
    uint8_t *kinds; // cell_class_t of each
    uint8_t *places;
    int64_t *integers;
    double *numbers;
    uint32_t counts[CELL_CLASSES];
    uint32_t first[CELL_CLASSES]; // the first row of each class, where it was counted
    uint32_t refused;             // cells that are not of the declared type: they are missing
    bool tokens;                  // some missing cell is not empty
    bool odd;                     // some number is one by a rule of the column alone
    uint32_t not_plain;           // cells whose text must be kept
    bool same_places;             // of all values, which are plain
    uint8_t same;                 // then these
    uint32_t shortest;            // bytes of the texts that are there; UINT32_MAX and 0 without any
    uint32_t longest;
} cell_run_t;

enum { SEEN_SPAN = 1 << 16 };

// Small whole values of a column that were hashed. Zeroed at first.
typedef struct {
    chunk_kind_t kind;
    uint8_t places;
    int64_t base;
    uint64_t *bits; // of base to base + SEEN_SPAN
} seen_t;

// Hashes of the values that are there, each at least once.
typedef struct {
    uint64_t *items; // in the arena
    size_t count;
} hashes_t;

// Reads `rows` texts, each followed by DIGITS_SLACK readable bytes, under the column's rules. What
// is made lies in the arena; the texts are borrowed.
cell_run_t cell_run_read(const cell_rules_t *rules, const text_t *texts, size_t rows,
                         arena_t *arena);

// The narrowest kind of chunk that keeps the values.
chunk_kind_t cell_run_kind(const cell_run_t *run);

// Hashes for a chunk of this kind whose least integer is `least`: equal values have equal hashes,
// whole numbers and ISO dates that of their usual text. With `seen`, which is of the column, values
// that were hashed before may be left out.
hashes_t cell_run_hashes(const cell_run_t *run, chunk_kind_t kind, int64_t least, seen_t *seen);

void seen_release(seen_t *seen);
