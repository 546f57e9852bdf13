// SPDX-License-Identifier: MPL-2.0
#include "data/value/digits.h"

#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include "data/value/digits_sse.h"
#endif

const double DIGITS_POWERS[DIGITS_EXACT_PLACES + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static const int64_t DIGITS_RUN_MAX = 1000000000000000; // has DIGITS_RUN + 1 digits

static bool is_digit(char c)
{
    return (unsigned char)(c - '0') <= 9;
}

digits_kind_t digits_read(const char *text, size_t size, digits_t *ret_digits)
{
    const char *at = text;
    const char *end = text + size;
    bool minus = size > 0 && *at == '-';
    at += minus;
    if (at == end || end - at > DIGITS_MAX + 1 || !is_digit(*at)) {
        return DIGITS_NONE;
    }
    const char *first = at;
    uint64_t mantissa = 0;
    for (; at < end && is_digit(*at); at++) {
        mantissa = mantissa * 10 + (uint64_t)(*at - '0');
    }
    size_t whole = (size_t)(at - first);
    if (whole > 1 && *first == '0') {
        return DIGITS_NONE;
    }
    size_t places = 0;
    if (at < end) {
        if (*at != '.') {
            return DIGITS_NONE;
        }
        const char *point = ++at;
        for (; at < end && is_digit(*at); at++) {
            mantissa = mantissa * 10 + (uint64_t)(*at - '0');
        }
        places = (size_t)(at - point);
        if (places == 0 || at < end) {
            return DIGITS_NONE;
        }
    }
    if (whole + places > DIGITS_MAX || (minus && mantissa == 0)) {
        return DIGITS_NONE;
    }
    ret_digits->mantissa = minus ? -(int64_t)mantissa : (int64_t)mantissa;
    ret_digits->places = (uint8_t)places;
    return places ? DIGITS_DECIMAL : DIGITS_INTEGER;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

enum { WORD = 8, PLACES = 2 * WORD };

static const uint64_t ZEROS = 0x3030303030303030U; // eight times '0'
static const uint64_t TENS[PLACES + 1] = {1,
                                          10,
                                          100,
                                          1000,
                                          10000,
                                          100000,
                                          1000000,
                                          10000000,
                                          100000000,
                                          1000000000,
                                          10000000000,
                                          100000000000,
                                          1000000000000,
                                          10000000000000,
                                          100000000000000,
                                          1000000000000000,
                                          10000000000000000};

static inline uint64_t load(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

// The value of 1 to 8 digits; false when one of the characters is none.
static inline bool read_word(const char *at, size_t count, uint64_t *ret_value)
{
    unsigned missing = (unsigned)(WORD - count) * WORD; // bits
    uint64_t word = load(at) << missing | (missing ? ZEROS >> (64 - missing) : 0);
    uint64_t digits = word ^ ZEROS;
    if (((digits + 0x7676767676767676U) | digits) & 0x8080808080808080U) {
        return false;
    }
    digits = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FFU;
    digits = (digits * 100 + (digits >> 16)) & 0x0000FFFF0000FFFFU;
    *ret_value = (digits * 10000 + (digits >> 32)) & 0xFFFFFFFFU;
    return true;
}

// Where the first point among eight characters is; 8 when there is none.
static inline size_t find_point(const char *at)
{
    uint64_t word = load(at) ^ 0x2E2E2E2E2E2E2E2EU;
    uint64_t zero = (word - 0x0101010101010101U) & ~word & 0x8080808080808080U;
    return zero ? (size_t)__builtin_ctzll(zero) / 8 : WORD;
}

// The value of 1 to 16 digits.
static inline bool read_words(const char *at, size_t count, uint64_t *ret_value)
{
    if (count <= WORD) {
        return read_word(at, count, ret_value);
    }
    uint64_t first;
    uint64_t rest;
    size_t left = count - WORD;
    bool good = read_word(at, WORD, &first) && read_word(at + WORD, left, &rest);
    *ret_value = good ? first * TENS[left] + rest : 0;
    return good;
}

digits_kind_t digits_read_short(const char *text, size_t size, digits_t *ret_digits)
{
    bool minus = size > 0 && *text == '-';
    const char *at = text + minus;
    size_t length = size - minus;
    if (length == 0) {
        return DIGITS_NONE;
    }
    size_t whole = find_point(at);
    bool point = whole < WORD && whole < length;
    whole = point ? whole : length;
    size_t places = point ? length - whole - 1 : 0;
    if (whole == 0 || whole > WORD || whole + places > DIGITS_MAX || places > PLACES ||
        (point && places == 0) || (whole > 1 && *at == '0')) {
        return DIGITS_NONE;
    }
    uint64_t mantissa;
    uint64_t part = 0;
    if (!read_word(at, whole, &mantissa) || (point && !read_words(at + whole + 1, places, &part))) {
        return DIGITS_NONE;
    }
    mantissa = mantissa * TENS[places] + part;
    if (minus && mantissa == 0) {
        return DIGITS_NONE;
    }
    *ret_digits = (digits_t){.mantissa = minus ? -(int64_t)mantissa : (int64_t)mantissa,
                             .places = (uint8_t)places};
    return point ? DIGITS_DECIMAL : DIGITS_INTEGER;
}

#else

digits_kind_t digits_read_short(const char *text, size_t size, digits_t *ret_digits)
{
    return digits_read(text, size, ret_digits);
}

#endif

static bool read_like(text_t text, unsigned places, int64_t *ret_mantissa)
{
    digits_t digits = {0};
    bool good =
        text.size == 0 || (digits_read(text.bytes, text.size, &digits) != DIGITS_NONE &&
                           digits.places == places && llabs(digits.mantissa) < DIGITS_RUN_MAX);
    *ret_mantissa = digits.mantissa;
    return good;
}

size_t digits_read_run(const text_t *texts, size_t count, unsigned places, int64_t *ret_mantissas)
{
#ifdef __x86_64__
    if (digits_has_sse() && places < DIGITS_RUN) {
        return digits_run_sse(texts, count, places, ret_mantissas);
    }
#endif
    size_t i = 0;
    while (i < count && read_like(texts[i], places, &ret_mantissas[i])) {
        i++;
    }
    return i;
}

bool digits_read_power(const char *text, size_t size, double *ret_value)
{
    enum { POWER = 4 }; // e-04
    digits_t digits;
    const char *at = text + size - POWER;
    if (size <= POWER || (*at | 0x20) != 'e' || (at[1] != '-' && at[1] != '+') ||
        !is_digit(at[2]) || !is_digit(at[3]) ||
        digits_read_short(text, size - POWER, &digits) == DIGITS_NONE) {
        return false;
    }
    int power = (at[2] - '0') * 10 + at[3] - '0';
    power = (at[1] == '-' ? -power : power) - digits.places;
    if (digits.mantissa > DIGITS_EXACT || digits.mantissa < -DIGITS_EXACT ||
        abs(power) > DIGITS_EXACT_PLACES) {
        return false;
    }
    double mantissa = (double)digits.mantissa;
    *ret_value = power < 0 ? mantissa / DIGITS_POWERS[-power] : mantissa * DIGITS_POWERS[power];
    return true;
}

static const char PAIRS[201] = "00010203040506070809101112131415161718192021222324"
                               "25262728293031323334353637383940414243444546474849"
                               "50515253545556575859606162636465666768697071727374"
                               "75767778798081828384858687888990919293949596979899";

// Writes digits so that they end before `end`, and returns their start.
static char *write_backwards(uint64_t x, char *end)
{
    while (x >= 100) {
        end -= 2;
        memcpy(end, &PAIRS[x % 100 * 2], 2);
        x /= 100;
    }
    if (x >= 10) {
        end -= 2;
        memcpy(end, &PAIRS[x * 2], 2);
    } else {
        *--end = (char)('0' + x);
    }
    return end;
}

size_t digits_write(int64_t mantissa, unsigned places, char text[DIGITS_TEXT_SIZE])
{
    char digits[DIGITS_TEXT_SIZE];
    char *end = digits + sizeof digits;
    uint64_t size = mantissa < 0 ? 0 - (uint64_t)mantissa : (uint64_t)mantissa;
    char *start = write_backwards(size, end);
    while (end - start <= (long)places) {
        *--start = '0';
    }
    size_t whole = (size_t)(end - start) - places;
    char *to = text;
    if (mantissa < 0) {
        *to++ = '-';
    }
    memcpy(to, start, whole);
    to += whole;
    if (places) {
        *to++ = '.';
        memcpy(to, start + whole, places);
        to += places;
    }
    return (size_t)(to - text);
}
