// SPDX-License-Identifier: MPL-2.0
#include "model/dummy/median.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/core/lesson.h"

typedef struct {
    double target;
    double weight;
} weighted_t;

static int compare(const void *a, const void *b)
{
    double x = ((const weighted_t *)a)->target;
    double y = ((const weighted_t *)b)->target;
    return (x > y) - (x < y);
}

static weighted_t *sorted(const lesson_t *lesson)
{
    size_t rows = lesson->matrix.rows;
    weighted_t *items = mem_array(rows, sizeof *items);
    for (size_t i = 0; i < rows; i++) {
        items[i] = (weighted_t){lesson->targets[i], lesson_weight(lesson, i)};
    }
    qsort(items, rows, sizeof *items, compare);
    return items;
}

static double weighted_middle(const weighted_t *items, size_t count)
{
    double total = 0;
    for (size_t i = 0; i < count; i++) {
        total += items[i].weight;
    }
    double sum = items[0].weight;
    size_t at = 0;
    while (at + 1 < count && sum < total / 2) {
        sum += items[++at].weight;
    }
    return items[at].target;
}

double median(const lesson_t *lesson)
{
    weighted_t *items = sorted(lesson);
    size_t rows = lesson->matrix.rows;
    double middle = lesson->weights ? weighted_middle(items, rows)
                                    : (items[(rows - 1) / 2].target + items[rows / 2].target) / 2;
    free(items);
    return middle;
}
