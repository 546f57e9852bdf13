// SPDX-License-Identifier: MPL-2.0
// Hashes of bytes: the mixing step is that of wyhash (https://github.com/wangyi-fudan/wyhash), a
// folded 128-bit product.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// The hash of `size` bytes under a seed.
static inline uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed)
{
    const char *at = bytes;
    uint64_t hash = seed ^ hash_fold(size ^ 0x9E3779B97F4A7C15U, 0xA0761D6478BD642FU);
    for (; size >= 8; size -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = hash_fold(hash ^ word ^ 0xE7037ED1A0B428DBU, seed | 1U);
    }
    uint64_t rest = 0;
    switch (size) { // a copy of a length that is not known is a call
    case 7:
        rest |= (uint64_t)(unsigned char)at[6] << 48;
        __attribute__((fallthrough));
    case 6:
        rest |= (uint64_t)(unsigned char)at[5] << 40;
        __attribute__((fallthrough));
    case 5:
        rest |= (uint64_t)(unsigned char)at[4] << 32;
        __attribute__((fallthrough));
    case 4:
        rest |= (uint64_t)(unsigned char)at[3] << 24;
        __attribute__((fallthrough));
    case 3:
        rest |= (uint64_t)(unsigned char)at[2] << 16;
        __attribute__((fallthrough));
    case 2:
        rest |= (uint64_t)(unsigned char)at[1] << 8;
        __attribute__((fallthrough));
    case 1:
        rest |= (uint64_t)(unsigned char)at[0];
        break;
    default:
        break;
    }
    hash = hash_fold(hash ^ rest ^ 0xE7037ED1A0B428DBU, seed | 1U);
    return hash_fold(hash ^ 0x8EBC6AF09C88C6E3U, 0x589965CC75374CC3U);
}

// The hash of a 64-bit key.
static inline uint64_t hash_word(uint64_t key, uint64_t seed)
{
    return hash_fold(key ^ 0xE7037ED1A0B428DBU ^ seed, 0x9E3779B97F4A7C15U);
}
