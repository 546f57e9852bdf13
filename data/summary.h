// SPDX-License-Identifier: MPL-2.0
// What one pass keeps of a table's column at a stage, and what earlier steps make of it.
//
// Filling the missing and scaling are applied to the summary instead of to the rows: n missing
// become n times the same number, and the mean, sd, minimum and maximum of (x - a) / b follow from
// those of x. So one pass serves all steps.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/op.h"
#include "data/plan.h"
#include "data/value/levels.h"
#include "data/value/moments.h"
#include "data/values.h"

enum {
    SUMMARY_BLOCK_ROWS = 65536,      // sums are merged block by block
    SUMMARY_LEVELS_BYTES = 64 << 20, // memory for the levels of one column
};

typedef struct {
    need_t need;
    int64_t missing;
    int64_t moments_missing; // those not filled yet in `moments`
    int64_t values_missing;
    moments_t block;
    moments_t moments;
    size_t moments_applied; // so many of the column's steps are in `moments`
    values_t values;
    size_t values_applied;
    bool values_sorted;
    levels_t *levels; // of the raw values
} summary_t;

summary_t summary_new(const need_t *need);

// Adds a cell. Errors: LEVELS (the limit was reached), MEMORY.
err_t summary_add(summary_t *summary, value_t value, fault_t *fault);

// Ends a block of SUMMARY_BLOCK_ROWS rows, and after the last row the last one.
void summary_end_block(summary_t *summary);

// The moments after the column's first `count` steps.
const moments_t *summary_moments(summary_t *summary, op_t *const *ops, size_t count);

// The sorted values after the column's first `count` steps. Errors: MEMORY.
err_t summary_values(summary_t *summary, op_t *const *ops, size_t count,
                     const values_t **ret_values, fault_t *fault);

// The levels after the column's first `count` steps, with their counts, sorted; missing values are
// left out. `type` is the table's; *ret_number tells whether the levels are numbers. The caller
// destroys the levels.
levels_t *summary_levels(const summary_t *summary, type_t type, op_t *const *ops, size_t count,
                         bool *ret_number);

void summary_release(summary_t *summary);
