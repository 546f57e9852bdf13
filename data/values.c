// SPDX-License-Identifier: MPL-2.0
#include "data/values.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 1024,
    DIGIT_BITS = 16,
    DIGITS = 64 / DIGIT_BITS,
    BUCKETS = 1 << DIGIT_BITS,
};

static bool reserve(values_t *values, size_t extra)
{
    if (values->capacity - values->count >= extra) {
        return true;
    }
    size_t wanted = values->count + extra;
    size_t grown = values->capacity + values->capacity / 2 + FIRST_CAPACITY;
    size_t capacity = wanted > grown ? wanted : grown;
    double *items = reallocarray(values->items, capacity, sizeof *items);
    if (!items) {
        return false;
    }
    values->items = items;
    values->capacity = capacity;
    return true;
}

bool values_add(values_t *values, double value, size_t times)
{
    if (!reserve(values, times)) {
        return false;
    }
    for (size_t i = 0; i < times; i++) {
        values->items[values->count++] = value;
    }
    return true;
}

// The bits of a double, changed so that they sort as unsigned integers do.
static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | 1ULL << 63;
}

static void sort_digit(const double *from, double *to, size_t count, int digit, size_t *places)
{
    int shift = digit * DIGIT_BITS;
    memset(places, 0, BUCKETS * sizeof *places);
    for (size_t i = 0; i < count; i++) {
        places[key_of(from[i]) >> shift & (BUCKETS - 1)]++;
    }
    size_t sum = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        size_t here = places[i];
        places[i] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++) {
        to[places[key_of(from[i]) >> shift & (BUCKETS - 1)]++] = from[i];
    }
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

bool values_sort(values_t *values)
{
    if (values->count < BUCKETS) { // clearing the buckets would cost more
        if (values->count > 0) {
            qsort(values->items, values->count, sizeof *values->items, by_value);
        }
        return true;
    }
    double *other = reallocarray(NULL, values->count, sizeof *other);
    size_t *places = reallocarray(NULL, BUCKETS, sizeof *places);
    bool ready = other && places;
    for (int digit = 0; ready && digit < DIGITS; digit += 2) {
        sort_digit(values->items, other, values->count, digit, places);
        sort_digit(other, values->items, values->count, digit + 1, places);
    }
    free(other);
    free(places);
    return ready;
}

void values_release(values_t *values)
{
    free(values->items);
    *values = (values_t){0};
}
