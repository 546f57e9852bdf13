// SPDX-License-Identifier: MPL-2.0
// A column's values in ascending order, whatever their number: as a table of counts when few
// integers are possible, sorted in memory, or sorted part by part in a scratch file.
#pragma once

#include "data/profile/ranks.h"
#include "data/profile/store.h"

typedef struct {
    int64_t key;
    int64_t count;
} run_t;

typedef struct {
    size_t count;    // of values
    int64_t base;    // table: the key of slot 0
    uint32_t *table; // table: how many values are in the slots before a slot, one slot more
    size_t slots;    // table
    int64_t *keys;   // in memory: all of them
    scratch_t *scratch;
    int64_t offset; // in the scratch file
} order_t;

typedef struct {
    size_t position; // values before it were read
    size_t slot;     // table only
} cursor_t;

// How the keys of a store are put in order.
typedef struct {
    int64_t min;
    int64_t max;
    size_t memory_bytes; // for working memory, about
    ranks_t *ranks;      // where the ranks go, NULL: nobody needs them
} order_plan_t;

enum { ORDER_BYTES = 28 }; // memory for a value that is sorted in memory, its store's included

// Puts the keys of a store in order. The caller releases *ret_order. Errors: IO, FULL.
err_t order_make(store_t *store, const order_plan_t *plan, order_t *ret_order, fault_t *fault);

// The key at a position (0 to count - 1). Errors: IO.
err_t order_at(const order_t *order, size_t position, int64_t *ret_key, fault_t *fault);

enum { ORDER_RUNS = 4096 };

// Reads the next runs of equal keys, at most ORDER_RUNS; none are left when *ret_count is 0. The
// cursor is {0} at first. Errors: IO.
err_t order_read(const order_t *order, cursor_t *cursor, run_t *runs, size_t *ret_count,
                 fault_t *fault);

void order_release(order_t *order);

// The way through the scratch file, for more values than the memory takes (order_spill.c).
err_t order_make_spilled(store_t *store, const order_plan_t *plan, order_t *ret_order,
                         fault_t *fault);
