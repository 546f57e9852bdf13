// SPDX-License-Identifier: MPL-2.0
#include "data/profile/counter.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/profile/spill.h"

enum {
    FIRST_SLOTS = 1024,
    THING_BYTES = sizeof(counted_t) + 2 * sizeof(uint32_t),
    TABLE_BYTES_MAX = 16 << 20, // a larger table is slower than a spill
    PART_THINGS = 16384,        // of a spill: so many stay in a processor's cache
    PARTS_MAX = 1024,
    BLOCK_BYTES_MAX = 16384,
};

// Things in the order of appearance, and where each is found.
typedef struct {
    counted_t *things;
    size_t count;
    uint32_t *slots; // index + 1; 0: free
    size_t slots_count;
} table_t;

struct counter {
    scratch_t *scratch;
    table_t table;
    size_t table_max; // things in memory
    size_t parts;
    size_t buffer_bytes;
    spill_t *spill; // NULL: all are in memory
};

static void table_grow(table_t *table)
{
    size_t slots = table->slots_count > 0 ? 2 * table->slots_count : FIRST_SLOTS;
    free(table->slots);
    table->slots = mem_array(slots, sizeof *table->slots);
    table->slots_count = slots;
    table->things = mem_resize(table->things, slots / 2, sizeof *table->things);
    for (size_t i = 0; i < table->count; i++) {
        size_t slot = table->things[i].digest.a & (slots - 1);
        while (table->slots[slot]) {
            slot = (slot + 1) & (slots - 1);
        }
        table->slots[slot] = (uint32_t)i + 1;
    }
}

static void table_clear(table_t *table)
{
    table->count = 0;
    memset(table->slots, 0, table->slots_count * sizeof *table->slots);
}

static void table_release(table_t *table)
{
    free(table->things);
    free(table->slots);
    *table = (table_t){0};
}

// Counts a thing and returns its index.
static size_t table_add(table_t *table, const counted_t *thing)
{
    if (table->count >= table->slots_count / 2) {
        table_grow(table);
    }
    size_t mask = table->slots_count - 1;
    size_t slot = thing->digest.a & mask;
    for (; table->slots[slot]; slot = (slot + 1) & mask) {
        counted_t *held = &table->things[table->slots[slot] - 1];
        if (held->digest.a == thing->digest.a && held->digest.b == thing->digest.b) {
            held->count += thing->count;
            held->first = thing->first < held->first ? thing->first : held->first;
            return table->slots[slot] - 1;
        }
    }
    table->things[table->count] = *thing;
    table->slots[slot] = (uint32_t)++table->count;
    return table->count - 1;
}

counter_t *counter_new(scratch_t *scratch, size_t things, size_t memory_bytes)
{
    counter_t *counter = mem_new(sizeof *counter);
    size_t most = memory_bytes < TABLE_BYTES_MAX ? memory_bytes : TABLE_BYTES_MAX;
    size_t fitting = memory_bytes / 2 / THING_BYTES;
    size_t part = fitting < PART_THINGS ? fitting : PART_THINGS;
    size_t parts = things / (part > 0 ? part : 1) + 1;
    counter->scratch = scratch;
    counter->table_max = most / THING_BYTES;
    counter->parts = parts < PARTS_MAX ? parts : PARTS_MAX;
    counter->buffer_bytes = memory_bytes / 4;
    if (counter->buffer_bytes > counter->parts * BLOCK_BYTES_MAX) {
        counter->buffer_bytes = counter->parts * BLOCK_BYTES_MAX;
    }
    return counter;
}

static err_t deal(counter_t *counter, const counted_t *thing, fault_t *fault)
{
    size_t part = (size_t)((unsigned __int128)thing->digest.b * counter->parts >> 64);
    return spill_add(counter->spill, part, thing, fault);
}

// From here on nothing is counted before the end.
static err_t begin_spill(counter_t *counter, fault_t *fault)
{
    counter->spill =
        spill_new(counter->scratch, counter->parts, sizeof(counted_t), counter->buffer_bytes);
    err_t err = ERR_OK;
    for (size_t i = 0; i < counter->table.count && err == ERR_OK; i++) {
        err = deal(counter, &counter->table.things[i], fault);
    }
    table_release(&counter->table);
    return err;
}

err_t counter_add(counter_t *counter, digest_t digest, int64_t times, int64_t first,
                  int64_t *ret_index, fault_t *fault)
{
    counted_t thing = {digest, times, first};
    *ret_index = COUNTER_NO_INDEX;
    if (counter->spill) {
        return deal(counter, &thing, fault);
    }
    *ret_index = (int64_t)table_add(&counter->table, &thing);
    return counter->table.count > counter->table_max ? begin_spill(counter, fault) : ERR_OK;
}

void counter_prefetch(const counter_t *counter, digest_t digest)
{
    const table_t *table = &counter->table;
    if (table->slots_count > 0) {
        __builtin_prefetch(&table->slots[digest.a & (table->slots_count - 1)]);
    }
}

size_t counter_held(const counter_t *counter)
{
    return counter->spill ? SIZE_MAX : counter->table.count;
}

static err_t tell_part(counter_t *counter, table_t *table, size_t part, counter_fn tell,
                       void *context, fault_t *fault)
{
    counted_t *block = mem_array(spill_block(counter->spill), sizeof *block);
    size_t count = 1;
    err_t err = ERR_OK;
    for (size_t b = 0; count > 0 && err == ERR_OK; b++) {
        err = spill_read(counter->spill, part, b, block, &count, fault);
        for (size_t i = 0; i < count && err == ERR_OK; i++) {
            table_add(table, &block[i]);
        }
    }
    for (size_t i = 0; i < table->count && err == ERR_OK; i++) {
        tell(context, &table->things[i]);
    }
    free(block);
    return err;
}

err_t counter_each(counter_t *counter, counter_fn tell, void *context, fault_t *fault)
{
    for (size_t i = 0; i < counter->table.count; i++) {
        tell(context, &counter->table.things[i]);
    }
    table_t table = {0};
    err_t err = ERR_OK;
    for (size_t part = 0; counter->spill && part < counter->parts && err == ERR_OK; part++) {
        err = tell_part(counter, &table, part, tell, context, fault);
        if (table.slots) {
            table_clear(&table);
        }
    }
    table_release(&table);
    return err;
}

void counter_destroy(counter_t **counter)
{
    if (!*counter) {
        return;
    }
    spill_destroy(&(*counter)->spill);
    table_release(&(*counter)->table);
    free(*counter);
    *counter = NULL;
}
