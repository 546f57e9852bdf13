// SPDX-License-Identifier: MPL-2.0
// A run of one column's cells, in memory: what steps and expressions work on. A vector owns
// nothing; its arrays live in an arena or in whatever made them.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "data/value/type.h"

// Bytes that are UTF-8, not terminated.
typedef struct {
    const char *bytes;
    uint32_t size;
} text_t;

// Which array holds the cells follows from the type:
//   FLOAT           numbers, always finite where valid
//   INTEGER         integers
//   BOOLEAN         integers, 0 or 1
//   DATE            integers, days since 1970-01-01
//   DATETIME        integers, milliseconds since 1970-01-01T00:00:00Z
//   CATEGORY, TEXT  texts; with `codes`, cell i is texts[codes[i]], else texts[i]
// The array of another type is NULL. What stands in a missing cell is not defined, but may be read;
// the code of a missing cell is a valid index too.
typedef struct {
    type_t type;
    size_t count;
    const uint8_t *valid; // one byte a cell, 1: there is a value, 0: missing; NULL: none is missing
    const double *numbers;
    const int64_t *integers;
    const text_t *texts;
    const uint32_t *codes;
    size_t words; // with `codes`: how many texts there are, at least 1
} vector_t;

static inline int vector_is_valid(const vector_t *vector, size_t i)
{
    return !vector->valid || vector->valid[i];
}

// The text of cell `i` of a CATEGORY or TEXT vector.
static inline text_t vector_text(const vector_t *vector, size_t i)
{
    return vector->texts[vector->codes ? vector->codes[i] : i];
}

// The cells of a number (INTEGER, FLOAT) or BOOLEAN vector as doubles; integers beyond 2^53 are
// rounded. Taken from the vector where it holds doubles, else made in the arena.
const double *vector_doubles(const vector_t *vector, arena_t *arena);

// How many cells are missing.
size_t vector_missing(const vector_t *vector);

// The cells `rows[0]`, ..., `rows[count - 1]` of a vector; texts stay where they are.
vector_t vector_gather(const vector_t *vector, const uint32_t *rows, size_t count, arena_t *arena);
