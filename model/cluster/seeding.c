// SPDX-License-Identifier: MPL-2.0
#include "model/cluster/seeding.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

// Squared distances of all points to the nearest center.
typedef struct {
    const points_t *points;
    random_t *random;
    double *squares;
    double *tried; // the same with a candidate
    double *best;  // with the best candidate
    double sum;    // of squares
} seeding_t;

void seeding_random(const points_t *points, size_t clusters, random_t *random, double *ret_centers)
{
    size_t *rows = mem_array(points->rows, sizeof *rows);
    for (size_t i = 0; i < points->rows; i++) {
        rows[i] = i;
    }
    random_shuffle(random, rows, points->rows);
    for (size_t k = 0; k < clusters; k++) {
        points_row(points, rows[k], ret_centers + k * points->columns);
    }
    free(rows);
}

// The distances when there is a center at `row` too; returns their sum.
static double try_center(seeding_t *seeding, const double *row)
{
    const points_t *points = seeding->points;
    double squares[POINTS_BLOCK];
    double sum = 0;
    for (size_t begin = 0; begin < points->rows; begin += POINTS_BLOCK) {
        points_measure(points, begin, row, squares);
        for (size_t i = 0; i < POINTS_BLOCK && begin + i < points->rows; i++) {
            seeding->tried[begin + i] = fmin(seeding->squares[begin + i], squares[i]);
            sum += seeding->tried[begin + i];
        }
    }
    return sum;
}

// A point, as likely as its squared distance is large.
static size_t draw(const seeding_t *seeding)
{
    double unit = (double)(random_next(seeding->random) >> 11) * 0x1p-53;
    double until = unit * seeding->sum;
    double sum = seeding->squares[0];
    size_t row = 0;
    while (row + 1 < seeding->points->rows && sum < until) {
        sum += seeding->squares[++row];
    }
    return row;
}

static void swap(double **a, double **b)
{
    double *was = *a;
    *a = *b;
    *b = was;
}

// Places one more center.
static void add_center(seeding_t *seeding, size_t tries, double *ret_center)
{
    double *center = mem_array(seeding->points->columns, sizeof *center);
    double least = INFINITY;
    for (size_t t = 0; t < tries; t++) {
        size_t row = draw(seeding);
        points_row(seeding->points, row, center);
        double sum = try_center(seeding, center);
        if (sum < least || t == 0) {
            least = sum;
            swap(&seeding->tried, &seeding->best);
            points_row(seeding->points, row, ret_center);
        }
    }
    swap(&seeding->squares, &seeding->best);
    seeding->sum = least;
    free(center);
}

void seeding_far(const points_t *points, size_t clusters, random_t *random, double *ret_centers)
{
    seeding_t seeding = {.points = points,
                         .random = random,
                         .squares = mem_array(points->rows, sizeof(double)),
                         .tried = mem_array(points->rows, sizeof(double)),
                         .best = mem_array(points->rows, sizeof(double))};
    size_t tries = 2 + (size_t)log((double)clusters);
    for (size_t i = 0; i < points->rows; i++) {
        seeding.squares[i] = INFINITY;
    }
    points_row(points, (size_t)random_below(random, points->rows), ret_centers);
    seeding.sum = try_center(&seeding, ret_centers);
    swap(&seeding.squares, &seeding.tried);
    for (size_t k = 1; k < clusters; k++) {
        add_center(&seeding, tries, ret_centers + k * points->columns);
    }
    free(seeding.squares);
    free(seeding.tried);
    free(seeding.best);
}
