// SPDX-License-Identifier: MPL-2.0
// Memory that lives until the next reset: what one step of the core hands out.
#pragma once

#include <stddef.h>

#include "proto/codec.h"

typedef struct slab_block slab_block_t;

// All zeros is an empty slab.
typedef struct {
    slab_block_t *blocks; // the newest first
    size_t left;          // bytes of the newest block
} slab_t;

// Bytes that do not move and are aligned for anything. Not zeroed.
void *slab_new(slab_t *slab, size_t size);

// A copy of the bytes.
view_t slab_dup(slab_t *slab, view_t bytes);

// Takes over memory from mem_new, to be freed at the next reset. NULL is allowed.
void slab_adopt(slab_t *slab, void *memory);

// Frees everything handed out, and keeps one block.
void slab_reset(slab_t *slab);

// Frees everything.
void slab_release(slab_t *slab);
