// SPDX-License-Identifier: MPL-2.0
#include "data/value/digits.h"

#include <string.h>

const double DIGITS_POWERS[DIGITS_EXACT_PLACES + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

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
