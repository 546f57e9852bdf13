// SPDX-License-Identifier: MPL-2.0
// Records of one size, dealt into parts and kept in a scratch file until they are read part by
// part. One thread uses a spill.
#pragma once

#include "data/profile/scratch.h"

typedef struct spill spill_t;

// An empty spill with `parts` parts that holds about `buffer_bytes` of memory. The scratch is
// borrowed. The caller destroys it.
spill_t *spill_new(scratch_t *scratch, size_t parts, size_t record_bytes, size_t buffer_bytes);

// Appends a record to a part. Errors: IO, FULL.
err_t spill_add(spill_t *spill, size_t part, const void *record, fault_t *fault);

// How many records a part has.
size_t spill_count(const spill_t *spill, size_t part);

// How many records spill_read reads at a time, at most.
size_t spill_block(const spill_t *spill);

// Reads block `block` (0, 1, ... until *ret_count is 0) of a part, in the order in which records
// were added; `to` has room for spill_block records. Nothing may be added to the part any more.
// Errors: IO.
err_t spill_read(spill_t *spill, size_t part, size_t block, void *to, size_t *ret_count,
                 fault_t *fault);

// Reads a whole part into `to`. Errors: IO.
err_t spill_load(spill_t *spill, size_t part, void *to, fault_t *fault);

// Gives a part's disk space back.
void spill_drop(spill_t *spill, size_t part);

void spill_destroy(spill_t **spill);
