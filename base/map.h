// SPDX-License-Identifier: MPL-2.0
// A hash map from bytes to pointers that keeps its entries in the order they came in. The key is
// not copied: it must live, unchanged, as long as its entry (it is usually a part of the value).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct map_entry map_entry_t;

// All zeros is an empty map.
typedef struct {
    map_entry_t *entries; // in order of arrival; removed ones stay until the next rebuild
    uint32_t *slots;      // 0, or an entry's index + 1
    size_t used;          // entries, the removed ones included
    size_t live;
    size_t capacity; // of entries; slots are twice as many
} map_t;

// The value of the key; NULL when there is none.
void *map_get(const map_t *map, const void *key, size_t size);

// Adds the value (not NULL) under a key that is not in the map yet.
void map_add(map_t *map, const void *key, size_t size, void *value);

// Takes the key out and returns its value; NULL when there was none. Does not move other entries,
// so that it is allowed during map_next.
void *map_remove(map_t *map, const void *key, size_t size);

// Steps through the values: start with `*at` 0, NULL at the end. map_add must not be called on the
// way.
void *map_next(const map_t *map, size_t *at);

// Frees the map's own memory, not the values.
void map_release(map_t *map);
