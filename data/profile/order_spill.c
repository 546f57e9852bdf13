// SPDX-License-Identifier: MPL-2.0
// More values than the memory takes: records are dealt by ranges of their keys until a part fits,
// parts are sorted in order, and ranks go back by ranges of rows.
#include <stdlib.h>

#include "base/mem.h"
#include "data/profile/order.h"
#include "data/profile/sort.h"
#include "data/profile/spill.h"

enum {
    BINS_BITS = 10,
    BINS = 1 << BINS_BITS,
    PARTS_MAX = 64,
    ITEM_BYTES = 48, // memory for a record of a part that is sorted
    OUT_KEYS = 4096,
    PART_RECORDS_MIN = 1024, // so many fit whatever the budget is
};

typedef struct {
    int64_t key;
    int64_t index; // of the value, in the order of rows
} record_t;

typedef struct {
    uint32_t index;
    uint32_t middle;
} rank_t;

typedef struct {
    const order_plan_t *plan;
    scratch_t *scratch;
    order_t *order;
    size_t capacity; // records that are sorted in memory
    size_t done;     // values that are in order
    int64_t *out;    // keys in order, not yet written
    size_t filled;
    spill_t *ranks;
    size_t ranks_range; // values of a part of `ranks`
} sorter_t;

static err_t flush_keys(sorter_t *sorter, fault_t *fault)
{
    int64_t first = (int64_t)(sorter->done - sorter->filled);
    size_t size = sorter->filled * sizeof *sorter->out;
    sorter->filled = 0;
    return scratch_write(sorter->scratch,
                         sorter->order->offset + first * (int64_t)sizeof *sorter->out, sorter->out,
                         size, fault);
}

static err_t put_key(sorter_t *sorter, int64_t key, fault_t *fault)
{
    sorter->out[sorter->filled++] = key;
    sorter->done++;
    return sorter->filled == OUT_KEYS ? flush_keys(sorter, fault) : ERR_OK;
}

static err_t put_rank(sorter_t *sorter, int64_t index, size_t middle, fault_t *fault)
{
    rank_t rank = {(uint32_t)index, (uint32_t)middle};
    return sorter->ranks
               ? spill_add(sorter->ranks, (size_t)index / sorter->ranks_range, &rank, fault)
               : ERR_OK;
}

static err_t put_sorted(sorter_t *sorter, const int64_t *keys, const int64_t *indexes,
                        const uint64_t *items, size_t count, fault_t *fault)
{
    size_t before = sorter->done;
    err_t err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK;) {
        size_t end = i + 1;
        int64_t key = keys[sort_index(items[i])];
        while (end < count && keys[sort_index(items[end])] == key) {
            end++;
        }
        for (size_t at = i; at < end && err == ERR_OK; at++) {
            size_t middle = 2 * before + i + end;
            err = put_rank(sorter, indexes[sort_index(items[at])], middle, fault);
            err = err == ERR_OK ? put_key(sorter, key, fault) : err;
        }
        i = end;
    }
    return err;
}

static err_t sort_part(sorter_t *sorter, spill_t *spill, size_t part, fault_t *fault)
{
    size_t count = spill_count(spill, part);
    record_t *records = mem_array(count, sizeof *records);
    int64_t *keys = mem_array(count, sizeof *keys);
    int64_t *indexes = mem_array(count, sizeof *indexes);
    uint64_t *items = mem_array(2 * count, sizeof *items);
    uint64_t *sorted;
    err_t err = spill_load(spill, part, records, fault);
    for (size_t i = 0; i < count; i++) {
        keys[i] = records[i].key;
        indexes[i] = records[i].index;
    }
    free(records);
    if (err == ERR_OK) {
        sort_keys(keys, count, items, &sorted);
        err = put_sorted(sorter, keys, indexes, sorted, count, fault);
    }
    free(keys);
    free(indexes);
    free(items);
    return err;
}

// A part whose keys are all the same needs no sorting.
static err_t put_equal(sorter_t *sorter, spill_t *spill, size_t part, fault_t *fault)
{
    size_t middle = 2 * sorter->done + spill_count(spill, part);
    record_t *block = mem_array(spill_block(spill), sizeof *block);
    size_t count = 1;
    err_t err = ERR_OK;
    for (size_t b = 0; count > 0 && err == ERR_OK; b++) {
        err = spill_read(spill, part, b, block, &count, fault);
        for (size_t i = 0; i < count && err == ERR_OK; i++) {
            err = put_rank(sorter, block[i].index, middle, fault);
            err = err == ERR_OK ? put_key(sorter, block[i].key, fault) : err;
        }
    }
    free(block);
    return err;
}

typedef struct {
    int64_t min;
    int64_t max;
    int shift; // of (key - min), to a bin
    size_t bins[BINS];
    uint8_t part[BINS]; // where the records of a bin go
    size_t parts;
} split_t;

static size_t bin_of(const split_t *split, int64_t key)
{
    return (size_t)(((uint64_t)key - (uint64_t)split->min) >> split->shift);
}

// Calls for the extremes (pass 0) and the bins' counts (pass 1) of a part's keys.
static err_t survey(spill_t *spill, size_t part, split_t *split, fault_t *fault)
{
    record_t *block = mem_array(spill_block(spill), sizeof *block);
    err_t err = ERR_OK;
    for (int pass = 0; pass < 2 && err == ERR_OK; pass++) {
        size_t count = 1;
        for (size_t b = 0; count > 0 && err == ERR_OK; b++) {
            err = spill_read(spill, part, b, block, &count, fault);
            for (size_t i = 0; i < count && err == ERR_OK; i++) {
                int64_t key = block[i].key;
                if (pass == 0) {
                    split->min = key < split->min ? key : split->min;
                    split->max = key > split->max ? key : split->max;
                } else {
                    split->bins[bin_of(split, key)]++;
                }
            }
        }
        uint64_t range = (uint64_t)split->max - (uint64_t)split->min;
        int bits = range > 0 ? 64 - __builtin_clzll(range) : 0;
        split->shift = bits > BINS_BITS ? bits - BINS_BITS : 0;
    }
    free(block);
    return err;
}

// Neighbouring bins share a part as long as they fit the memory together.
static void assign(const sorter_t *sorter, split_t *split, size_t count)
{
    size_t share = count / PARTS_MAX + 1;
    size_t most = share > sorter->capacity ? share : sorter->capacity;
    size_t held = 0;
    split->parts = 1;
    for (size_t i = 0; i < BINS; i++) {
        if (held > 0 && held + split->bins[i] > most && split->parts < PARTS_MAX) {
            split->parts++;
            held = 0;
        }
        held += split->bins[i];
        split->part[i] = (uint8_t)(split->parts - 1);
    }
}

static err_t deal(const sorter_t *sorter, spill_t *from, size_t part, const split_t *split,
                  spill_t **ret_to, fault_t *fault)
{
    size_t buffers = sorter->plan->memory_bytes / 4;
    spill_t *to = spill_new(sorter->scratch, split->parts, sizeof(record_t), buffers);
    record_t *block = mem_array(spill_block(from), sizeof *block);
    size_t count = 1;
    err_t err = ERR_OK;
    for (size_t b = 0; count > 0 && err == ERR_OK; b++) {
        err = spill_read(from, part, b, block, &count, fault);
        for (size_t i = 0; i < count && err == ERR_OK; i++) {
            err = spill_add(to, split->part[bin_of(split, block[i].key)], &block[i], fault);
        }
    }
    free(block);
    spill_drop(from, part);
    *ret_to = to;
    return err;
}

// Puts a part in order. It gets at most 64 bits / BINS_BITS deep, since a bin that is dealt again
// has a narrower range of keys.
static err_t put_part(sorter_t *sorter, spill_t *spill, size_t part, fault_t *fault)
{
    size_t count = spill_count(spill, part);
    if (count <= sorter->capacity) {
        return count > 0 ? sort_part(sorter, spill, part, fault) : ERR_OK;
    }
    split_t *split = mem_new(sizeof *split);
    spill_t *parts = NULL;
    split->min = INT64_MAX;
    split->max = INT64_MIN;
    err_t err = survey(spill, part, split, fault);
    if (err == ERR_OK && split->min == split->max) {
        err = put_equal(sorter, spill, part, fault);
    } else if (err == ERR_OK) {
        assign(sorter, split, count);
        err = deal(sorter, spill, part, split, &parts, fault);
        for (size_t i = 0; i < split->parts && err == ERR_OK; i++) {
            err = put_part(sorter, parts, i, fault);
            spill_drop(parts, i);
        }
    }
    spill_destroy(&parts);
    free(split);
    return err;
}

static err_t fill(store_t *store, spill_t *spill, fault_t *fault)
{
    const int64_t *keys;
    size_t count;
    err_t err = ERR_OK;
    for (size_t from = 0; from < store->count && err == ERR_OK; from += count) {
        err = store_read(store, from, &keys, &count, fault);
        for (size_t i = 0; i < count && err == ERR_OK; i++) {
            record_t record = {keys[i], (int64_t)(from + i)};
            err = spill_add(spill, 0, &record, fault);
        }
    }
    return err;
}

// Brings the ranks back into the order of rows.
static err_t settle_ranks(sorter_t *sorter, size_t parts, fault_t *fault)
{
    rank_t *records = mem_array(sorter->ranks_range, sizeof *records);
    uint32_t *middles = mem_array(sorter->ranks_range, sizeof *middles);
    err_t err = ERR_OK;
    for (size_t part = 0; part < parts && err == ERR_OK; part++) {
        size_t count = spill_count(sorter->ranks, part);
        size_t first = part * sorter->ranks_range;
        err = spill_load(sorter->ranks, part, records, fault);
        for (size_t i = 0; i < count && err == ERR_OK; i++) {
            middles[records[i].index - first] = records[i].middle;
        }
        err = err == ERR_OK ? ranks_add(sorter->plan->ranks, middles, count, fault) : err;
        spill_drop(sorter->ranks, part);
    }
    free(records);
    free(middles);
    return err;
}

err_t order_make_spilled(store_t *store, const order_plan_t *plan, order_t *ret_order,
                         fault_t *fault)
{
    size_t fitting = plan->memory_bytes / 2 / ITEM_BYTES;
    sorter_t sorter = {.plan = plan, .scratch = store->scratch, .order = ret_order};
    sorter.capacity = fitting > PART_RECORDS_MIN ? fitting : PART_RECORDS_MIN;
    sorter.out = mem_array(OUT_KEYS, sizeof *sorter.out);
    ret_order->offset = scratch_take(store->scratch, store->count * sizeof *sorter.out);
    size_t parts = store->count / sorter.capacity + 1;
    if (plan->ranks) {
        sorter.ranks_range = sorter.capacity;
        sorter.ranks = spill_new(store->scratch, parts, sizeof(rank_t), plan->memory_bytes / 4);
    }
    spill_t *all = spill_new(store->scratch, 1, sizeof(record_t), STORE_BLOCK);
    err_t err = fill(store, all, fault);
    err = err == ERR_OK ? put_part(&sorter, all, 0, fault) : err;
    err = err == ERR_OK ? flush_keys(&sorter, fault) : err;
    if (err == ERR_OK && plan->ranks) {
        err = settle_ranks(&sorter, parts, fault);
    }
    spill_destroy(&all);
    spill_destroy(&sorter.ranks);
    free(sorter.out);
    return err;
}
