// SPDX-License-Identifier: MPL-2.0
// 128-bit hashes that stand for texts and rows: two different ones of a billion have the same with
// a chance of about 1e-21. The mixing step is that of wyhash, a folded 128-bit product.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    uint64_t a;
    uint64_t b;
} digest_t;

static inline uint64_t digest_fold(uint64_t x, uint64_t y)
{
    unsigned __int128 product = (unsigned __int128)x * y;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t digest_turn(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

// Adds two words to a digest.
static inline digest_t digest_add(digest_t digest, uint64_t x, uint64_t y)
{
    uint64_t a = digest_fold(digest.a ^ x, y ^ 0xE7037ED1A0B428DBU);
    uint64_t b = digest_fold(digest.b ^ y, x ^ 0x8EBC6AF09C88C6E3U);
    return (digest_t){a + digest_turn(digest.b, 29), b + digest_turn(digest.a, 43)};
}

// The last `size` (1 to 8) bytes before `end` as a word; `whole` tells that 8 bytes are there.
static inline uint64_t digest_tail(const char *end, size_t size, int whole)
{
    uint64_t word = 0;
    if (whole) {
        memcpy(&word, end - 8, 8);
        return word >> (8 - size) * 8;
    }
    for (size_t i = 1; i <= size; i++) {
        word = word << 8 | (unsigned char)end[-(ptrdiff_t)i];
    }
    return word;
}

// The digest of bytes.
static inline digest_t digest_bytes(const char *bytes, size_t size)
{
    digest_t digest = {size ^ 0xA0761D6478BD642FU, size * 0x9E3779B97F4A7C15U};
    size_t at = 0;
    for (; at + 16 <= size; at += 16) {
        uint64_t words[2];
        memcpy(words, bytes + at, sizeof words);
        digest = digest_add(digest, words[0], words[1]);
    }
    size_t rest = size - at;
    uint64_t x = 0;
    uint64_t y = 0;
    if (rest >= 8) {
        memcpy(&x, bytes + at, 8);
        y = rest > 8 ? digest_tail(bytes + size, rest - 8, 1) : 0;
    } else if (rest > 0) {
        x = digest_tail(bytes + size, rest, size >= 8);
    }
    digest = digest_add(digest, x, y);
    return digest_add(digest, 0x589965CC75374CC3U, size);
}
