// SPDX-License-Identifier: MPL-2.0
#include "data/profile/mask.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void mask_add(mask_t *mask, size_t first, size_t count, const uint8_t *valid)
{
    if (!valid || !memchr(valid, 0, count)) {
        return;
    }
    if (!mask->words) {
        mask->words = mem_array(mask_words(mask->rows), sizeof *mask->words);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t gone = !valid[i];
        mask->words[(first + i) / 64] |= gone << ((first + i) % 64);
        mask->missing += gone;
    }
}

size_t mask_both(const mask_t *a, const mask_t *b)
{
    size_t both = 0;
    size_t words = a->words && b->words ? mask_words(a->rows) : 0;
    for (size_t i = 0; i < words; i++) {
        both += (size_t)__builtin_popcountll(a->words[i] & b->words[i]);
    }
    return both;
}

bool mask_equal(const mask_t *a, const mask_t *b)
{
    if (!a->words || !b->words) {
        return a->words == b->words;
    }
    return memcmp(a->words, b->words, mask_words(a->rows) * sizeof *a->words) == 0;
}

void mask_release(mask_t *mask)
{
    free(mask->words);
    *mask = (mask_t){0};
}
