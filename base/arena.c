// SPDX-License-Identifier: MPL-2.0
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
    ALIGNMENT = 32,
    BLOCK_BYTES = 1 << 20,
};

struct arena_block {
    arena_block_t *next;
    size_t capacity;
    char padding[ALIGNMENT - sizeof(void *) - sizeof(size_t)];
    char bytes[];
};

static arena_block_t *block_new(size_t size)
{
    size_t capacity = size > BLOCK_BYTES ? size : BLOCK_BYTES;
    arena_block_t *block = aligned_alloc(ALIGNMENT, sizeof *block + capacity);
    if (block) {
        *block = (arena_block_t){.capacity = capacity};
        return block;
    }
    mem_exhausted(capacity);
}

// The next kept block that has room, or a new one in its place; kept blocks that are too small go.
static void advance(arena_t *arena, size_t size)
{
    arena_block_t **link = arena->now ? &arena->now->next : &arena->first;
    while (*link && (*link)->capacity < size) {
        arena_block_t *small = *link;
        *link = small->next;
        free(small);
    }
    if (!*link) {
        *link = block_new(size);
    }
    arena->now = *link;
    arena->used = 0;
}

void *arena_alloc(arena_t *arena, size_t size)
{
    if (size > SIZE_MAX - BLOCK_BYTES) {
        mem_exhausted(size);
    }
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!arena->now || arena->now->capacity - arena->used < rounded) {
        advance(arena, rounded);
    }
    void *piece = arena->now->bytes + arena->used;
    arena->used += rounded;
    return piece;
}

void *arena_array(arena_t *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        mem_exhausted(SIZE_MAX);
    }
    return arena_alloc(arena, bytes);
}

void arena_reset(arena_t *arena)
{
    arena->now = NULL;
    arena->used = 0;
}

size_t arena_bytes(const arena_t *arena)
{
    size_t bytes = 0;
    for (const arena_block_t *block = arena->first; block; block = block->next) {
        bytes += block->capacity;
    }
    return bytes;
}

void arena_release(arena_t *arena)
{
    while (arena->first) {
        arena_block_t *block = arena->first;
        arena->first = block->next;
        free(block);
    }
    *arena = (arena_t){0};
}
