// SPDX-License-Identifier: MPL-2.0
// Integers and decimals as text and back, without a detour through doubles.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DIGITS_TEXT_SIZE = 24,    // longest: 19 digits, a minus, a point
    DIGITS_MAX = 18,          // so many digits fit an int64 whatever they are
    DIGITS_EXACT_PLACES = 22, // powers of ten up to here are doubles
};

// 10^0 to 10^22.
extern const double DIGITS_POWERS[DIGITS_EXACT_PLACES + 1];

typedef enum {
    DIGITS_NONE,    // something else
    DIGITS_INTEGER, // [-]digits
    DIGITS_DECIMAL, // [-]digits.digits
} digits_kind_t;

typedef struct {
    int64_t mantissa; // without the point
    uint8_t places;   // digits behind the point
} digits_t;

// Reads a number that digits_write would write the same way: at most DIGITS_MAX digits, no leading
// zero, digits on both sides of the point, no minus in front of zero. DIGITS_NONE for all else,
// numbers or not.
digits_kind_t digits_read(const char *text, size_t size, digits_t *ret_digits);

// Writes mantissa / 10^places and returns the length; not terminated. places <= DIGITS_MAX.
size_t digits_write(int64_t mantissa, unsigned places, char text[DIGITS_TEXT_SIZE]);
