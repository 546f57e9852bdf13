// SPDX-License-Identifier: MPL-2.0
#include "learn/importance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "learn/lineage.h"
#include "learn/remake.h"
#include "model/core/random.h"
#include "model/score/score.h"

typedef struct {
    const features_t *features;
    const model_t *model;
    const portion_t *rows;
    const int64_t *numbers; // of the rows in the table
    const char *score;
    random_t random;
    double *x; // the rows with one feature shuffled
    size_t *order;
    remake_t remake; // made when it is needed
    bool made;
    arena_t arena; // for shuffled cells
    int64_t deadline_ms;
    const progress_t *progress;
} work_t;

static void copy_input(const work_t *work, size_t input, bool shuffled)
{
    const matrix_t *matrix = &work->rows->matrix;
    for (size_t i = 0; i < matrix->rows; i++) {
        size_t from = shuffled ? work->order[i] : i;
        work->x[i * matrix->columns + input] = matrix->x[from * matrix->columns + input];
    }
}

static err_t lay_shuffled(work_t *work, size_t column, fault_t *fault)
{
    size_t rows = work->rows->matrix.rows;
    if (!work->made) {
        err_t err = remake_new(work->features, work->numbers, rows, &work->remake, fault);
        if (err != ERR_OK) {
            return err;
        }
        work->made = true;
    }
    arena_reset(&work->arena);
    uint32_t *order = arena_array(&work->arena, rows, sizeof *order);
    for (size_t i = 0; i < rows; i++) {
        order[i] = (uint32_t)work->order[i];
    }
    vector_t cells = vector_gather(remake_cells(&work->remake, column), order, rows, &work->arena);
    remake_lay(&work->remake, column, &cells);
    return ERR_OK;
}

static err_t remake(work_t *work, size_t input, fault_t *fault)
{
    const matrix_t *matrix = &work->rows->matrix;
    const double *numbers;
    err_t err = remake_input(&work->remake, input, &numbers, fault);
    for (size_t i = 0; err == ERR_OK && i < matrix->rows; i++) {
        if (isfinite(numbers[i])) {
            work->x[i * matrix->columns + input] = numbers[i];
        }
    }
    return err;
}

// Sets the inputs that come from a column to what they are when it is shuffled.
static err_t shuffle(work_t *work, size_t column, const uint8_t *lineage, fault_t *fault)
{
    bool laid = false;
    err_t err = ERR_OK;
    for (size_t c = 0; c < work->features->count && err == ERR_OK; c++) {
        uint8_t from = lineage[work->features->inputs[c].node];
        if (from == LINEAGE_ALONE) {
            copy_input(work, c, true);
        } else if (from == LINEAGE_SHARED) {
            err = laid ? ERR_OK : lay_shuffled(work, column, fault);
            laid = true;
            err = err == ERR_OK ? remake(work, c, fault) : err;
        }
    }
    return err;
}

// What the score loses when one feature is shuffled.
static err_t measure(work_t *work, size_t column, double base, double *ret_loss, fault_t *fault)
{
    portion_t shuffled = *work->rows;
    shuffled.matrix.x = work->x;
    uint8_t *lineage = lineage_of(work->features->flow, column);
    for (size_t i = 0; i < shuffled.matrix.rows; i++) {
        work->order[i] = i;
    }
    random_shuffle(&work->random, work->order, shuffled.matrix.rows);
    err_t err = shuffle(work, column, lineage, fault);
    if (err == ERR_OK) {
        double value = portion_score_alone(&shuffled, work->model, work->score);
        *ret_loss = score_is_gain(work->score) ? base - value : value - base;
    }
    for (size_t c = 0; c < work->features->count; c++) {
        if (lineage[work->features->inputs[c].node] != LINEAGE_NONE) {
            copy_input(work, c, false);
        }
    }
    free(lineage);
    return err;
}

// One shuffle of each feature; *ret_whole is whether there was time for all of them.
static err_t make_round(work_t *work, size_t round, double base, double *losses, bool *ret_whole,
                        fault_t *fault)
{
    const request_t *request = work->features->request;
    size_t count = request->features_count;
    *ret_whole = false;
    for (size_t f = 0; f < count; f++) {
        double done = ((double)round + (double)f / (double)count) / IMPORTANCE_REPEATS;
        if (!progress_report(work->progress, done, "importance")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
        if (clock_mono_ms() >= work->deadline_ms) {
            return ERR_OK;
        }
        err_t err = measure(work, request->features[f], base, &losses[f], fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    *ret_whole = true;
    return ERR_OK;
}

static void summarize(const double *losses, size_t features, importance_t *importance)
{
    double rounds = (double)importance->repeats;
    for (size_t f = 0; f < features; f++) {
        double mean = 0;
        double squares = 0;
        for (size_t r = 0; r < importance->repeats; r++) {
            mean += losses[r * features + f] / rounds;
        }
        for (size_t r = 0; r < importance->repeats; r++) {
            double off = losses[r * features + f] - mean;
            squares += off * off;
        }
        importance->means[f] = rounds > 0 ? mean : NAN;
        importance->sds[f] = rounds > 0 ? sqrt(squares / rounds) : NAN;
    }
}

err_t importance_measure(const features_t *features, const model_t *model, const portion_t *rows,
                         const int64_t *numbers, const char *score, uint64_t seed,
                         int64_t deadline_ms, const progress_t *progress,
                         importance_t *ret_importance, fault_t *fault)
{
    size_t count = features->request->features_count;
    size_t cells = rows->matrix.rows * rows->matrix.columns;
    work_t work = {.features = features,
                   .model = model,
                   .rows = rows,
                   .numbers = numbers,
                   .score = score,
                   .random = random_new(seed),
                   .x = mem_array(cells, sizeof(double)),
                   .order = mem_array(rows->matrix.rows, sizeof(size_t)),
                   .deadline_ms = deadline_ms,
                   .progress = progress};
    importance_t importance = {.means = mem_array(count, sizeof(double)),
                               .sds = mem_array(count, sizeof(double))};
    double *losses = mem_array(count * IMPORTANCE_REPEATS, sizeof *losses);
    memcpy(work.x, rows->matrix.x, cells * sizeof *work.x);
    importance.base = portion_score_alone(rows, model, score);
    bool whole = isfinite(importance.base);
    err_t err = ERR_OK;
    for (size_t r = 0; r < IMPORTANCE_REPEATS && whole && err == ERR_OK; r++) {
        err = make_round(&work, r, importance.base, losses + r * count, &whole, fault);
        importance.repeats += whole;
    }
    summarize(losses, count, &importance);
    free(losses);
    free(work.x);
    free(work.order);
    arena_release(&work.arena);
    if (work.made) {
        remake_release(&work.remake);
    }
    if (err != ERR_OK) {
        importance_release(&importance);
        return err;
    }
    *ret_importance = importance;
    return ERR_OK;
}

void importance_release(importance_t *importance)
{
    free(importance->means);
    free(importance->sds);
    *importance = (importance_t){0};
}
