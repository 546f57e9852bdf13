// SPDX-License-Identifier: MPL-2.0
#include "model/neighbors/nearest.h"

#include <math.h>

static bool farther(const neighbor_t *a, const neighbor_t *b)
{
    return a->square > b->square || (a->square == b->square && a->row > b->row);
}

// Puts an item in the place of a heap's top, the farthest.
static void replace_top(neighbor_t *heap, size_t count, neighbor_t item)
{
    size_t at = 0;
    for (size_t child = 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && farther(&heap[child + 1], &heap[child]);
        if (!farther(&heap[child], &item)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = item;
}

static void look_at(const points_t *points, size_t begin, const double *row, neighbor_t *heap,
                    size_t count)
{
    double squares[POINTS_BLOCK];
    size_t left = points->rows - begin;
    points_measure(points, begin, row, squares);
    for (size_t i = 0; i < POINTS_BLOCK && i < left; i++) {
        if (squares[i] < heap->square) {
            replace_top(heap, count, (neighbor_t){squares[i], begin + i});
        }
    }
}

// A heap with the farthest on top becomes a list with the nearest in front.
static void sort(neighbor_t *heap, size_t count)
{
    while (count-- > 1) {
        neighbor_t last = heap[count];
        heap[count] = heap[0];
        replace_top(heap, count, last);
    }
}

void nearest(const points_t *points, const matrix_t *matrix, size_t count, neighbor_t *ret)
{
    for (size_t i = 0; i < matrix->rows * count; i++) {
        ret[i] = (neighbor_t){INFINITY, i % count};
    }
    for (size_t begin = 0; begin < points->rows; begin += POINTS_BLOCK) {
        for (size_t i = 0; i < matrix->rows; i++) {
            look_at(points, begin, matrix->x + i * matrix->columns, ret + i * count, count);
        }
    }
    for (size_t i = 0; i < matrix->rows; i++) {
        sort(ret + i * count, count);
    }
}
