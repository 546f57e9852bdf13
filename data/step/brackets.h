// SPDX-License-Identifier: MPL-2.0
// Exact ranks in one pass over many values: a sample tells between which two values a rank lies,
// almost surely; the pass counts what is below and collects what lies between (Floyd and Rivest,
// "Expected time bounds for selection", 1975). A rank outside its bracket is not found, never
// wrong.
#pragma once

#include "base/arena.h"
#include "data/value/vector.h"

enum { BRACKETS_MAX = 16 };

typedef struct brackets brackets_t;

// What a run of values has for the brackets.
typedef struct brackets_part brackets_part_t;

brackets_t *brackets_new(void);

// Takes values into the sample.
void brackets_sample(brackets_t *brackets, const double *values, size_t count);

// Makes the brackets of some quantiles, 0 to 1, of the sample. False when there would be too many,
// or the sample is empty.
bool brackets_make(brackets_t *brackets, const double *quantiles, size_t count);

// Looks at values, none of them missing; the part is made in the arena.
brackets_part_t *brackets_look(const brackets_t *brackets, const double *values, size_t count,
                               arena_t *arena);

// Takes a part in.
void brackets_add(brackets_t *brackets, const brackets_part_t *part);

// How many values were looked at.
int64_t brackets_count(const brackets_t *brackets);

// The value of a rank among all values (0: the least). False when it lies in no bracket.
bool brackets_find(brackets_t *brackets, int64_t rank, double *ret_value);

void brackets_destroy(brackets_t **brackets);
