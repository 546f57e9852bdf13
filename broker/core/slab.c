// SPDX-License-Identifier: MPL-2.0
#include "broker/core/slab.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 64 * 1024, ALIGNMENT = sizeof(max_align_t) };

struct slab_block {
    slab_block_t *next;
    size_t size;
    void *adopted; // foreign memory that this block only stands for
    max_align_t bytes[];
};

static slab_block_t *new_block(size_t size)
{
    slab_block_t *block =
        mem_resize(NULL, 1, sizeof *block + size); // zeroing costs more than taking
    *block = (slab_block_t){.size = size};
    return block;
}

// A block that is full from the start goes behind the newest, whose rest stays in use.
static slab_block_t *add_full(slab_t *slab, size_t size)
{
    slab_block_t *block = new_block(size);
    slab_block_t **place = slab->blocks ? &slab->blocks->next : &slab->blocks;
    block->next = *place;
    *place = block;
    return block;
}

static void add_open(slab_t *slab)
{
    slab_block_t *block = new_block(BLOCK_BYTES);
    block->next = slab->blocks;
    slab->blocks = block;
    slab->left = BLOCK_BYTES;
}

void *slab_new(slab_t *slab, size_t size)
{
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (size > BLOCK_BYTES / 4) {
        return add_full(slab, size)->bytes;
    }
    if (slab->left < size) {
        add_open(slab);
    }
    slab->left -= size;
    return (char *)slab->blocks->bytes + slab->left;
}

view_t slab_dup(slab_t *slab, view_t bytes)
{
    if (!bytes.data) {
        return bytes;
    }
    char *copy = slab_new(slab, bytes.size);
    if (bytes.size > 0) {
        memcpy(copy, bytes.data, bytes.size);
    }
    return (view_t){copy, bytes.size};
}

void slab_adopt(slab_t *slab, void *memory)
{
    if (memory) {
        add_full(slab, 0)->adopted = memory;
    }
}

void slab_reset(slab_t *slab)
{
    slab_block_t *kept = NULL;
    while (slab->blocks) {
        slab_block_t *block = slab->blocks;
        slab->blocks = block->next;
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
    slab->blocks = kept;
    slab->left = kept ? BLOCK_BYTES : 0;
}

void slab_release(slab_t *slab)
{
    slab_reset(slab);
    free(slab->blocks);
    *slab = (slab_t){0};
}
