// SPDX-License-Identifier: MPL-2.0
#include "model/tree/float_sort.h"

#include <string.h>

enum {
    INSERTION_MAX = 40,
    DIGITS = 4, // bytes of a value
    BASE = 256,
    VALUE_SHIFT = 32,
};

static const uint32_t SIGN = 0x80000000U;

uint64_t float_key(float value, uint32_t row)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits ^= bits & SIGN ? UINT32_MAX : SIGN;
    return (uint64_t)bits << VALUE_SHIFT | row;
}

float float_key_value(uint64_t key)
{
    uint32_t bits = (uint32_t)(key >> VALUE_SHIFT);
    bits ^= bits & SIGN ? SIGN : UINT32_MAX;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void insertion_sort(uint64_t *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t key = keys[i];
        size_t j = i;
        for (; j > 0 && keys[j - 1] >> VALUE_SHIFT > key >> VALUE_SHIFT; j--) {
            keys[j] = keys[j - 1];
        }
        keys[j] = key;
    }
}

static size_t digit_of(uint64_t key, size_t digit)
{
    return (size_t)(key >> (VALUE_SHIFT + 8 * digit)) % BASE;
}

static void count_digits(const uint64_t *keys, size_t count, uint32_t counts[DIGITS][BASE])
{
    memset(counts, 0, DIGITS * sizeof counts[0]);
    for (size_t i = 0; i < count; i++) {
        for (size_t digit = 0; digit < DIGITS; digit++) {
            counts[digit][digit_of(keys[i], digit)]++;
        }
    }
}

// One pass; the counts become the places where each digit's keys go.
static void distribute(const uint64_t *keys, size_t count, size_t digit, uint32_t *places,
                       uint64_t *ret)
{
    uint32_t place = 0;
    for (size_t i = 0; i < BASE; i++) {
        uint32_t here = places[i];
        places[i] = place;
        place += here;
    }
    for (size_t i = 0; i < count; i++) {
        ret[places[digit_of(keys[i], digit)]++] = keys[i];
    }
}

void float_sort(uint64_t *keys, size_t count, uint64_t *scratch)
{
    if (count <= INSERTION_MAX) {
        insertion_sort(keys, count);
        return;
    }
    uint32_t counts[DIGITS][BASE];
    uint64_t *from = keys;
    uint64_t *to = scratch;
    count_digits(keys, count, counts);
    for (size_t digit = 0; digit < DIGITS; digit++) {
        if (counts[digit][digit_of(from[0], digit)] == count) {
            continue; // all have the same
        }
        distribute(from, count, digit, counts[digit], to);
        uint64_t *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != keys) {
        memcpy(keys, from, count * sizeof *keys);
    }
}
