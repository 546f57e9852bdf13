// SPDX-License-Identifier: MPL-2.0
#include "model/tree/forest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "model/core/random.h"
#include "model/tree/grower.h"
#include "model/tree/out_of_bag.h"

// What the trees that grow at once have each for itself.
typedef struct {
    grower_t *grower;
    sample_t *samples;
} plot_t;

typedef struct {
    const fit_t *how;
    const forestry_t *forestry;
    const sample_t *samples;
    size_t rows;
    uint64_t *seeds; // of the trees
    plot_t *plots;   // by slot
    tree_t *trees;
    out_of_bag_t *bag; // NULL: not wanted
} work_t;

// The tree's own rows: weights become as many times what they are as the row is drawn.
static void draw(const work_t *work, random_t *random, sample_t *samples)
{
    memcpy(samples, work->samples, work->rows * sizeof *samples);
    if (work->forestry->draws == 0) {
        return;
    }
    for (size_t i = 0; i < work->rows; i++) {
        samples[i].weight = 0;
    }
    for (size_t i = 0; i < work->forestry->draws; i++) {
        samples[random_below(random, work->rows)].weight++;
    }
    for (size_t i = 0; i < work->rows; i++) {
        samples[i].weight *= work->samples[i].weight;
    }
}

static err_t grow(void *context, size_t slot, size_t item, fault_t *fault)
{
    const work_t *work = context;
    const plot_t *plot = &work->plots[slot];
    random_t random = random_new(work->seeds[item]);
    draw(work, &random, plot->samples);
    return grower_grow(plot->grower, plot->samples, random_next(&random), NULL, &work->trees[item],
                       fault);
}

static err_t settle(void *context, size_t slot, size_t item, fault_t *fault)
{
    const work_t *work = context;
    if (work->bag) {
        out_of_bag_add(work->bag, &work->trees[item], work->plots[slot].samples);
    }
    double done = (double)(item + 1) / (double)work->forestry->trees;
    return progress_report(work->how->progress, done, "growing")
               ? ERR_OK
               : fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
}

static void prepare(work_t *work, size_t slots, const growth_t *growth, const columns_t *columns)
{
    random_t random = random_new(work->how->seed);
    work->seeds = mem_array(work->forestry->trees, sizeof *work->seeds);
    work->trees = mem_array(work->forestry->trees, sizeof *work->trees);
    work->plots = mem_array(slots, sizeof *work->plots);
    for (size_t i = 0; i < work->forestry->trees; i++) {
        work->seeds[i] = random_next(&random);
    }
    for (size_t i = 0; i < slots; i++) {
        work->plots[i].grower = grower_new(growth, columns);
        work->plots[i].samples = mem_array(work->rows, sizeof(sample_t));
    }
}

static void clear(work_t *work, size_t slots)
{
    for (size_t i = 0; i < slots; i++) {
        grower_destroy(&work->plots[i].grower);
        free(work->plots[i].samples);
    }
    free(work->plots);
    free(work->seeds);
}

static err_t run(work_t *work, const growth_t *growth, const columns_t *columns, fault_t *fault)
{
    size_t threads =
        work->how->threads < work->forestry->trees ? work->how->threads : work->forestry->trees;
    size_t slots = parallel_slots(threads);
    prepare(work, slots, growth, columns);
    err_t err = parallel_run(&(parallel_t){.context = work,
                                           .threads = threads,
                                           .slots = slots,
                                           .count = work->forestry->trees,
                                           .work = grow,
                                           .settle = settle},
                             fault);
    clear(work, slots);
    return err;
}

err_t forest_grow(const lesson_t *lesson, const fit_t *how, const growth_t *growth,
                  const forestry_t *forestry, forest_t *ret_forest, fault_t *fault)
{
    columns_t columns = {0};
    err_t err = columns_make(&lesson->matrix, growth->features, how->threads, &columns, fault);
    if (err != ERR_OK) {
        return err;
    }
    sample_t *samples = growth_samples(how->params, lesson);
    out_of_bag_t bag = {0};
    work_t work = {
        .how = how, .forestry = forestry, .samples = samples, .rows = lesson->matrix.rows};
    if (forestry->out_of_bag) {
        bag = out_of_bag_new(lesson);
        work.bag = &bag;
    }
    err = run(&work, growth, &columns, fault);
    forest_t forest = {work.trees, forestry->trees, work.bag ? out_of_bag_score(&bag) : NAN};
    out_of_bag_release(&bag);
    free(samples);
    columns_release(&columns);
    if (err != ERR_OK) {
        forest_release(&forest);
        return err;
    }
    *ret_forest = forest;
    return ERR_OK;
}

// A block of rows stays in the cache while tree after tree answers.
static void answer_block(const forest_t *forest, const matrix_t *rows, double *sums)
{
    size_t width = forest->trees[0].width;
    for (size_t t = 0; t < forest->count; t++) {
        for (size_t i = 0; i < rows->rows; i++) {
            const double *answer = tree_answer(&forest->trees[t], rows->x + i * rows->columns);
            for (size_t k = 0; k < width; k++) {
                sums[i * width + k] += answer[k];
            }
        }
    }
    for (size_t i = 0; i < rows->rows * width; i++) {
        sums[i] /= (double)forest->count;
    }
}

void forest_answer(const forest_t *forest, const matrix_t *matrix, double *ret)
{
    enum { BLOCK = 256 };
    size_t width = forest->trees[0].width;
    memset(ret, 0, matrix->rows * width * sizeof *ret);
    for (size_t from = 0; from < matrix->rows; from += BLOCK) {
        matrix_t block = {.x = matrix->x + from * matrix->columns,
                          .rows = matrix->rows - from < BLOCK ? matrix->rows - from : BLOCK,
                          .columns = matrix->columns};
        answer_block(forest, &block, ret + from * width);
    }
}

void forest_release(forest_t *forest)
{
    for (size_t i = 0; i < forest->count && forest->trees; i++) {
        tree_release(&forest->trees[i]);
    }
    free(forest->trees);
    *forest = (forest_t){0};
}
