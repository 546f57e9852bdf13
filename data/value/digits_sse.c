// SPDX-License-Identifier: MPL-2.0
// After Muła, "SIMD-ized parsing of numbers" (2014). CMake compiles this file for SSE4.1.
#include "data/value/digits_sse.h"

#include <immintrin.h>

enum { WIDTH = 16, DIGITS = 15 };

// How the characters of a text without its minus come to the right end, without the point, and
// which of the sixteen are digits then. By length.
typedef struct {
    __m128i order[WIDTH + 1];
    __m128i mask[WIDTH + 1];
} layout_t;

static layout_t layout_of(size_t places)
{
    layout_t layout;
    size_t point = places ? 1 : 0;
    for (size_t length = 0; length <= WIDTH; length++) {
        uint8_t order[WIDTH];
        uint8_t mask[WIDTH];
        size_t digits = length > places + point ? length - point : 0;
        for (size_t i = 0; i < WIDTH; i++) {
            bool digit = WIDTH - i <= digits;
            size_t from = i + length - WIDTH; // of the last places
            order[i] = (uint8_t)(!digit ? UINT8_MAX : WIDTH - i <= places ? from : from - point);
            mask[i] = digit ? UINT8_MAX : 0;
        }
        layout.order[length] = _mm_loadu_si128((const __m128i *)order);
        layout.mask[length] = _mm_loadu_si128((const __m128i *)mask);
    }
    return layout;
}

// The value of sixteen digits, 0 to 9 each.
static inline uint64_t value_of(__m128i digits)
{
    const __m128i tens = _mm_set1_epi16(1 << 8 | 10);
    const __m128i hundreds = _mm_set1_epi32(1 << 16 | 100);
    const __m128i myriads = _mm_set1_epi32(1 << 16 | 10000);
    __m128i pairs = _mm_maddubs_epi16(digits, tens);
    __m128i fours = _mm_madd_epi16(pairs, hundreds);
    __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), myriads);
    uint64_t both = (uint64_t)_mm_cvtsi128_si64(eights);
    return (both & UINT32_MAX) * 100000000 + (both >> 32);
}

static inline bool read_like(const layout_t *layout, text_t text, size_t places,
                             int64_t *ret_mantissa)
{
    bool minus = *text.bytes == '-';
    const char *at = text.bytes + minus;
    size_t length = text.size - minus;
    size_t behind = places ? places + 1 : 0; // with the point
    if (length <= behind || length - (places ? 1 : 0) > DIGITS) {
        return false;
    }
    size_t whole = length - behind;
    __m128i characters = _mm_loadu_si128((const __m128i *)at);
    __m128i digits =
        _mm_sub_epi8(_mm_shuffle_epi8(characters, layout->order[length]), _mm_set1_epi8('0'));
    digits = _mm_and_si128(digits, layout->mask[length]);
    __m128i above = _mm_subs_epu8(digits, _mm_set1_epi8(9));
    if (!_mm_testz_si128(above, above) || (places && at[whole] != '.') ||
        (whole > 1 && *at == '0')) {
        return false;
    }
    int64_t mantissa = (int64_t)value_of(digits);
    *ret_mantissa = minus ? -mantissa : mantissa;
    return !minus || mantissa > 0;
}

bool digits_has_sse(void)
{
    return __builtin_cpu_supports("sse4.1");
}

size_t digits_run_sse(const text_t *texts, size_t count, unsigned places, int64_t *ret_mantissas)
{
    layout_t layout = layout_of(places);
    for (size_t i = 0; i < count; i++) {
        ret_mantissas[i] = 0;
        if (texts[i].size > 0 && !read_like(&layout, texts[i], places, &ret_mantissas[i])) {
            return i;
        }
    }
    return count;
}
