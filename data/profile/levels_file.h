// SPDX-License-Identifier: MPL-2.0
// The levels of a column with few distinct values, in the order of rows, a byte each in a scratch
// file: 0, 1, ... in the order of appearance, FACTS_NO_LEVEL where there is no value.
#pragma once

#include "data/profile/facts.h"

typedef struct {
    study_t *study;
    size_t row; // the next one
    size_t levels;
    bool wanted; // false: nobody compares the column's levels
    bool many;   // more levels than FACTS_LEVELS
    int64_t offset;
    int64_t counts[FACTS_LEVELS];
} levels_file_t;

levels_file_t levels_file_new(study_t *study, const facts_t *facts);

// Counts the value with this index in the order of appearance (negative: beyond all limits) and
// returns its code.
uint8_t levels_file_code(levels_file_t *file, int64_t index, int64_t times);

// Appends a vector's levels: `codes` by word where it has words, else by cell. Errors: IO, FULL.
err_t levels_file_add(levels_file_t *file, const vector_t *vector, const uint8_t *codes,
                      fault_t *fault);

// Writes down how many levels there are, where they are and how even they are.
void levels_file_end(levels_file_t *file, facts_t *facts);
