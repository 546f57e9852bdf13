// SPDX-License-Identifier: MPL-2.0
#include "data/frame/wordlist.h"

#include <string.h>

#include "data/value/hash.h"

enum {
    SLOTS = 4 * WORDLIST_MAX,
    FREE_START = 64, // so many words are had whatever the number of cells
};

// The slot of a text, or the empty slot where it belongs; slots hold an index + 1.
static size_t slot_of(const wordlist_t *words, const uint16_t *slots, text_t text, uint64_t hash)
{
    size_t slot = hash & (SLOTS - 1);
    for (; slots[slot]; slot = (slot + 1) & (SLOTS - 1)) {
        const text_t *word = &words->texts[slots[slot] - 1];
        if (words->hashes[slots[slot] - 1] == hash && word->size == text.size &&
            memcmp(word->bytes, text.bytes, text.size) == 0) {
            break;
        }
    }
    return slot;
}

bool wordlist_make(const text_t *cells, const uint8_t *valid, size_t rows, arena_t *arena,
                   wordlist_t *ret_words)
{
    wordlist_t words = {0};
    words.texts = arena_array(arena, WORDLIST_MAX, sizeof *words.texts);
    words.hashes = arena_array(arena, WORDLIST_MAX, sizeof *words.hashes);
    words.codes = arena_array(arena, rows, sizeof *words.codes);
    uint16_t *slots = arena_array(arena, SLOTS, sizeof *slots);
    memset(slots, 0, SLOTS * sizeof *slots);
    for (size_t i = 0; i < rows; i++) {
        words.codes[i] = 0;
        if (valid && !valid[i]) {
            continue;
        }
        uint64_t hash = hash_bytes(cells[i].bytes, cells[i].size, 0);
        size_t slot = slot_of(&words, slots, cells[i], hash);
        if (!slots[slot]) {
            bool many = words.count >= FREE_START && words.count * 2 > i;
            if (words.count == WORDLIST_MAX || many) {
                return false;
            }
            words.texts[words.count] = cells[i];
            words.hashes[words.count] = hash;
            slots[slot] = (uint16_t)++words.count;
        }
        words.codes[i] = (uint16_t)(slots[slot] - 1);
    }
    *ret_words = words;
    return words.count > 0;
}
