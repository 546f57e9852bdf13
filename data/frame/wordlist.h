// SPDX-License-Identifier: MPL-2.0
// The distinct texts among a chunk's cells, when there are few.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "data/value/vector.h"

enum { WORDLIST_MAX = 4096 };

typedef struct {
    text_t *texts;    // in the order in which they first appear
    uint64_t *hashes; // hash_bytes with seed 0
    size_t count;     // at least 1
    uint16_t *codes;  // of each cell; of a missing one 0
} wordlist_t;

// The texts are followed by DIGITS_SLACK readable bytes. False when there are more than
// WORDLIST_MAX, or when most cells differ.
bool wordlist_make(const text_t *cells, const uint8_t *valid, size_t rows, arena_t *arena,
                   wordlist_t *ret_words);
