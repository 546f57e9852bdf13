// SPDX-License-Identifier: MPL-2.0
// A bump allocator: many small or large pieces of memory that all end together.
#pragma once

#include <stddef.h>

typedef struct arena_block arena_block_t;

typedef struct {
    arena_block_t *first;
    arena_block_t *now; // the block that pieces come from
    size_t used;        // of it
} arena_t;

// `size` bytes, aligned for any type (32 bytes), not zeroed; never NULL. They hold until the arena
// is reset or released.
void *arena_alloc(arena_t *arena, size_t size);

// The same for `count` items of `size` bytes; overflow ends the process.
void *arena_array(arena_t *arena, size_t count, size_t size);

// Frees all pieces at once and keeps the memory for the next ones.
void arena_reset(arena_t *arena);

// How much memory the arena holds.
size_t arena_bytes(const arena_t *arena);

// Gives the memory back; the arena is empty and usable again.
void arena_release(arena_t *arena);
