// SPDX-License-Identifier: MPL-2.0
#include "model/svm/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/svm/gram.h"

static const uint32_t NONE = UINT32_MAX;

// A column's place in memory; those in use are linked, from the one used last to the first.
typedef struct {
    uint32_t row;
    uint32_t newer;
    uint32_t older;
    size_t known;
} slot_t;

struct cache {
    size_t rows;
    size_t capacity; // floats
    float *cells;
    size_t length; // of a column
    size_t slots_count;
    size_t used; // the first so many slots
    slot_t *slots;
    uint32_t *slot_of; // of each row; NONE
    uint32_t newest;
    uint32_t oldest;
};

static void set_length(cache_t *cache, size_t length)
{
    size_t fits = cache->capacity / length;
    cache->length = length;
    cache->slots_count = fits < cache->rows ? fits : cache->rows;
}

err_t cache_new(size_t rows, size_t bytes, cache_t **ret_cache, fault_t *fault)
{
    size_t least = rows * (CACHE_HELD + 1);
    size_t most = rows * rows < bytes / sizeof(float) ? rows * rows : bytes / sizeof(float);
    size_t capacity = most > least ? most : least;
    float *cells = calloc(capacity, sizeof *cells);
    if (!cells) {
        return fault_set(fault, ERR_MEMORY, "use fewer rows",
                         "the training needs %zu bytes for its kernel", capacity * sizeof *cells);
    }
    cache_t *cache = mem_new(sizeof *cache);
    *cache = (cache_t){.rows = rows, .capacity = capacity, .cells = cells};
    set_length(cache, rows);
    cache->slots = mem_array(rows, sizeof *cache->slots);
    cache->slot_of = mem_array(rows, sizeof *cache->slot_of);
    memset(cache->slot_of, 0xff, rows * sizeof *cache->slot_of);
    cache->newest = cache->oldest = NONE;
    *ret_cache = cache;
    return ERR_OK;
}

void cache_destroy(cache_t **cache)
{
    if (!*cache) {
        return;
    }
    free((*cache)->cells);
    free((*cache)->slots);
    free((*cache)->slot_of);
    free(*cache);
    *cache = NULL;
}

// Tells a slot's neighbours, or the ends of the list, what stands between them.
static void tell(cache_t *cache, const slot_t *slot, uint32_t as_older, uint32_t as_newer)
{
    *(slot->newer == NONE ? &cache->newest : &cache->slots[slot->newer].older) = as_older;
    *(slot->older == NONE ? &cache->oldest : &cache->slots[slot->older].newer) = as_newer;
}

static void unlink_slot(cache_t *cache, uint32_t index)
{
    const slot_t *slot = &cache->slots[index];
    tell(cache, slot, slot->older, slot->newer);
}

static void link_newest(cache_t *cache, uint32_t index)
{
    slot_t *slot = &cache->slots[index];
    slot->newer = NONE;
    slot->older = cache->newest;
    tell(cache, slot, index, index);
}

static uint32_t take_slot(cache_t *cache, size_t row)
{
    uint32_t index = cache->oldest;
    if (cache->used < cache->slots_count) {
        index = (uint32_t)cache->used++;
    } else {
        cache->slot_of[cache->slots[index].row] = NONE;
        unlink_slot(cache, index);
    }
    cache->slots[index].row = (uint32_t)row;
    cache->slots[index].known = 0;
    cache->slot_of[row] = index;
    return index;
}

float *cache_column(cache_t *cache, size_t row, size_t **ret_known)
{
    uint32_t index = cache->slot_of[row];
    if (index == NONE) {
        index = take_slot(cache, row);
    } else {
        unlink_slot(cache, index);
    }
    link_newest(cache, index);
    *ret_known = &cache->slots[index].known;
    return cache->cells + index * cache->length;
}

// Forgets the columns of the rows that are worked on no more, and of the others what is too much.
static void forget(cache_t *cache, const uint32_t *places, size_t active)
{
    size_t kept = 0;
    for (uint32_t index = cache->newest; index != NONE; index = cache->slots[index].older) {
        slot_t *slot = &cache->slots[index];
        if (places[slot->row] < active && kept < cache->slots_count) {
            slot->row = places[slot->row];
            kept++;
        } else {
            unlink_slot(cache, index);
            slot->row = NONE;
        }
    }
}

// Moves a column to a slot in front of it, or its own, with the values that remain.
static void move(cache_t *cache, uint32_t from, uint32_t to, size_t length, const uint32_t *order,
                 size_t active)
{
    slot_t *slot = &cache->slots[to];
    const float *source = cache->cells + from * length;
    float *target = cache->cells + to * length;
    *slot = cache->slots[from];
    tell(cache, slot, to, to);
    size_t known = 0;
    while (known < active && order[known] < slot->known) {
        target[known] = source[order[known]];
        known++;
    }
    slot->known = known;
    cache->slot_of[slot->row] = to;
}

// Moves all columns from distances of `length` to those of the present length.
static void space_out(cache_t *cache, size_t length)
{
    bool apart = cache->length > length;
    for (size_t i = 0; i < cache->used; i++) {
        size_t slot = apart ? cache->used - 1 - i : i;
        memmove(cache->cells + slot * cache->length, cache->cells + slot * length,
                cache->slots[slot].known * sizeof *cache->cells);
    }
}

void cache_reorder(cache_t *cache, const uint32_t *order, size_t active)
{
    size_t length = cache->length;
    uint32_t *places = mem_array(cache->rows, sizeof *places);
    for (size_t i = 0; i < cache->rows; i++) {
        places[order[i]] = (uint32_t)i;
    }
    set_length(cache, gram_padded(active > 0 ? active : 1));
    forget(cache, places, active);
    memset(cache->slot_of, 0xff, cache->rows * sizeof *cache->slot_of);
    size_t used = cache->used;
    cache->used = 0;
    for (uint32_t i = 0; i < used; i++) {
        if (cache->slots[i].row != NONE) {
            move(cache, i, (uint32_t)cache->used++, length, order, active);
        }
    }
    space_out(cache, length);
    free(places);
}
