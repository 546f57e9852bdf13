// SPDX-License-Identifier: MPL-2.0
// Rows in ascending order of a number in single precision. A key holds both: the number in its
// upper half, in bits that have the number's order, and the row in its lower half.
#pragma once

#include <stddef.h>
#include <stdint.h>

uint64_t float_key(float value, uint32_t row);

float float_key_value(uint64_t key);

// Sorts keys by value, equal values in the order they are in; `scratch` is as long. Small counts by
// insertion, others by radix sort, a byte a pass (D. E. Knuth, The Art of Computer Programming,
// vol. 3, 5.2.1 and 5.2.5).
void float_sort(uint64_t *keys, size_t count, uint64_t *scratch);
