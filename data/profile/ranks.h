// SPDX-License-Identifier: MPL-2.0
// The ranks of a column's values in the order of rows, in a scratch file.
//
// A rank is kept as its "middle": how many values are less plus how many are less or equal. The
// average rank, counted from 1, is (middle + 1) / 2.
#pragma once

#include "data/profile/mask.h"
#include "data/profile/scratch.h"

#define RANKS_MISSING UINT32_MAX // stands in a row without a value

enum { RANKS_ROWS_MAX = INT32_MAX }; // a middle is below twice the number of rows

typedef struct {
    scratch_t *scratch;
    const mask_t *mask; // borrowed
    int64_t offset;     // of the range in the scratch file: 4 bytes a row
    size_t row;         // the next one to be written
    uint32_t *block;
    size_t filled;
} ranks_t;

// Begins to write the ranks of a column whose missing rows are known.
ranks_t ranks_new(scratch_t *scratch, const mask_t *mask);

// Appends the middles of the next values, in the order of rows. Errors: IO, FULL.
err_t ranks_add(ranks_t *ranks, const uint32_t *middles, size_t count, fault_t *fault);

// Ends the writing: rows that are left have no value. Errors: IO, FULL.
err_t ranks_end(ranks_t *ranks, fault_t *fault);

// Frees the memory; the range in the file stays.
void ranks_release(ranks_t *ranks);
