// SPDX-License-Identifier: MPL-2.0
#include "base/map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { CAPACITY_LEAST = 8, CAPACITY_MOST = 1 << 30 };

struct map_entry {
    const void *key;
    void *value; // NULL when removed
    uint32_t size;
    uint32_t hash;
};

// Multiply-and-fold over eight bytes at a time (the construction of Fibonacci hashing, Knuth
// TAOCP 6.4).
static uint32_t hash_of(const void *key, size_t size)
{
    const uint64_t factor = 0x9E3779B97F4A7C15U;
    const char *bytes = key;
    uint64_t hash = size * factor;
    while (size > 0) {
        size_t n = size < sizeof(uint64_t) ? size : sizeof(uint64_t);
        uint64_t word = 0;
        memcpy(&word, bytes, n);
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
        bytes += n;
        size -= n;
    }
    return (uint32_t)(hash ^ hash >> 29);
}

static size_t slot_mask(const map_t *map)
{
    return map->capacity * 2 - 1;
}

static bool matches(const map_entry_t *entry, uint32_t hash, const void *key, size_t size)
{
    return entry->value && entry->hash == hash && entry->size == size &&
           memcmp(entry->key, key, size) == 0;
}

static map_entry_t *find(const map_t *map, const void *key, size_t size)
{
    if (map->capacity == 0) {
        return NULL;
    }
    uint32_t hash = hash_of(key, size);
    size_t mask = slot_mask(map);
    for (size_t i = hash & mask; map->slots[i] != 0; i = (i + 1) & mask) {
        map_entry_t *entry = &map->entries[map->slots[i] - 1];
        if (matches(entry, hash, key, size)) {
            return entry;
        }
    }
    return NULL;
}

static void index_entry(map_t *map, size_t at)
{
    size_t mask = slot_mask(map);
    size_t i = map->entries[at].hash & mask;
    while (map->slots[i] != 0) {
        i = (i + 1) & mask;
    }
    map->slots[i] = (uint32_t)at + 1;
}

// Drops the removed entries, and makes room for as many again as there are.
static void rebuild(map_t *map)
{
    size_t capacity = CAPACITY_LEAST;
    while (capacity < map->live * 2) {
        capacity *= 2;
    }
    assert(capacity <= CAPACITY_MOST);
    map_t old = *map;
    *map = (map_t){.entries = mem_array(capacity, sizeof(map_entry_t)),
                   .slots = mem_array(capacity * 2, sizeof(uint32_t)),
                   .capacity = capacity};
    for (size_t i = 0; i < old.used; i++) {
        if (old.entries[i].value) {
            map->entries[map->used] = old.entries[i];
            index_entry(map, map->used++);
        }
    }
    map->live = map->used;
    map_release(&old);
}

void *map_get(const map_t *map, const void *key, size_t size)
{
    const map_entry_t *entry = find(map, key, size);
    return entry ? entry->value : NULL;
}

void map_add(map_t *map, const void *key, size_t size, void *value)
{
    assert(value && !find(map, key, size));
    if (map->used == map->capacity) {
        rebuild(map);
    }
    map->entries[map->used] = (map_entry_t){key, value, (uint32_t)size, hash_of(key, size)};
    index_entry(map, map->used++);
    map->live++;
}

void *map_remove(map_t *map, const void *key, size_t size)
{
    map_entry_t *entry = find(map, key, size);
    if (!entry) {
        return NULL;
    }
    void *value = entry->value;
    entry->value = NULL;
    map->live--;
    return value;
}

void *map_next(const map_t *map, size_t *at)
{
    while (*at < map->used) {
        void *value = map->entries[(*at)++].value;
        if (value) {
            return value;
        }
    }
    return NULL;
}

void map_release(map_t *map)
{
    free(map->entries);
    free(map->slots);
    *map = (map_t){0};
}
