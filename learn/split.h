// SPDX-License-Identifier: MPL-2.0
// Divides rows into a training and a test part.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Marks ceil(test_size * rows) rows as test rows, each class in its share (largest remainder, the
// lower class on a tie), but never a class's last row. Within a class the choice is random and
// depends on the seed only. `classes` are from 0 to classes_count - 1 with at least two rows each;
// test_size is between 0 and 1. ret_test has one byte a row, 1 for a test row.
void split_stratified(const int32_t *classes, size_t rows, size_t classes_count, double test_size,
                      uint64_t seed, uint8_t *ret_test);
