// SPDX-License-Identifier: MPL-2.0
#include "model/neighbors/points.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/wide.h"

static double *cell(const points_t *points, size_t row, size_t column)
{
    size_t block = row - row % POINTS_BLOCK;
    return points->cells + block * points->columns + column * POINTS_BLOCK + row % POINTS_BLOCK;
}

points_t points_new(const matrix_t *matrix)
{
    size_t blocks = (matrix->rows + POINTS_BLOCK - 1) / POINTS_BLOCK;
    points_t points = {.rows = matrix->rows,
                       .columns = matrix->columns,
                       .cells = mem_array(blocks * POINTS_BLOCK * matrix->columns, sizeof(double))};
    for (size_t i = 0; i < matrix->rows; i++) {
        for (size_t j = 0; j < matrix->columns; j++) {
            *cell(&points, i, j) = matrix->x[i * matrix->columns + j];
        }
    }
    return points;
}

double *points_rows(const points_t *points)
{
    double *rows = mem_array(points->rows * points->columns, sizeof *rows);
    for (size_t i = 0; i < points->rows; i++) {
        for (size_t j = 0; j < points->columns; j++) {
            rows[i * points->columns + j] = *cell(points, i, j);
        }
    }
    return rows;
}

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

// The squared distances of a block's points from one.
WIDE static void measure(const double *block, const double *row, size_t columns, double *ret)
{
    for (size_t i = 0; i < POINTS_BLOCK; i++) {
        ret[i] = 0;
    }
    for (size_t j = 0; j < columns; j++) {
        const double *column = block + j * POINTS_BLOCK;
        double value = row[j];
        for (size_t i = 0; i < POINTS_BLOCK; i++) {
            double off = value - column[i];
            ret[i] += off * off;
        }
    }
}

static void look_at(const points_t *points, size_t begin, const double *row, neighbor_t *heap,
                    size_t count)
{
    double squares[POINTS_BLOCK];
    size_t left = points->rows - begin;
    measure(points->cells + begin * points->columns, row, points->columns, squares);
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

void points_nearest(const points_t *points, const matrix_t *matrix, size_t count, neighbor_t *ret)
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

void points_release(points_t *points)
{
    free(points->cells);
    points->cells = NULL;
}
