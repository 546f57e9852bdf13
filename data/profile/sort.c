// SPDX-License-Identifier: MPL-2.0
#include "data/profile/sort.h"

#include <stdbool.h>
#include <string.h>

enum {
    HALF = 32,      // the bits of an item that hold a part of the key
    DIGIT_MAX = 11, // bits
    DIGITS_MAX = 4,
    SMALL = 24,   // so few are sorted by insertion
    MEDIUM = 8192 // so few are sorted by smaller digits
};

typedef struct {
    uint64_t min;
    int shift; // of (key - min), so that at most 32 bits are left
    int bits;  // that are left
} span_t;

static span_t span_of(const int64_t *keys, const uint64_t *items, size_t count)
{
    int64_t min = INT64_MAX;
    int64_t max = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        int64_t key = keys[sort_index(items[i])];
        min = key < min ? key : min;
        max = key > max ? key : max;
    }
    uint64_t range = (uint64_t)max - (uint64_t)min;
    int bits = range > 0 ? 64 - __builtin_clzll(range) : 0;
    int shift = bits > HALF ? bits - HALF : 0;
    return (span_t){(uint64_t)min, shift, bits - shift};
}

static void insert_sort(const int64_t *keys, uint64_t *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t item = items[i];
        int64_t key = keys[sort_index(item)];
        size_t at = i;
        for (; at > 0 && keys[sort_index(items[at - 1])] > key; at--) {
            items[at] = items[at - 1];
        }
        items[at] = item;
    }
}

static void count_digits(const uint64_t *items, size_t count, int digit, int digits,
                         uint32_t places[DIGITS_MAX][1 << DIGIT_MAX])
{
    uint64_t low = (1ULL << digit) - 1;
    memset(places, 0, (size_t)digits * sizeof places[0]);
    for (size_t i = 0; i < count; i++) {
        uint64_t key = items[i] >> HALF;
        for (int d = 0; d < digits; d++) {
            places[d][key & low]++;
            key >>= digit;
        }
    }
}

static void deal(const uint64_t *from, uint64_t *to, size_t count, int shift, uint64_t low,
                 uint32_t *places)
{
    uint32_t sum = 0;
    for (uint64_t i = 0; i <= low; i++) {
        uint32_t here = places[i];
        places[i] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++) {
        to[places[from[i] >> shift & low]++] = from[i];
    }
}

// Sorts items by their upper halves; returns where they are then.
static uint64_t *radix(uint64_t *items, uint64_t *other, size_t count, int bits)
{
    uint32_t places[DIGITS_MAX][1 << DIGIT_MAX];
    int most = count < MEDIUM ? 8 : DIGIT_MAX;
    int digits = (bits + most - 1) / most;
    int digit = digits > 0 ? (bits + digits - 1) / digits : 1;
    count_digits(items, count, digit, digits, places);
    for (int d = 0; d < digits; d++) {
        deal(items, other, count, HALF + d * digit, (1ULL << digit) - 1, places[d]);
        uint64_t *swap = items;
        items = other;
        other = swap;
    }
    return items;
}

static void pack(const int64_t *keys, span_t span, uint64_t *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t index = sort_index(items[i]);
        uint64_t part = ((uint64_t)keys[index] - span.min) >> span.shift;
        items[i] = part << HALF | index;
    }
}

static void sort_group(const int64_t *keys, uint64_t *items, uint64_t *other, size_t count);

// Sorts what has equal upper halves by the rest of the keys.
static void sort_rest(const int64_t *keys, uint64_t *items, uint64_t *other, size_t count)
{
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && items[end] >> HALF == items[i] >> HALF) {
            end++;
        }
        if (end - i > 1) {
            sort_group(keys, items + i, other + i, end - i);
        }
        i = end;
    }
}

// Sorts items in place, by whole keys. Each level settles 32 bits, so that it is at most two deep.
static void sort_group(const int64_t *keys, uint64_t *items, uint64_t *other, size_t count)
{
    if (count <= SMALL) {
        insert_sort(keys, items, count);
        return;
    }
    span_t span = span_of(keys, items, count);
    pack(keys, span, items, count);
    uint64_t *sorted = radix(items, other, count, span.bits);
    if (sorted != items) {
        memcpy(items, sorted, count * sizeof *items);
    }
    if (span.shift > 0) {
        sort_rest(keys, items, other, count);
    }
}

void sort_keys(const int64_t *keys, size_t count, uint64_t *items, uint64_t **ret_sorted)
{
    uint64_t *other = items + count;
    for (size_t i = 0; i < count; i++) {
        items[i] = i;
    }
    span_t span = span_of(keys, items, count);
    pack(keys, span, items, count);
    uint64_t *sorted = radix(items, other, count, span.bits);
    if (span.shift > 0) {
        sort_rest(keys, sorted, sorted == items ? other : items, count);
    }
    *ret_sorted = sorted;
}
