// SPDX-License-Identifier: MPL-2.0
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/points.h"
#include "model/core/random.h"
#include "model/score/score.h"

// Some of the rows, and how many are in each group.
typedef struct {
    points_t points;
    int32_t *groups;
    size_t *sizes;
    size_t count; // groups
    double *sums; // of the distances of one row, by group
} sample_t;

static sample_t draw(const group_verdicts_t *verdicts, uint64_t seed)
{
    random_t random = random_new(seed);
    size_t *order = mem_array(verdicts->rows, sizeof *order);
    for (size_t i = 0; i < verdicts->rows; i++) {
        order[i] = i;
    }
    random_shuffle(&random, order, verdicts->rows);
    size_t rows = verdicts->rows < SCORE_SILHOUETTE_ROWS ? verdicts->rows : SCORE_SILHOUETTE_ROWS;
    size_t columns = verdicts->columns;
    double *x = mem_array(rows * columns, sizeof *x);
    sample_t sample = {.groups = mem_array(rows, sizeof *sample.groups),
                       .sizes = mem_array(verdicts->count, sizeof *sample.sizes),
                       .count = verdicts->count,
                       .sums = mem_array(verdicts->count, sizeof *sample.sums)};
    for (size_t i = 0; i < rows; i++) {
        memcpy(x + i * columns, verdicts->x + order[i] * columns, columns * sizeof *x);
        sample.groups[i] = verdicts->groups[order[i]];
        sample.sizes[sample.groups[i]]++;
    }
    sample.points = points_new(&(matrix_t){x, rows, columns});
    free(x);
    free(order);
    return sample;
}

static void release(sample_t *sample)
{
    points_release(&sample->points);
    free(sample->groups);
    free(sample->sizes);
    free(sample->sums);
}

static void sum_distances(sample_t *sample, const double *row)
{
    double squares[POINTS_BLOCK];
    memset(sample->sums, 0, sample->count * sizeof *sample->sums);
    for (size_t begin = 0; begin < sample->points.rows; begin += POINTS_BLOCK) {
        points_measure(&sample->points, begin, row, squares);
        for (size_t i = 0; i < POINTS_BLOCK && begin + i < sample->points.rows; i++) {
            sample->sums[sample->groups[begin + i]] += sqrt(squares[i]);
        }
    }
}

// (b - a) / max(a, b): a is the mean distance to the others of the own group, b the least one to
// another group; 0 for a row that is alone.
static double silhouette_of(sample_t *sample, int32_t group)
{
    double nearest = INFINITY;
    if (sample->sizes[group] < 2) {
        return 0;
    }
    for (size_t i = 0; i < sample->count; i++) {
        if (i != (size_t)group && sample->sizes[i] > 0) {
            nearest = fmin(nearest, sample->sums[i] / (double)sample->sizes[i]);
        }
    }
    double own = sample->sums[group] / (double)(sample->sizes[group] - 1);
    double most = fmax(own, nearest);
    return most > 0 ? (nearest - own) / most : 0;
}

static double mean_silhouette(sample_t *sample)
{
    double *row = mem_array(sample->points.columns, sizeof *row);
    double sum = 0;
    for (size_t i = 0; i < sample->points.rows; i++) {
        points_row(&sample->points, i, row);
        sum_distances(sample, row);
        sum += silhouette_of(sample, sample->groups[i]);
    }
    free(row);
    return sum / (double)sample->points.rows;
}

json_t *score_groups(const group_verdicts_t *verdicts, uint64_t seed)
{
    double inertia = 0;
    for (size_t i = 0; i < verdicts->rows; i++) {
        inertia += verdicts->squares[i];
    }
    sample_t sample = draw(verdicts, seed);
    size_t used = 0;
    for (size_t i = 0; i < sample.count; i++) {
        used += sample.sizes[i] > 0;
    }
    bool defined = used >= 2 && used < sample.points.rows;
    json_t *silhouette = defined ? json_real(mean_silhouette(&sample)) : json_null();
    release(&sample);
    return json_pack("{s:f, s:o}", "inertia", inertia, "silhouette", silhouette);
}

json_t *score_outliers(const double *said, size_t rows)
{
    size_t outliers = 0;
    for (size_t i = 0; i < rows; i++) {
        outliers += said[i] < 0;
    }
    return json_pack("{s:f}", "outlier_share", (double)outliers / (double)rows);
}
