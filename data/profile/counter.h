// SPDX-License-Identifier: MPL-2.0
// Counts things by their digests: in memory, and dealt into a scratch file when there are too many
// different ones.
#pragma once

#include "data/profile/digest.h"
#include "data/profile/scratch.h"

typedef struct counter counter_t;

typedef struct {
    digest_t digest;
    int64_t count;
    int64_t first; // the least `first` that came with it
} counted_t;

enum { COUNTER_NO_INDEX = -1 };

// An empty counter for at most `things` different things in about `memory_bytes`. The scratch is
// borrowed. The caller destroys it.
counter_t *counter_new(scratch_t *scratch, size_t things, size_t memory_bytes);

// Counts a thing. Returns its index in the order of appearance as long as all are in memory, later
// COUNTER_NO_INDEX. Errors: IO, FULL.
err_t counter_add(counter_t *counter, digest_t digest, int64_t times, int64_t first,
                  int64_t *ret_index, fault_t *fault);

// Brings the place where a digest will be looked for near.
void counter_prefetch(const counter_t *counter, digest_t digest);

// How many different things there are; exact as long as all are in memory.
size_t counter_held(const counter_t *counter);

// Tells each thing once, always in the same order. May be called again. Errors: IO.
typedef void (*counter_fn)(void *context, const counted_t *thing);
err_t counter_each(counter_t *counter, counter_fn tell, void *context, fault_t *fault);

void counter_destroy(counter_t **counter);
