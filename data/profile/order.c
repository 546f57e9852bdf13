// SPDX-License-Identifier: MPL-2.0
#include "data/profile/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/profile/sort.h"

enum {
    TABLE_SLOTS_MAX = 1 << 22,
    TABLE_SLOTS_PER_VALUE = 8, // beyond, sorting is faster than a table
    TABLE_SLOTS_SMALL = 65536, // and up to here it never is
    MIDDLES = 4096,
};

static void *take(size_t count, size_t size)
{
    void *bytes = reallocarray(NULL, count > 0 ? count : 1, size);
    if (!bytes) {
        mem_exhausted(count * size);
    }
    return bytes;
}

// Turns counts into how many values are in the slots before.
static void accumulate(uint32_t *table, size_t slots)
{
    uint32_t sum = 0;
    for (size_t i = 0; i <= slots; i++) {
        uint32_t here = table[i];
        table[i] = sum;
        sum += here;
    }
}

static err_t count_keys(store_t *store, int64_t base, uint32_t *table, fault_t *fault)
{
    const int64_t *keys;
    size_t count;
    err_t err = ERR_OK;
    for (size_t from = 0; from < store->count && err == ERR_OK; from += count) {
        err = store_read(store, from, &keys, &count, fault);
        for (size_t i = 0; i < count && err == ERR_OK; i++) {
            table[(uint64_t)keys[i] - (uint64_t)base]++;
        }
    }
    return err;
}

static err_t rank_by_table(store_t *store, const order_t *order, ranks_t *ranks, fault_t *fault)
{
    uint32_t middles[MIDDLES];
    const int64_t *keys;
    size_t count;
    err_t err = ERR_OK;
    for (size_t from = 0; from < store->count && err == ERR_OK; from += count) {
        err = store_read(store, from, &keys, &count, fault);
        for (size_t i = 0; i < count && err == ERR_OK;) {
            size_t part = 0;
            for (; part < MIDDLES && i < count; part++, i++) {
                uint64_t slot = (uint64_t)keys[i] - (uint64_t)order->base;
                middles[part] = order->table[slot] + order->table[slot + 1];
            }
            err = ranks_add(ranks, middles, part, fault);
        }
    }
    return err;
}

static err_t make_table(store_t *store, const order_plan_t *plan, order_t *order, fault_t *fault)
{
    order->base = plan->min;
    order->slots = (size_t)((uint64_t)plan->max - (uint64_t)plan->min) + 1;
    order->table = mem_array(order->slots + 1, sizeof *order->table);
    err_t err = count_keys(store, order->base, order->table, fault);
    accumulate(order->table, order->slots);
    if (err == ERR_OK && plan->ranks) {
        err = rank_by_table(store, order, plan->ranks, fault);
    }
    return err;
}

// Replaces items by keys, in place.
static void unpack(const int64_t *keys, uint64_t *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        items[i] = (uint64_t)keys[sort_index(items[i])];
    }
}

static void rank_sorted(const int64_t *keys, const uint64_t *items, size_t count, uint32_t *middles)
{
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        int64_t key = keys[sort_index(items[i])];
        while (end < count && keys[sort_index(items[end])] == key) {
            end++;
        }
        for (size_t at = i; at < end; at++) {
            middles[sort_index(items[at])] = (uint32_t)(i + end);
        }
        i = end;
    }
}

static err_t make_sorted(store_t *store, const order_plan_t *plan, order_t *order, fault_t *fault)
{
    size_t count = store->count;
    uint64_t *items = take(2 * count, sizeof *items);
    uint64_t *sorted;
    sort_keys(store->keys, count, items, &sorted);
    err_t err = ERR_OK;
    if (plan->ranks) {
        uint32_t *middles = take(count, sizeof *middles);
        rank_sorted(store->keys, sorted, count, middles);
        err = ranks_add(plan->ranks, middles, count, fault);
        free(middles);
    }
    unpack(store->keys, sorted, count);
    memmove(items, sorted, count * sizeof *items);
    order->keys = mem_resize(items, count > 0 ? count : 1, sizeof *items);
    return err;
}

static bool fits_table(const store_t *store, const order_plan_t *plan)
{
    uint64_t range = (uint64_t)plan->max - (uint64_t)plan->min;
    uint64_t most = (uint64_t)store->count * TABLE_SLOTS_PER_VALUE;
    return range < TABLE_SLOTS_MAX && (range < TABLE_SLOTS_SMALL || range < most) &&
           (range < TABLE_SLOTS_SMALL / 16 || (range + 2) * sizeof(uint32_t) < plan->memory_bytes);
}

err_t order_make(store_t *store, const order_plan_t *plan, order_t *ret_order, fault_t *fault)
{
    order_t order = {.count = store->count, .scratch = store->scratch};
    err_t err;
    if (store->count > 0 && fits_table(store, plan)) {
        err = make_table(store, plan, &order, fault);
    } else if (store->in_memory) {
        err = make_sorted(store, plan, &order, fault);
    } else {
        err = order_make_spilled(store, plan, &order, fault);
    }
    if (err == ERR_OK && plan->ranks) {
        err = ranks_end(plan->ranks, fault);
    }
    *ret_order = order;
    return err;
}

// The slot that holds the value at a position: the last one with at most `position` before it.
static size_t slot_at(const order_t *order, size_t position)
{
    size_t low = 0;
    size_t high = order->slots;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (order->table[middle] <= position) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

err_t order_at(const order_t *order, size_t position, int64_t *ret_key, fault_t *fault)
{
    if (order->table) {
        *ret_key = order->base + (int64_t)slot_at(order, position);
        return ERR_OK;
    }
    if (order->keys) {
        *ret_key = order->keys[position];
        return ERR_OK;
    }
    return scratch_read(order->scratch, order->offset + (int64_t)(position * sizeof *ret_key),
                        ret_key, sizeof *ret_key, fault);
}

static size_t read_table(const order_t *order, cursor_t *cursor, run_t *runs)
{
    size_t made = 0;
    for (; cursor->slot < order->slots && made < ORDER_RUNS; cursor->slot++) {
        uint32_t here = order->table[cursor->slot + 1] - order->table[cursor->slot];
        runs[made] = (run_t){order->base + (int64_t)cursor->slot, here};
        made += here > 0;
    }
    return made;
}

// Makes runs of sorted keys; `last` tells that no more keys follow, else the last run waits for
// them. Returns how many keys were used.
static size_t make_runs(const int64_t *keys, size_t count, bool last, run_t *runs, size_t *ret_runs)
{
    size_t made = 0;
    size_t used = 0;
    while (used < count && made < ORDER_RUNS) {
        size_t end = used + 1;
        while (end < count && keys[end] == keys[used]) {
            end++;
        }
        if (end == count && !last) {
            break;
        }
        runs[made++] = (run_t){keys[used], (int64_t)(end - used)};
        used = end;
    }
    *ret_runs = made;
    return used;
}

// The end of the run that begins at a position, by doubling and halving.
static err_t run_end(const order_t *order, size_t position, int64_t key, size_t *ret_end,
                     fault_t *fault)
{
    size_t low = position; // holds the key
    size_t high = order->count;
    int64_t other = key;
    err_t err = ERR_OK;
    while (high - low > 1 && err == ERR_OK) {
        size_t middle = low + (high - low) / 2;
        err = order_at(order, middle, &other, fault);
        if (other == key) {
            low = middle;
        } else {
            high = middle;
        }
    }
    *ret_end = low + 1;
    return err;
}

static err_t read_file(const order_t *order, cursor_t *cursor, run_t *runs, size_t *ret_count,
                       fault_t *fault)
{
    int64_t keys[ORDER_RUNS];
    size_t rest = order->count - cursor->position;
    size_t count = rest < ORDER_RUNS ? rest : ORDER_RUNS;
    int64_t offset = order->offset + (int64_t)(cursor->position * sizeof *keys);
    err_t err = scratch_read(order->scratch, offset, keys, count * sizeof *keys, fault);
    if (err != ERR_OK) {
        return err;
    }
    size_t used = make_runs(keys, count, count == rest, runs, ret_count);
    if (used == 0 && count > 0) { // one run is longer than the block
        size_t end;
        err = run_end(order, cursor->position, keys[0], &end, fault);
        used = end - cursor->position;
        runs[0] = (run_t){keys[0], (int64_t)used};
        *ret_count = 1;
    }
    cursor->position += used;
    return err;
}

err_t order_read(const order_t *order, cursor_t *cursor, run_t *runs, size_t *ret_count,
                 fault_t *fault)
{
    if (order->table) {
        *ret_count = read_table(order, cursor, runs);
        return ERR_OK;
    }
    if (order->count == 0) {
        *ret_count = 0;
        return ERR_OK;
    }
    if (order->keys) {
        cursor->position += make_runs(order->keys + cursor->position,
                                      order->count - cursor->position, true, runs, ret_count);
        return ERR_OK;
    }
    return read_file(order, cursor, runs, ret_count, fault);
}

void order_release(order_t *order)
{
    if (order->count > 0 && !order->table && !order->keys) {
        scratch_give(order->scratch, order->offset, order->count * sizeof *order->keys);
    }
    free(order->table);
    free(order->keys);
    *order = (order_t){0};
}
