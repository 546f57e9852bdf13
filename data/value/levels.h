// SPDX-License-Identifier: MPL-2.0
// A counted set of distinct values: bytes, or doubles by value. Keeps the order of appearance, or
// is sorted once.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct levels levels_t;

enum {
    LEVELS_FULL = -1,    // levels_add: a limit was reached
    LEVELS_UNKNOWN = -1, // levels_find: not in the set
};

// An empty set that takes at most `count_max` levels and about `bytes_max` bytes of memory.
levels_t *levels_new(size_t count_max, size_t bytes_max);

// Counts a value `times` more times and returns its index, or LEVELS_FULL when it is new and would
// pass a limit.
int64_t levels_add(levels_t *levels, const void *bytes, size_t size, int64_t times);
int64_t levels_add_number(levels_t *levels, double value, int64_t times); // finite

// The index of a value, or LEVELS_UNKNOWN.
int64_t levels_find(const levels_t *levels, const void *bytes, size_t size);
int64_t levels_find_number(const levels_t *levels, double value);

size_t levels_count(const levels_t *levels);

// The value at `index`: its bytes (not terminated, they hold until the next add), or as a number
// for a set of numbers.
const char *levels_bytes(const levels_t *levels, size_t index, size_t *ret_size);
double levels_number(const levels_t *levels, size_t index);

// How often the value at `index` was counted.
int64_t levels_times(const levels_t *levels, size_t index);

// Sorts the set: numbers by value, texts by their bytes. Indexes change.
void levels_sort_numbers(levels_t *levels);
void levels_sort_texts(levels_t *levels);

void levels_destroy(levels_t **levels);
