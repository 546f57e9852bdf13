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

// Marks all rows of ceil(test_size * groups) of at least two groups, but not of all, as test rows;
// the groups are drawn at random. `groups` are from 0 to groups_count - 1. Like GroupShuffleSplit
// of scikit-learn, whose test_size is a share of the groups too.
void split_groups(const int32_t *groups, size_t rows, size_t groups_count, double test_size,
                  uint64_t seed, uint8_t *ret_test);

// Deals groups into `folds` parts, the largest group first, each to the part that has the fewest
// rows (GroupKFold of scikit-learn); ret_fold has the part of each row. Groups without rows do not
// count.
void split_group_folds(const int32_t *groups, size_t rows, size_t groups_count, size_t folds,
                       uint32_t *ret_fold);

// Marks the last ceil(test_size * rows) rows in time as test rows, and those of the same time as
// the first of them. `when` is finite. How many rows are left for the training: 0 when all times
// are the same.
size_t split_time(const double *when, size_t rows, double test_size, uint8_t *ret_test);

// Numbers windows of time: the last `folds` runs of rows / (folds + 1) rows are 1 to `folds`, what
// is before them is 0 (TimeSeriesSplit of scikit-learn). Rows of one time are in one window, the
// later one that has some of them; a window may be left without rows.
void split_windows(const double *when, size_t rows, size_t folds, uint32_t *ret_window);
