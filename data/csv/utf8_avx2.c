// SPDX-License-Identifier: MPL-2.0
#include "data/csv/utf8_avx2.h"

#include <immintrin.h>
#include <string.h>

// What may be wrong with two bytes that follow each other, a bit each, as the paper has it.
enum {
    TOO_SHORT = 1 << 0,  // a lead is not followed by a continuation
    TOO_LONG = 1 << 1,   // a continuation follows ASCII
    OVERLONG_3 = 1 << 2, // E0, then below A0
    SURROGATE = 1 << 4,  // ED, then A0 or more
    OVERLONG_2 = 1 << 5, // C0 or C1
    TWO_CONTS = 1 << 7,  // right only where a long character says so
    TOO_LARGE = 1 << 3,  // above U+10FFFF
    TOO_LARGE_1000 = 1 << 6,
    OVERLONG_4 = 1 << 6, // F0, then below 90
    CARRY = TOO_SHORT | TOO_LONG | TWO_CONTS,
};

// By the high half of the first byte, by its low half, and by the high half of the second byte.
static const unsigned char FIRST_HIGH[16] = {TOO_LONG,
                                             TOO_LONG,
                                             TOO_LONG,
                                             TOO_LONG,
                                             TOO_LONG,
                                             TOO_LONG,
                                             TOO_LONG,
                                             TOO_LONG,
                                             TWO_CONTS,
                                             TWO_CONTS,
                                             TWO_CONTS,
                                             TWO_CONTS,
                                             TOO_SHORT | OVERLONG_2,
                                             TOO_SHORT,
                                             TOO_SHORT | OVERLONG_3 | SURROGATE,
                                             TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4};
static const unsigned char FIRST_LOW[16] = {CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4,
                                            CARRY | OVERLONG_2,
                                            CARRY,
                                            CARRY,
                                            CARRY | TOO_LARGE,
                                            CARRY | TOO_LARGE | TOO_LARGE_1000,
                                            CARRY | TOO_LARGE | TOO_LARGE_1000,
                                            CARRY | TOO_LARGE | TOO_LARGE_1000,
                                            CARRY | TOO_LARGE | TOO_LARGE_1000,
                                            CARRY | TOO_LARGE | TOO_LARGE_1000,
                                            CARRY | TOO_LARGE | TOO_LARGE_1000,
                                            CARRY | TOO_LARGE | TOO_LARGE_1000,
                                            CARRY | TOO_LARGE | TOO_LARGE_1000,
                                            CARRY | TOO_LARGE | TOO_LARGE_1000 | SURROGATE,
                                            CARRY | TOO_LARGE | TOO_LARGE_1000,
                                            CARRY | TOO_LARGE | TOO_LARGE_1000};
static const unsigned char SECOND_HIGH[16] = {
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
    TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 | TOO_LARGE,
    TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE,
    TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT};

static inline __m256i table(const unsigned char (*bytes)[16])
{
    __m128i half = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    return _mm256_broadcastsi128_si256(half);
}

static inline __m256i low_nibbles(__m256i bytes)
{
    return _mm256_and_si256(bytes, _mm256_set1_epi8(0x0F));
}

static inline __m256i high_nibbles(__m256i bytes)
{
    return low_nibbles(_mm256_srli_epi16(bytes, 4));
}

// The bytes `count` places before; count is 1, 2 or 3.
#define BEFORE(now, last, count)                                                                   \
    _mm256_alignr_epi8(now, _mm256_permute2x128_si256(last, now, 0x21), 16 - (count))

// Marks the pairs that no character has.
static inline __m256i special_cases(__m256i now, __m256i before)
{
    __m256i one = _mm256_shuffle_epi8(table(&FIRST_HIGH), high_nibbles(before));
    __m256i two = _mm256_shuffle_epi8(table(&FIRST_LOW), low_nibbles(before));
    __m256i three = _mm256_shuffle_epi8(table(&SECOND_HIGH), high_nibbles(now));
    return _mm256_and_si256(_mm256_and_si256(one, two), three);
}

// Marks what is wrong in 32 bytes.
static inline __m256i errors_of(__m256i now, __m256i last)
{
    __m256i special = special_cases(now, BEFORE(now, last, 1));
    __m256i third = _mm256_subs_epu8(BEFORE(now, last, 2), _mm256_set1_epi8((char)(0xE0 - 0x80)));
    __m256i fourth = _mm256_subs_epu8(BEFORE(now, last, 3), _mm256_set1_epi8((char)(0xF0 - 0x80)));
    __m256i wanted = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
    return _mm256_xor_si256(wanted, special);
}

// Bytes that need more behind the last ones of a block are beyond these.
static inline __m256i open_at_end(__m256i now)
{
    const __m256i most = _mm256_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                          -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                          -1, (char)(0xF0 - 1), (char)(0xE0 - 1), (char)(0xC0 - 1));
    return _mm256_subs_epu8(now, most);
}

bool utf8_avx2(const char *bytes, size_t size)
{
    __m256i last = _mm256_setzero_si256();
    __m256i open = _mm256_setzero_si256();
    __m256i errors = _mm256_setzero_si256();
    for (size_t at = 0; at < size; at += 32) {
        __m256i now = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + at));
        if (size - at < 32) {
            char tail[32] = {0};
            memcpy(tail, bytes + at, size - at);
            now = _mm256_loadu_si256((const __m256i *)(const void *)tail);
        }
        if (_mm256_movemask_epi8(now) == 0) {
            errors = _mm256_or_si256(errors, open);
            open = _mm256_setzero_si256();
        } else {
            errors = _mm256_or_si256(errors, errors_of(now, last));
            open = open_at_end(now);
        }
        last = now;
    }
    errors = _mm256_or_si256(errors, open);
    return _mm256_testz_si256(errors, errors);
}
