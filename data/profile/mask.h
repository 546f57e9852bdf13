// SPDX-License-Identifier: MPL-2.0
// One bit a row: whether a column has a value there.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t *words; // a set bit is a missing cell; NULL: none is missing
    size_t rows;
    size_t missing;
} mask_t;

static inline size_t mask_words(size_t rows)
{
    return (rows + 63) / 64;
}

static inline bool mask_is_missing(const mask_t *mask, size_t row)
{
    return mask->words && (mask->words[row / 64] >> (row % 64) & 1U) != 0;
}

// Marks the missing ones of `count` rows from `first` on; `valid` is a byte a row, NULL: all are
// there. Memory is taken with the first missing one.
void mask_add(mask_t *mask, size_t first, size_t count, const uint8_t *valid);

// In how many rows both are missing.
size_t mask_both(const mask_t *a, const mask_t *b);

// Whether the same rows are missing.
bool mask_equal(const mask_t *a, const mask_t *b);

void mask_release(mask_t *mask);
