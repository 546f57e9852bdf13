// SPDX-License-Identifier: MPL-2.0
#include "broker/core/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 64 * 1024, ALIGNMENT = sizeof(max_align_t) };

struct arena_block {
    arena_block_t *next;
    size_t size;
    void *adopted; // foreign memory that this block only stands for
    max_align_t bytes[];
};

static arena_block_t *new_block(size_t size)
{
    arena_block_t *block =
        mem_resize(NULL, 1, sizeof *block + size); // zeroing costs more than taking
    *block = (arena_block_t){.size = size};
    return block;
}

// A block that is full from the start goes behind the newest, whose rest stays in use.
static arena_block_t *add_full(arena_t *arena, size_t size)
{
    arena_block_t *block = new_block(size);
    arena_block_t **place = arena->blocks ? &arena->blocks->next : &arena->blocks;
    block->next = *place;
    *place = block;
    return block;
}

static void add_open(arena_t *arena)
{
    arena_block_t *block = new_block(BLOCK_BYTES);
    block->next = arena->blocks;
    arena->blocks = block;
    arena->left = BLOCK_BYTES;
}

void *arena_new(arena_t *arena, size_t size)
{
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (size > BLOCK_BYTES / 4) {
        return add_full(arena, size)->bytes;
    }
    if (arena->left < size) {
        add_open(arena);
    }
    arena->left -= size;
    return (char *)arena->blocks->bytes + arena->left;
}

view_t arena_dup(arena_t *arena, view_t bytes)
{
    if (!bytes.data) {
        return bytes;
    }
    char *copy = arena_new(arena, bytes.size);
    if (bytes.size > 0) {
        memcpy(copy, bytes.data, bytes.size);
    }
    return (view_t){copy, bytes.size};
}

void arena_adopt(arena_t *arena, void *memory)
{
    if (memory) {
        add_full(arena, 0)->adopted = memory;
    }
}

void arena_reset(arena_t *arena)
{
    arena_block_t *kept = NULL;
    while (arena->blocks) {
        arena_block_t *block = arena->blocks;
        arena->blocks = block->next;
        if (!kept && block->size == BLOCK_BYTES) {
            kept = block;
            continue;
        }
        free(block->adopted);
        free(block);
    }
    if (kept) {
        kept->next = NULL;
    }
    arena->blocks = kept;
    arena->left = kept ? BLOCK_BYTES : 0;
}

void arena_release(arena_t *arena)
{
    arena_reset(arena);
    free(arena->blocks);
    *arena = (arena_t){0};
}
