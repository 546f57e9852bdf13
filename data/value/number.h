// SPDX-License-Identifier: MPL-2.0
// Numbers as tables write them: correctly rounded in, shortest round trip out, no locale.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NUMBER_TEXT_SIZE = 40 };

typedef enum {
    NUMBER_NONE,    // not a number
    NUMBER_INTEGER, // an optional minus and digits, without a leading zero, within int64
    NUMBER_FLOAT,   // an optional minus, digits with a point or an exponent, finite
} number_kind_t;

typedef struct {
    double value;    // rounded to nearest for an integer beyond 2^53
    int64_t integer; // NUMBER_INTEGER only
} number_t;

// Tells what a field is and, for numbers, its value. Integer-looking fields beyond int64, with a
// leading zero or with a plus are NUMBER_NONE (they are ids), as are "inf", "nan", hexadecimals and
// fields with spaces. A decimal too large for a double is NUMBER_NONE, one too small is zero.
number_kind_t number_parse(const char *text, size_t size, number_t *ret_number);

// The double nearest to [-]digits.digits, which the text is known to be, not too large for one.
double number_of_decimal(const char *text, size_t size);

// Writes the shortest decimal that reads back as `value`, terminated, and returns its length.
// Integral values have no point ("1", "-0" is "0"); the rest is plain from 1e-5 to 1e16 and
// scientific outside. `value` is finite.
size_t number_format(double value, char text[NUMBER_TEXT_SIZE]);

// Writes an integer, terminated, and returns its length.
size_t number_format_integer(int64_t value, char text[NUMBER_TEXT_SIZE]);

#ifdef __cplusplus
}
#endif
