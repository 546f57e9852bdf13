// SPDX-License-Identifier: MPL-2.0
#include "data/frame/wordlist.h"

#include <string.h>

#include "data/value/hash.h"

enum {
    SLOTS = 4 * WORDLIST_MAX,
    FREE_START = 64, // so many words are had whatever the number of cells
};

// What tells a text from others of its size: all of a short one, a hash of a long one.
static inline uint64_t key_of(text_t text)
{
    uint64_t word;
    if (text.size == 0 || text.size > sizeof word) {
        return hash_bytes(text.bytes, text.size, 0);
    }
    memcpy(&word, text.bytes, sizeof word); // the slack is there
    unsigned behind = (unsigned)(sizeof word - text.size) * 8;
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word << behind : word >> behind;
}

static bool is_same(text_t word, text_t text)
{
    return word.size == text.size &&
           (text.size <= sizeof(uint64_t) || memcmp(word.bytes, text.bytes, text.size) == 0);
}

// The slot of a text, or the empty slot where it belongs; slots hold an index + 1.
static size_t slot_of(const wordlist_t *words, const uint16_t *slots, const uint64_t *keys,
                      text_t text, uint64_t key)
{
    size_t slot = hash_word(key, text.size) & (SLOTS - 1);
    for (; slots[slot]; slot = (slot + 1) & (SLOTS - 1)) {
        size_t word = slots[slot] - 1U;
        if (keys[word] == key && is_same(words->texts[word], text)) {
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
    uint64_t *keys = arena_array(arena, WORDLIST_MAX, sizeof *keys);
    uint16_t *slots = arena_array(arena, SLOTS, sizeof *slots);
    memset(slots, 0, SLOTS * sizeof *slots);
    for (size_t i = 0; i < rows; i++) {
        words.codes[i] = 0;
        if (valid && !valid[i]) {
            continue;
        }
        uint64_t key = key_of(cells[i]);
        size_t slot = slot_of(&words, slots, keys, cells[i], key);
        if (!slots[slot]) {
            bool many = words.count >= FREE_START && words.count * 2 > i;
            if (words.count == WORDLIST_MAX || many) {
                return false;
            }
            words.texts[words.count] = cells[i];
            words.hashes[words.count] = hash_bytes(cells[i].bytes, cells[i].size, 0);
            keys[words.count] = key;
            slots[slot] = (uint16_t)++words.count;
        }
        words.codes[i] = (uint16_t)(slots[slot] - 1);
    }
    *ret_words = words;
    return words.count > 0;
}
