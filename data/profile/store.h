// SPDX-License-Identifier: MPL-2.0
// The keys of a column's values in the order of rows: in memory, or in a scratch file when they are
// more than a limit.
#pragma once

#include <stddef.h>

#include "data/profile/key.h"
#include "data/profile/scratch.h"

enum { STORE_BLOCK = 65536 };

typedef struct {
    scratch_t *scratch;
    int64_t *keys; // all of them in memory, else the block at hand
    size_t max;    // how many there may be at most
    bool in_memory;
    int64_t offset; // of the range in the scratch file
    size_t count;
    key_code_t code;
    bool decimals; // the scratch file holds keys of doubles, which are read as decimals
} store_t;

// An empty store for at most `max` keys. `scratch` is borrowed. Ended by store_release.
store_t store_new(scratch_t *scratch, size_t max, bool in_memory);

// Where the next keys may be written, at most STORE_BLOCK of them; store_end says how many were.
int64_t *store_begin(store_t *store);

// Errors: IO, FULL.
err_t store_end(store_t *store, size_t count, fault_t *fault);

// Turns keys of doubles, all of them k / power, into decimals.
void store_decimals(store_t *store, double power);

// The keys from `from` on, at most STORE_BLOCK of them; they hold until the next call. Errors: IO.
err_t store_read(store_t *store, size_t from, const int64_t **ret_keys, size_t *ret_count,
                 fault_t *fault);

void store_release(store_t *store);
