// SPDX-License-Identifier: MPL-2.0
#include "base/heap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

static bool before(const heap_node_t *a, const heap_node_t *b)
{
    return a->due_ms < b->due_ms || (a->due_ms == b->due_ms && a->turn < b->turn);
}

static void put(heap_t *heap, size_t at, heap_node_t *node)
{
    heap->nodes[at] = node;
    node->place = at + 1;
}

static void sift_up(heap_t *heap, size_t at, heap_node_t *node)
{
    while (at > 0 && before(node, heap->nodes[(at - 1) / 2])) {
        put(heap, at, heap->nodes[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(heap, at, node);
}

static void sift_down(heap_t *heap, size_t at, heap_node_t *node)
{
    while (at * 2 + 1 < heap->count) {
        size_t child = at * 2 + 1;
        if (child + 1 < heap->count && before(heap->nodes[child + 1], heap->nodes[child])) {
            child++;
        }
        if (!before(heap->nodes[child], node)) {
            break;
        }
        put(heap, at, heap->nodes[child]);
        at = child;
    }
    put(heap, at, node);
}

void heap_set(heap_t *heap, heap_node_t *node, int64_t due_ms)
{
    heap_remove(heap, node);
    node->due_ms = due_ms;
    node->turn = heap->turns++;
    if (heap->count == heap->capacity) {
        heap->capacity = heap->capacity ? heap->capacity * 2 : 64;
        heap->nodes = mem_resize(heap->nodes, heap->capacity, sizeof(heap_node_t *));
    }
    sift_up(heap, heap->count++, node);
}

void heap_remove(heap_t *heap, heap_node_t *node)
{
    if (node->place == 0) {
        return;
    }
    size_t at = node->place - 1;
    node->place = 0;
    heap_node_t *last = heap->nodes[--heap->count];
    if (last == node) {
        return;
    }
    if (at > 0 && before(last, heap->nodes[(at - 1) / 2])) {
        sift_up(heap, at, last);
    } else {
        sift_down(heap, at, last);
    }
}

heap_node_t *heap_first(const heap_t *heap)
{
    return heap->count > 0 ? heap->nodes[0] : NULL;
}

void heap_release(heap_t *heap)
{
    free(heap->nodes);
    *heap = (heap_t){0};
}
