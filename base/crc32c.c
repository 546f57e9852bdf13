// SPDX-License-Identifier: MPL-2.0
#include "base/crc32c.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

enum {
    TABLES = 8,
    LONG = 4096, // bytes of each of three pieces that are computed side by side
    SHORT = 256,
};

static const uint32_t POLYNOMIAL = 0x82F63B78U; // reflected

// TABLE[k][b]: the checksum of byte b with k zero bytes behind it ("slicing by 8", Kounavis and
// Berry 2005).
static uint32_t table[TABLES][256];
// What a checksum becomes when so many zero bytes follow, for each of its four bytes.
static uint32_t long_shift[4][256];
static uint32_t short_shift[4][256];
static bool has_instruction;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// The linear map of a checksum over `size` zero bytes, applied to a single byte of it at a time.
static void prepare_shift(uint32_t shift[4][256], size_t size)
{
    for (uint32_t k = 0; k < 4; k++) {
        for (uint32_t b = 0; b < 256; b++) {
            uint32_t crc = b << 8 * k;
            for (size_t i = 0; b != 0 && (b & (b - 1)) == 0 && i < size; i++) {
                crc = crc >> 8 ^ table[0][crc & 0xFFU];
            }
            // Linear: what is not a power of two is the sum of two that were made before.
            shift[k][b] = (b & (b - 1)) == 0 ? crc : shift[k][b & (b - 1)] ^ shift[k][b & -b];
        }
    }
}

static void prepare(void)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t crc = b;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 1U ? crc >> 1 ^ POLYNOMIAL : crc >> 1;
        }
        table[0][b] = crc;
    }
    for (uint32_t b = 0; b < 256; b++) {
        for (int k = 1; k < TABLES; k++) {
            table[k][b] = table[k - 1][b] >> 8 ^ table[0][table[k - 1][b] & 0xFFU];
        }
    }
    prepare_shift(long_shift, LONG);
    prepare_shift(short_shift, SHORT);
#ifdef __x86_64__
    has_instruction = __builtin_cpu_supports("sse4.2");
#endif
}

static uint32_t step_table(uint32_t crc, const unsigned char *at, size_t size)
{
    for (; size >= 8; at += 8, size -= 8) {
        uint32_t low = crc ^ ((uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
                              (uint32_t)at[3] << 24);
        crc = table[7][low & 0xFFU] ^ table[6][low >> 8 & 0xFFU] ^ table[5][low >> 16 & 0xFFU] ^
              table[4][low >> 24] ^ table[3][at[4]] ^ table[2][at[5]] ^ table[1][at[6]] ^
              table[0][at[7]];
    }
    for (; size > 0; at++, size--) {
        crc = crc >> 8 ^ table[0][(crc ^ *at) & 0xFFU];
    }
    return crc;
}

#ifdef __x86_64__
static uint32_t shift_by(uint32_t shift[4][256], uint64_t crc)
{
    return shift[0][crc & 0xFFU] ^ shift[1][crc >> 8 & 0xFFU] ^ shift[2][crc >> 16 & 0xFFU] ^
           shift[3][crc >> 24 & 0xFFU];
}

static uint64_t word_at(const unsigned char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

// The instruction takes three cycles and can begin each cycle: three pieces at a time, put together
// by the shifts (Gopal et al., "Fast CRC computation for iSCSI polynomial using CRC32 instruction",
// 2011).
__attribute__((target("sse4.2"))) static uint32_t step_pieces(uint32_t crc, const unsigned char *at,
                                                              size_t piece, uint32_t shift[4][256])
{
    uint64_t first = crc;
    uint64_t second = 0;
    uint64_t third = 0;
    for (size_t i = 0; i < piece; i += 8) {
        first = __builtin_ia32_crc32di(first, word_at(at + i));
        second = __builtin_ia32_crc32di(second, word_at(at + piece + i));
        third = __builtin_ia32_crc32di(third, word_at(at + 2 * piece + i));
    }
    uint32_t both = shift_by(shift, first) ^ (uint32_t)second;
    return shift_by(shift, both) ^ (uint32_t)third;
}

__attribute__((target("sse4.2"))) static uint32_t
step_instruction(uint32_t crc, const unsigned char *at, size_t size)
{
    for (; size >= 3 * (size_t)LONG; at += 3 * LONG, size -= 3 * (size_t)LONG) {
        crc = step_pieces(crc, at, LONG, long_shift);
    }
    for (; size >= 3 * (size_t)SHORT; at += 3 * SHORT, size -= 3 * (size_t)SHORT) {
        crc = step_pieces(crc, at, SHORT, short_shift);
    }
    uint64_t wide = crc;
    for (; size >= 8; at += 8, size -= 8) {
        wide = __builtin_ia32_crc32di(wide, word_at(at));
    }
    crc = (uint32_t)wide;
    for (; size > 0; at++, size--) {
        crc = __builtin_ia32_crc32qi(crc, *at);
    }
    return crc;
}
#endif

uint32_t crc32c_table(uint32_t crc, const void *bytes, size_t size)
{
    pthread_once(&once, prepare);
    return ~step_table(~crc, bytes, size);
}

uint32_t crc32c(uint32_t crc, const void *bytes, size_t size)
{
    pthread_once(&once, prepare);
#ifdef __x86_64__
    if (has_instruction) {
        return ~step_instruction(~crc, bytes, size);
    }
#endif
    return ~step_table(~crc, bytes, size);
}
