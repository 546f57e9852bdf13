// SPDX-License-Identifier: MPL-2.0
// Values of numeric columns as integers that sort as the values do: integers, dates and instants as
// they are, decimals with few places times a power of ten, other doubles by their bits.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef enum { KEY_INTEGER, KEY_DECIMAL, KEY_DOUBLE } key_kind_t;

typedef struct {
    key_kind_t kind;
    double power; // KEY_DECIMAL: the value is key / power, correctly rounded
} key_code_t;

// The bits of a double, changed so that they sort as integers do. Its own inverse.
static inline int64_t key_flip(int64_t bits)
{
    return bits < 0 ? bits ^ INT64_MAX : bits;
}

// The key of a double; that of -0 is that of 0, which is 0.
static inline int64_t key_of_double(double value)
{
    double plain = value + 0.0;
    int64_t bits;
    memcpy(&bits, &plain, sizeof bits);
    return key_flip(bits);
}

// The double of a key.
static inline double key_to_double(int64_t key)
{
    int64_t bits = key_flip(key);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// The value of a key as a double; integers beyond 2^53 are rounded.
static inline double key_number(key_code_t code, int64_t key)
{
    return code.kind == KEY_INTEGER   ? (double)key
           : code.kind == KEY_DECIMAL ? (double)key / code.power
                                      : key_to_double(key);
}
