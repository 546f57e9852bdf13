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

// Marks ceil(test_size * rows) of at least two rows, but not all, as test rows, at random.
void split_random(size_t rows, double test_size, uint64_t seed, uint8_t *ret_test);

// Deals rows into `folds` parts of the same size, at random; ret_fold has the part of each, from 0.
// With `classes` (NULL: none) each class is dealt in turn, so that every part has its share.
void split_folds(const int32_t *classes, size_t rows, size_t classes_count, size_t folds,
                 uint64_t seed, uint32_t *ret_fold);
