// SPDX-License-Identifier: MPL-2.0
#include "model/linear/reduction.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/lesson.h"

// The block: what is left of the rows so far, with the next rows below. The target is its last
// column.
typedef struct {
    const lesson_t *lesson;
    reduction_t *reduction;
    double *cells; // column by column
    double *turns; // of dgeqrf
    size_t height;
    size_t width;
    size_t used;
} block_t;

// No power of two: the columns would share a few places of the cache.
enum { ROWS_MIN = 500 };

// Blocks of four times their triangle's height: a quarter of the work is done again.
static size_t height_of(const lesson_t *lesson)
{
    size_t width = lesson->matrix.columns + 1;
    size_t height = width * 4 > ROWS_MIN ? width * 4 : ROWS_MIN;
    return lesson->matrix.rows < height ? lesson->matrix.rows : height;
}

static void learn_means(reduction_t *reduction, const lesson_t *lesson)
{
    lesson_t target = *lesson;
    target.matrix = (matrix_t){lesson->targets, lesson->matrix.rows, 1};
    lesson_means(lesson, reduction->means);
    lesson_means(&target, &reduction->target_mean);
}

static void add_row(block_t *block, size_t row)
{
    const matrix_t *matrix = &block->lesson->matrix;
    const reduction_t *reduction = block->reduction;
    double root = sqrt(lesson_weight(block->lesson, row));
    double *to = block->cells + block->used++;
    for (size_t j = 0; j < matrix->columns; j++) {
        to[j * block->height] = root * (matrix->x[row * matrix->columns + j] - reduction->means[j]);
    }
    to[matrix->columns * block->height] =
        root * (block->lesson->targets[row] - reduction->target_mean);
}

// Makes the block's rows a triangle.
static err_t turn(block_t *block, fault_t *fault)
{
    if (block->used <= block->width) {
        return ERR_OK;
    }
    lapack_int height = (lapack_int)block->height;
    lapack_int failed =
        LAPACKE_dgeqrf(LAPACK_COL_MAJOR, (lapack_int)block->used, (lapack_int)block->width,
                       block->cells, height, block->turns);
    if (failed) {
        return reduction_failed(failed, fault);
    }
    for (size_t j = 0; j < block->width; j++) {
        double *column = block->cells + j * block->height;
        memset(column + j + 1, 0, (block->used - j - 1) * sizeof *column);
    }
    block->used = block->width;
    return ERR_OK;
}

static err_t add_rows(block_t *block, const fit_t *how, fault_t *fault)
{
    size_t rows = block->lesson->matrix.rows;
    err_t err = ERR_OK;
    for (size_t i = 0; i < rows && err == ERR_OK; i++) {
        add_row(block, i);
        if (block->used < block->height && i + 1 < rows) {
            continue;
        }
        err = progress_report(how->progress, (double)i / (double)rows, "reducing")
                  ? turn(block, fault)
                  : fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    return err;
}

// Brings the columns together, without the room for more rows.
static void close_up(block_t *block)
{
    for (size_t j = 1; j < block->width; j++) {
        memmove(block->cells + j * block->used, block->cells + j * block->height,
                block->used * sizeof(double));
    }
    block->reduction->rows = block->used;
    block->reduction->x = block->cells;
    block->reduction->y = block->cells + block->reduction->columns * block->used;
}

err_t reduction_new(const lesson_t *lesson, const fit_t *how, bool intercept,
                    reduction_t *ret_reduction, fault_t *fault)
{
    size_t columns = lesson->matrix.columns;
    if (height_of(lesson) > REDUCTION_CELLS_MAX / (columns + 1)) {
        return fault_set(fault, ERR_TOO_LARGE, "leave columns out",
                         "%zu columns are too many for linear equations", columns);
    }
    reduction_t reduction = {.samples = lesson->matrix.rows,
                             .columns = columns,
                             .means = mem_array(columns, sizeof(double)),
                             .weight = lesson_weight_sum(lesson)};
    if (intercept) {
        learn_means(&reduction, lesson);
    }
    block_t block = {.lesson = lesson,
                     .reduction = &reduction,
                     .turns = mem_array(columns + 1, sizeof(double)),
                     .height = height_of(lesson),
                     .width = columns + 1};
    block.cells = mem_array(block.height * block.width, sizeof(double));
    err_t err = add_rows(&block, how, fault);
    close_up(&block);
    free(block.turns);
    if (err != ERR_OK) {
        reduction_release(&reduction);
        return err;
    }
    *ret_reduction = reduction;
    return ERR_OK;
}

err_t reduction_failed(int failed, fault_t *fault)
{
    if (failed == LAPACK_WORK_MEMORY_ERROR) {
        return fault_set(fault, ERR_MEMORY, NULL, "the linear equations need more memory");
    }
    return fault_set(fault, ERR_HYPERPARAMETER, "scale the columns first",
                     "the numbers are too large for linear equations");
}

double reduction_intercept(const reduction_t *reduction, const double *coef)
{
    double intercept = reduction->target_mean;
    for (size_t j = 0; j < reduction->columns; j++) {
        intercept -= reduction->means[j] * coef[j];
    }
    return intercept;
}

void reduction_release(reduction_t *reduction)
{
    free(reduction->x);
    free(reduction->means);
}
