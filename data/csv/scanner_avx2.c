// SPDX-License-Identifier: MPL-2.0
// The scanner for x86-64 with AVX2, BMI and carry-less multiplication; CMake compiles this file for
// these.
#include "data/csv/scanner_avx2.h"

#include <immintrin.h>

#include "data/csv/utf8_avx2.h"

typedef struct {
    uint64_t quote;
    uint64_t delimiter;
    uint64_t lf;
    uint64_t cr;
    uint64_t nul;
    uint64_t high;
} marks_t;

static inline uint64_t bits_of(__m256i low, __m256i high)
{
    uint64_t lower = (uint32_t)_mm256_movemask_epi8(low);
    uint64_t upper = (uint32_t)_mm256_movemask_epi8(high);
    return upper << 32 | lower;
}

static inline uint64_t equal(__m256i low, __m256i high, char c)
{
    __m256i pattern = _mm256_set1_epi8(c);
    return bits_of(_mm256_cmpeq_epi8(low, pattern), _mm256_cmpeq_epi8(high, pattern));
}

static inline marks_t marks_of(const char *block, char delimiter, char quote)
{
    __m256i low = _mm256_loadu_si256((const __m256i *)block);
    __m256i high = _mm256_loadu_si256((const __m256i *)(block + 32));
    return (marks_t){.quote = equal(low, high, quote),
                     .delimiter = equal(low, high, delimiter),
                     .lf = equal(low, high, '\n'),
                     .cr = equal(low, high, '\r'),
                     .nul = equal(low, high, '\0'),
                     .high = bits_of(low, high)};
}

static inline uint64_t prefix_xor(uint64_t bits)
{
    __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t)bits), _mm_set1_epi8((char)0xFF), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

#include "data/csv/scanner_loop.h"

const scanner_t *scanner_avx2(void)
{
    static const scanner_t avx2 = {
        .name = "avx2", .cut = cut_blocks, .find = find_blocks, .utf8 = utf8_avx2};
    return &avx2;
}
