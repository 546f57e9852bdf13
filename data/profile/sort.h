// SPDX-License-Identifier: MPL-2.0
// Sorting by integer keys, with the places the keys came from.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { SORT_BYTES = 16 }; // working memory for a key

// Sorts `count` keys (below 2^32 of them): *ret_sorted[i] holds in its lower 32 bits the index of
// the key at place i; equal keys keep their order. `items` has room for 2 * count, and *ret_sorted
// is its first or its second half. The keys stay as they are. A radix sort by the upper 32 of the
// bits in which keys differ, and again by the rest where those are equal.
void sort_keys(const int64_t *keys, size_t count, uint64_t *items, uint64_t **ret_sorted);

static inline uint32_t sort_index(uint64_t item)
{
    return (uint32_t)item;
}
