// SPDX-License-Identifier: MPL-2.0
// A growing list of doubles, sorted in linear time: what exact quantiles need. 8 bytes a value, for
// a moment up to 24 while it grows or is sorted.
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    double *items;
    size_t count;
    size_t capacity;
} values_t;

// Adds a value, `times` times; false when memory is out.
bool values_add(values_t *values, double value, size_t times);

// Sorts ascending (LSD radix sort on order-preserving keys); false when memory is out. The values
// are finite.
bool values_sort(values_t *values);

void values_release(values_t *values);
