// SPDX-License-Identifier: MPL-2.0
// What is due when: a binary heap whose nodes live inside the things that wait. Nodes that are due
// at the same time come in the order they were set.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    int64_t due_ms;
    int64_t turn; // order among equals
    size_t place; // index + 1 in the heap; 0 when not waiting
    int kind;     // the owner's: what the node is part of
} heap_node_t;

// All zeros is an empty heap.
typedef struct {
    heap_node_t **nodes;
    size_t count;
    size_t capacity;
    int64_t turns;
} heap_t;

// Puts the node in, or moves it to another time.
void heap_set(heap_t *heap, heap_node_t *node, int64_t due_ms);

// Takes the node out, if it is in.
void heap_remove(heap_t *heap, heap_node_t *node);

// The node that is due first; NULL when nothing waits.
heap_node_t *heap_first(const heap_t *heap);

// Frees the heap's own memory.
void heap_release(heap_t *heap);
