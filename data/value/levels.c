// SPDX-License-Identifier: MPL-2.0
#include "data/value/levels.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/mem.h"
#include "data/value/hash.h"

typedef struct {
    size_t offset; // in the arena
    size_t size;
    uint64_t hash;
    int64_t times;
} level_t;

// Open addressing over `slots`, which hold an index + 1; `items` keeps the order.
struct levels {
    level_t *items;
    size_t count;
    size_t count_max;
    size_t bytes_max;
    uint32_t *slots;
    size_t slots_count; // a power of two
    uint64_t seed;      // random: the values come from outside
    buf_t arena;
};

enum { SLOTS_FIRST = 16 };

levels_t *levels_new(size_t count_max, size_t bytes_max)
{
    levels_t *levels = mem_new(sizeof *levels);
    levels->count_max = count_max < UINT32_MAX ? count_max : UINT32_MAX - 1;
    levels->bytes_max = bytes_max;
    if (getrandom(&levels->seed, sizeof levels->seed, GRND_NONBLOCK) < 0) {
        levels->seed = (uint64_t)(uintptr_t)levels; // early boot: the order never depends on it
    }
    return levels;
}

static uint64_t hash_of(const levels_t *levels, const char *bytes, size_t size)
{
    return hash_bytes(bytes, size, levels->seed);
}

static const char *bytes_of(const levels_t *levels, const level_t *item)
{
    return item->size ? levels->arena.data + item->offset : "";
}

// The slot of the value, or the empty slot where it belongs.
static size_t slot_of(const levels_t *levels, const char *bytes, size_t size, uint64_t hash)
{
    size_t mask = levels->slots_count - 1;
    size_t slot = (size_t)hash & mask;
    for (; levels->slots[slot]; slot = (slot + 1) & mask) {
        const level_t *item = &levels->items[levels->slots[slot] - 1];
        if (item->hash == hash && item->size == size &&
            memcmp(bytes_of(levels, item), bytes, size) == 0) {
            break;
        }
    }
    return slot;
}

static void rehash(levels_t *levels, size_t slots_count)
{
    free(levels->slots);
    levels->slots = mem_array(slots_count, sizeof *levels->slots);
    levels->slots_count = slots_count;
    size_t mask = slots_count - 1;
    for (size_t i = 0; i < levels->count; i++) {
        size_t slot = (size_t)levels->items[i].hash & mask;
        while (levels->slots[slot]) {
            slot = (slot + 1) & mask;
        }
        levels->slots[slot] = (uint32_t)(i + 1);
    }
}

static bool fits(const levels_t *levels, size_t size)
{
    size_t each = sizeof(level_t) + 4 * sizeof(uint32_t);
    size_t used = levels->arena.size + (levels->count + 1) * each;
    return levels->count < levels->count_max && used <= levels->bytes_max &&
           size <= levels->bytes_max - used;
}

int64_t levels_add(levels_t *levels, const void *bytes, size_t size, int64_t times)
{
    if (levels->count * 2 >= levels->slots_count) {
        rehash(levels, levels->slots_count ? levels->slots_count * 2 : SLOTS_FIRST);
        levels->items =
            mem_resize(levels->items, levels->slots_count / 2 + 1, sizeof *levels->items);
    }
    uint64_t hash = hash_of(levels, bytes, size);
    size_t slot = slot_of(levels, bytes, size, hash);
    if (levels->slots[slot]) {
        levels->items[levels->slots[slot] - 1].times += times;
        return levels->slots[slot] - 1;
    }
    if (!fits(levels, size)) {
        return LEVELS_FULL;
    }
    levels->items[levels->count] =
        (level_t){.offset = levels->arena.size, .size = size, .hash = hash, .times = times};
    buf_add(&levels->arena, bytes, size);
    levels->slots[slot] = (uint32_t)++levels->count;
    return (int64_t)levels->count - 1;
}

int64_t levels_find(const levels_t *levels, const void *bytes, size_t size)
{
    if (levels->count == 0) {
        return LEVELS_UNKNOWN;
    }
    size_t slot = slot_of(levels, bytes, size, hash_of(levels, bytes, size));
    return levels->slots[slot] ? (int64_t)levels->slots[slot] - 1 : LEVELS_UNKNOWN;
}

int64_t levels_add_number(levels_t *levels, double value, int64_t times)
{
    double plain = value + 0.0; // -0 becomes 0
    return levels_add(levels, &plain, sizeof plain, times);
}

int64_t levels_find_number(const levels_t *levels, double value)
{
    double plain = value + 0.0;
    return levels_find(levels, &plain, sizeof plain);
}

size_t levels_count(const levels_t *levels)
{
    return levels->count;
}

const char *levels_bytes(const levels_t *levels, size_t index, size_t *ret_size)
{
    *ret_size = levels->items[index].size;
    return bytes_of(levels, &levels->items[index]);
}

double levels_number(const levels_t *levels, size_t index)
{
    double value;
    memcpy(&value, bytes_of(levels, &levels->items[index]), sizeof value);
    return value;
}

int64_t levels_times(const levels_t *levels, size_t index)
{
    return levels->items[index].times;
}

static int by_number(const void *left, const void *right, void *arena)
{
    double a;
    double b;
    memcpy(&a, (const char *)arena + ((const level_t *)left)->offset, sizeof a);
    memcpy(&b, (const char *)arena + ((const level_t *)right)->offset, sizeof b);
    return (a > b) - (a < b);
}

static int by_bytes(const void *left, const void *right, void *arena)
{
    const level_t *a = left;
    const level_t *b = right;
    size_t common = a->size < b->size ? a->size : b->size;
    int order =
        common ? memcmp((const char *)arena + a->offset, (const char *)arena + b->offset, common)
               : 0;
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

static void sort(levels_t *levels, int (*order)(const void *, const void *, void *))
{
    if (levels->count > 0) {
        qsort_r(levels->items, levels->count, sizeof *levels->items, order, levels->arena.data);
        rehash(levels, levels->slots_count);
    }
}

void levels_sort_numbers(levels_t *levels)
{
    sort(levels, by_number);
}

void levels_sort_texts(levels_t *levels)
{
    sort(levels, by_bytes);
}

void levels_destroy(levels_t **levels)
{
    if (!*levels) {
        return;
    }
    free((*levels)->items);
    free((*levels)->slots);
    buf_release(&(*levels)->arena);
    free(*levels);
    *levels = NULL;
}
