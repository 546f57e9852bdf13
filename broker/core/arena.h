// SPDX-License-Identifier: MPL-2.0
// Memory that lives until the next reset: what one step of the core hands out.
#pragma once

#include <stddef.h>

#include "proto/codec.h"

typedef struct arena_block arena_block_t;

// All zeros is an empty arena.
typedef struct {
    arena_block_t *blocks; // the newest first
    size_t left;           // bytes of the newest block
} arena_t;

// Bytes that do not move and are aligned for anything. Not zeroed.
void *arena_new(arena_t *arena, size_t size);

// A copy of the bytes.
view_t arena_dup(arena_t *arena, view_t bytes);

// Takes over memory from mem_new, to be freed at the next reset. NULL is allowed.
void arena_adopt(arena_t *arena, void *memory);

// Frees everything handed out, and keeps one block.
void arena_reset(arena_t *arena);

// Frees everything.
void arena_release(arena_t *arena);
