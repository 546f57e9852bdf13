// SPDX-License-Identifier: MPL-2.0
#include "model/cluster/lloyd.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/wide.h"
#include "model/core/lesson.h"

enum { ITEM = 64 * POINTS_BLOCK }; // rows of an item of work

// The sums of an item: of the rows of each cluster and their weights.
typedef struct {
    double *sums;
    double *weights;
    double inertia;
    bool changed;
} slot_t;

// One assignment of all points.
typedef struct {
    const lloyd_t *lloyd;
    clustering_t *clustering;
    double *squares; // of each point's distance to its center
    slot_t *slots;
    slot_t total;
} pass_t;

clustering_t clustering_new(size_t rows, size_t columns, size_t clusters)
{
    return (clustering_t){.clusters = clusters,
                          .centers = mem_array(clusters * columns, sizeof(double)),
                          .labels = mem_array(rows, sizeof(int32_t))};
}

void clustering_release(clustering_t *clustering)
{
    free(clustering->centers);
    free(clustering->labels);
    *clustering = (clustering_t){0};
}

// Where `squares` are less than the least so far, they are the least, and of cluster k.
WIDE static void keep_less(const double *squares, int64_t k, double *least, int64_t *of)
{
    for (size_t i = 0; i < POINTS_BLOCK; i++) {
        of[i] = squares[i] < least[i] ? k : of[i];
        least[i] = squares[i] < least[i] ? squares[i] : least[i];
    }
}

void lloyd_nearest(const points_t *points, const double *centers, size_t clusters, size_t begin,
                   int32_t *ret_labels, double *ret_squares)
{
    double squares[POINTS_BLOCK];
    int64_t of[POINTS_BLOCK] = {0};
    points_measure(points, begin, centers, ret_squares);
    for (size_t k = 1; k < clusters; k++) {
        points_measure(points, begin, centers + k * points->columns, squares);
        keep_less(squares, (int64_t)k, ret_squares, of);
    }
    for (size_t i = 0; i < POINTS_BLOCK; i++) {
        ret_labels[i] = (int32_t)of[i];
    }
}

static double weight_of(const pass_t *pass, size_t row)
{
    return pass->lloyd->weights ? pass->lloyd->weights[row] : 1;
}

// Adds the points from `begin` to their clusters.
static void add_points(const pass_t *pass, slot_t *slot, size_t begin, size_t count,
                       const int32_t *labels)
{
    const points_t *points = pass->lloyd->points;
    const double *cells = points->cells + begin * points->columns;
    for (size_t i = 0; i < count; i++) {
        double weight = weight_of(pass, begin + i);
        double *sums = slot->sums + (size_t)labels[i] * points->columns;
        for (size_t j = 0; j < points->columns; j++) {
            sums[j] += weight * cells[j * POINTS_BLOCK + i];
        }
        slot->weights[labels[i]] += weight;
    }
}

static void assign(pass_t *pass, slot_t *slot, size_t begin)
{
    const points_t *points = pass->lloyd->points;
    clustering_t *clustering = pass->clustering;
    size_t count = points->rows - begin < POINTS_BLOCK ? points->rows - begin : POINTS_BLOCK;
    int32_t labels[POINTS_BLOCK];
    double squares[POINTS_BLOCK];
    lloyd_nearest(points, clustering->centers, clustering->clusters, begin, labels, squares);
    for (size_t i = 0; i < count; i++) {
        slot->inertia += weight_of(pass, begin + i) * squares[i];
        slot->changed = slot->changed || clustering->labels[begin + i] != labels[i];
    }
    memcpy(clustering->labels + begin, labels, count * sizeof *labels);
    memcpy(pass->squares + begin, squares, count * sizeof *squares);
    add_points(pass, slot, begin, count, labels);
}

static size_t cells_of(const pass_t *pass)
{
    return pass->clustering->clusters * pass->lloyd->points->columns;
}

static void clear(const pass_t *pass, slot_t *slot)
{
    memset(slot->sums, 0, cells_of(pass) * sizeof *slot->sums);
    memset(slot->weights, 0, pass->clustering->clusters * sizeof *slot->weights);
    slot->inertia = 0;
    slot->changed = false;
}

static err_t work(void *context, size_t place, size_t item, fault_t *fault)
{
    (void)fault;
    pass_t *pass = context;
    size_t rows = pass->lloyd->points->rows;
    clear(pass, &pass->slots[place]);
    for (size_t at = item * ITEM; at < (item + 1) * ITEM && at < rows; at += POINTS_BLOCK) {
        assign(pass, &pass->slots[place], at);
    }
    return ERR_OK;
}

static err_t settle(void *context, size_t place, size_t item, fault_t *fault)
{
    (void)item;
    (void)fault;
    pass_t *pass = context;
    const slot_t *slot = &pass->slots[place];
    for (size_t i = 0; i < cells_of(pass); i++) {
        pass->total.sums[i] += slot->sums[i];
    }
    for (size_t k = 0; k < pass->clustering->clusters; k++) {
        pass->total.weights[k] += slot->weights[k];
    }
    pass->total.inertia += slot->inertia;
    pass->total.changed = pass->total.changed || slot->changed;
    return ERR_OK;
}

static size_t items_of(const pass_t *pass)
{
    return (pass->lloyd->points->rows + ITEM - 1) / ITEM;
}

static size_t threads_of(const pass_t *pass)
{
    return pass->lloyd->threads < items_of(pass) ? pass->lloyd->threads : items_of(pass);
}

static void assign_all(pass_t *pass)
{
    parallel_t job = {.context = pass,
                      .threads = threads_of(pass),
                      .slots = parallel_slots(threads_of(pass)),
                      .count = items_of(pass),
                      .work = work,
                      .settle = settle};
    clear(pass, &pass->total);
    parallel_run(&job, NULL);
}

// Gives each cluster without rows the one that is farthest from its center.
static void fill_empty(pass_t *pass)
{
    const points_t *points = pass->lloyd->points;
    slot_t *total = &pass->total;
    for (size_t k = 0; k < pass->clustering->clusters; k++) {
        size_t far = lesson_largest(pass->squares, points->rows);
        if (total->weights[k] > 0 || pass->squares[far] <= 0) {
            continue;
        }
        size_t from = (size_t)pass->clustering->labels[far];
        double weight = weight_of(pass, far);
        double *to = total->sums + k * points->columns;
        points_row(points, far, to);
        for (size_t j = 0; j < points->columns; j++) {
            to[j] *= weight;
            total->sums[from * points->columns + j] -= to[j];
        }
        total->weights[k] = weight;
        total->weights[from] -= weight;
        pass->squares[far] = 0;
    }
}

// Moves the centers to the middle of their rows, one without rows to the heaviest; returns the sum
// of their squared steps.
static double move(pass_t *pass)
{
    size_t columns = pass->lloyd->points->columns;
    const slot_t *total = &pass->total;
    size_t heaviest = lesson_largest(total->weights, pass->clustering->clusters);
    double steps = 0;
    for (size_t k = 0; k < pass->clustering->clusters; k++) {
        size_t of = total->weights[k] > 0 ? k : heaviest;
        for (size_t j = 0; j < columns; j++) {
            double *center = &pass->clustering->centers[k * columns + j];
            double middle = total->sums[of * columns + j] / total->weights[of];
            steps += (middle - *center) * (middle - *center);
            *center = middle;
        }
    }
    return steps;
}

static bool has_empty(const pass_t *pass)
{
    for (size_t k = 0; k < pass->clustering->clusters; k++) {
        if (pass->total.weights[k] <= 0) {
            return true;
        }
    }
    return false;
}

static err_t iterate(pass_t *pass, fault_t *fault)
{
    const lloyd_t *lloyd = pass->lloyd;
    bool done = false;
    int64_t i = 0;
    while (!done && i < lloyd->max_iter) {
        if (!progress_report(lloyd->progress, (double)i / (double)lloyd->max_iter, "clustering")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
        assign_all(pass);
        if (has_empty(pass)) {
            fill_empty(pass);
        }
        double steps = move(pass);
        done = (i > 0 && !pass->total.changed) || steps <= lloyd->tol;
        i++;
    }
    assign_all(pass); // the labels of where the centers are now
    pass->clustering->inertia = pass->total.inertia;
    pass->clustering->iterations = i;
    return ERR_OK;
}

static slot_t slot_new(const pass_t *pass)
{
    return (slot_t){.sums = mem_array(cells_of(pass), sizeof(double)),
                    .weights = mem_array(pass->clustering->clusters, sizeof(double))};
}

static void slot_release(slot_t *slot)
{
    free(slot->sums);
    free(slot->weights);
}

err_t lloyd(const lloyd_t *lloyd, clustering_t *clustering, fault_t *fault)
{
    pass_t pass = {.lloyd = lloyd,
                   .clustering = clustering,
                   .squares = mem_array(lloyd->points->rows, sizeof(double))};
    size_t slots = parallel_slots(threads_of(&pass));
    pass.slots = mem_array(slots, sizeof *pass.slots);
    pass.total = slot_new(&pass);
    for (size_t i = 0; i < slots; i++) {
        pass.slots[i] = slot_new(&pass);
    }
    err_t err = iterate(&pass, fault);
    for (size_t i = 0; i < slots; i++) {
        slot_release(&pass.slots[i]);
    }
    slot_release(&pass.total);
    free(pass.slots);
    free(pass.squares);
    return err;
}
