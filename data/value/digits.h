// SPDX-License-Identifier: MPL-2.0
// Integers and decimals as text and back, without a detour through doubles.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/value/vector.h"

enum {
    DIGITS_TEXT_SIZE = 24,    // longest: 19 digits, a minus, a point
    DIGITS_MAX = 18,          // so many digits fit an int64 whatever they are
    DIGITS_EXACT_PLACES = 22, // powers of ten up to here are doubles
    DIGITS_RUN = 15,          // so many digits are less than 2^53
    DIGITS_SLACK = 16,        // bytes behind a text that may be looked at where it is asked for
};

// 10^0 to 10^22.
extern const double DIGITS_POWERS[DIGITS_EXACT_PLACES + 1];

// Whole numbers up to here are doubles.
static const int64_t DIGITS_EXACT = INT64_C(1) << 53;

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

// The same for a text that is followed by DIGITS_SLACK readable bytes, eight digits at a time
// (after Lemire, "Quickly parsing eight digits", 2018). DIGITS_NONE also when it leaves the text to
// digits_read: more than eight digits in front of the point, or sixteen behind it.
digits_kind_t digits_read_short(const char *text, size_t size, digits_t *ret_digits);

// Reads texts that all have `places` digits behind the point and no more than DIGITS_RUN digits, or
// are empty (their mantissa is 0), as far as they are like that; returns how many of them. The
// slack is needed too.
size_t digits_read_run(const text_t *texts, size_t count, unsigned places, int64_t *ret_mantissas);

// Reads such a number times a power of ten with two digits ("-9.994586e-04"), where the double
// nearest to it takes one rounding: digits and power are exact as doubles (Clinger, "How to read
// floating point numbers accurately", 1990). False for all else. The slack is needed too.
bool digits_read_power(const char *text, size_t size, double *ret_value);

// Writes mantissa / 10^places and returns the length; not terminated. places <= DIGITS_MAX.
size_t digits_write(int64_t mantissa, unsigned places, char text[DIGITS_TEXT_SIZE]);
