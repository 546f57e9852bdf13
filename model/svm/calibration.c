// SPDX-License-Identifier: MPL-2.0
#include "model/svm/calibration.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "model/core/random.h"
#include "model/svm/decide.h"

enum { FOLDS = 5 };

typedef struct {
    const settings_t *settings;
    const border_rows_t *rows;
    uint8_t *folds;
    double *values;
} work_t;

// Deals the rows from `begin` to `end` out among the folds.
static void deal(random_t *random, size_t begin, size_t end, uint8_t *folds)
{
    size_t *order = mem_array(end - begin, sizeof *order);
    for (size_t i = 0; i < end - begin; i++) {
        order[i] = begin + i;
    }
    random_shuffle(random, order, end - begin);
    for (size_t i = 0; i < end - begin; i++) {
        folds[order[i]] = (uint8_t)(i % FOLDS);
    }
    free(order);
}

// The rows of all folds but one, in the order they have; the caller frees `picked`.
static border_rows_t others(const work_t *work, size_t fold, uint32_t **ret_picked)
{
    border_rows_t rows = *work->rows;
    uint32_t *picked = mem_array(rows.count, sizeof *picked);
    rows.rows = *ret_picked = picked;
    rows.count = rows.first = 0;
    for (size_t i = 0; i < work->rows->count; i++) {
        if (work->folds[i] != fold) {
            picked[rows.count++] = work->rows->rows[i];
            rows.first += i < work->rows->first;
        }
    }
    return rows;
}

static void decide_fold(work_t *work, size_t fold, const machine_t *machine)
{
    const border_rows_t *rows = work->rows;
    size_t columns = machine->columns;
    size_t places[DECIDE_ROWS];
    double said[DECIDE_ROWS];
    double *x = mem_array(DECIDE_ROWS * columns, sizeof *x);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        if (work->folds[i] == fold) {
            memcpy(x + count * columns, rows->matrix->x + rows->rows[i] * columns,
                   columns * sizeof *x);
            places[count++] = i;
        }
        if (count == DECIDE_ROWS || (i + 1 == rows->count && count > 0)) {
            decide(machine, x, count, said);
            while (count > 0) {
                count--;
                work->values[places[count]] = said[count];
            }
        }
    }
    free(x);
}

// Nothing is learned from one class alone: every row is told to be of it.
static void tell_fold(work_t *work, size_t fold, double value)
{
    for (size_t i = 0; i < work->rows->count; i++) {
        if (work->folds[i] == fold) {
            work->values[i] = value;
        }
    }
}

static err_t learn_fold(work_t *work, size_t fold, const border_rows_t *rows, fault_t *fault)
{
    border_t border;
    err_t err = border_find(work->settings, rows, &border, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (isfinite(border.intercept)) {
        machine_t *machine = machine_new(rows->matrix->columns, 2);
        machine->kernel = work->settings->kernel;
        border_take(&border, rows, machine);
        decide_fold(work, fold, machine);
        machine_destroy(&machine);
    } else {
        tell_fold(work, fold, 0);
    }
    border_release(&border);
    return ERR_OK;
}

static err_t try_fold(void *context, size_t slot, size_t fold, fault_t *fault)
{
    (void)slot;
    work_t *work = context;
    uint32_t *picked;
    progress_t progress =
        progress_part(work->rows->progress, (double)fold / FOLDS, (double)(fold + 1) / FOLDS);
    border_rows_t rows = others(work, fold, &picked);
    err_t err = ERR_OK;
    rows.progress = &progress;
    rows.cache_bytes /= rows.threads;
    rows.threads = 1;
    if (rows.first > 0 && rows.first < rows.count) {
        err = learn_fold(work, fold, &rows, fault);
    } else {
        tell_fold(work, fold, rows.count == 0 ? 0 : rows.first > 0 ? 1 : -1);
    }
    free(picked);
    return err;
}

static sigmoid_t fit(const work_t *work)
{
    size_t count = work->rows->count;
    bool *first = mem_array(count, sizeof *first);
    for (size_t i = 0; i < work->rows->first; i++) {
        first[i] = true;
    }
    sigmoid_t sigmoid = sigmoid_fit(work->values, first, count);
    free(first);
    return sigmoid;
}

err_t calibration_find(const settings_t *settings, const border_rows_t *rows, uint64_t seed,
                       sigmoid_t *ret_sigmoid, fault_t *fault)
{
    random_t random = random_new(seed);
    work_t work = {.settings = settings,
                   .rows = rows,
                   .folds = mem_array(rows->count, sizeof *work.folds),
                   .values = mem_array(rows->count, sizeof *work.values)};
    deal(&random, 0, rows->first, work.folds);
    deal(&random, rows->first, rows->count, work.folds);
    parallel_t job = {.context = &work, .threads = rows->threads, .count = FOLDS, .work = try_fold};
    err_t err = parallel_run(&job, fault);
    if (err == ERR_OK) {
        *ret_sigmoid = fit(&work);
    }
    free(work.folds);
    free(work.values);
    return err;
}
