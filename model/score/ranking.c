// SPDX-License-Identifier: MPL-2.0
#include "model/score/ranking.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

typedef struct {
    double value;
    bool positive;
} row_t;

static int from_the_highest(const void *left, const void *right)
{
    double a = ((const row_t *)left)->value;
    double b = ((const row_t *)right)->value;
    return (a < b) - (a > b);
}

ranking_t ranking_make(const double *values, size_t stride, const int32_t *truth, int32_t positive,
                       size_t rows)
{
    row_t *sorted = mem_array(rows, sizeof *sorted);
    for (size_t i = 0; i < rows; i++) {
        sorted[i] = (row_t){values[i * stride], truth[i] == positive};
    }
    qsort(sorted, rows, sizeof *sorted, from_the_highest);
    ranking_t ranking = {.items = mem_array(rows, sizeof *ranking.items)};
    for (size_t i = 0; i < rows; i++) {
        ranking.positives += sorted[i].positive;
        ranking.negatives += !sorted[i].positive;
        if (i + 1 == rows || sorted[i + 1].value != sorted[i].value) {
            ranking.items[ranking.count++] =
                (cut_t){sorted[i].value, ranking.positives, ranking.negatives};
        }
    }
    free(sorted);
    return ranking;
}

double ranking_roc_auc(const ranking_t *ranking)
{
    double area = 0;
    cut_t last = {0};
    for (size_t i = 0; i < ranking->count; i++) {
        cut_t cut = ranking->items[i];
        area +=
            (double)(cut.negatives - last.negatives) * (double)(cut.positives + last.positives) / 2;
        last = cut;
    }
    return area / ((double)ranking->positives * (double)ranking->negatives);
}

double ranking_average_precision(const ranking_t *ranking)
{
    double sum = 0;
    int64_t before = 0;
    for (size_t i = 0; i < ranking->count; i++) {
        const cut_t *cut = &ranking->items[i];
        double precision = (double)cut->positives / (double)(cut->positives + cut->negatives);
        sum += (double)(cut->positives - before) * precision;
        before = cut->positives;
    }
    return sum / (double)ranking->positives;
}

void ranking_release(ranking_t *ranking)
{
    free(ranking->items);
    *ranking = (ranking_t){0};
}
