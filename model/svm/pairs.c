// SPDX-License-Identifier: MPL-2.0
#include "model/svm/pairs.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "model/core/random.h"
#include "model/svm/calibration.h"

static const double CALIBRATION_SHARE = 0.8; // of the time: five trainings on four fifths

typedef struct pairs pairs_t;

typedef struct {
    pairs_t *pairs;
    size_t low;
    size_t high;
    uint64_t seed;
    uint32_t *rows; // of the lower class, then of the other
    size_t count;
    border_t border;
    sigmoid_t sigmoid;
    double done; // guarded by the lock
} pair_t;

struct pairs {
    machine_t *machine;
    const lesson_t *lesson;
    const settings_t *settings;
    const double *weights;
    const fit_t *fit;
    uint32_t *rows; // of the lesson, class by class
    size_t *starts; // of each class in `rows`, and the end
    pair_t *pairs;
    size_t beside; // pairs that are trained at once
    pthread_mutex_t lock;
};

static void group_rows(pairs_t *pairs)
{
    const lesson_t *lesson = pairs->lesson;
    pairs->rows = mem_array(lesson->matrix.rows, sizeof *pairs->rows);
    pairs->starts = mem_array(lesson->classes_count + 1, sizeof *pairs->starts);
    size_t place = 0;
    for (size_t i = 0; i < lesson->classes_count; i++) {
        for (size_t row = 0; row < lesson->matrix.rows; row++) {
            if ((size_t)lesson->classes[row] == i) {
                pairs->rows[place++] = (uint32_t)row;
            }
        }
        pairs->starts[i + 1] = place;
    }
}

static void list_pairs(pairs_t *pairs)
{
    random_t random = random_new(pairs->fit->seed);
    size_t groups = pairs->machine->groups;
    size_t threads = parallel_threads(pairs->fit->threads);
    pairs->beside = threads < pairs->machine->pairs ? threads : pairs->machine->pairs;
    pairs->pairs = mem_array(pairs->machine->pairs, sizeof *pairs->pairs);
    pair_t *pair = pairs->pairs;
    for (size_t i = 0; i < groups; i++) {
        for (size_t j = i + 1; j < groups; j++) {
            *pair++ = (pair_t){.pairs = pairs, .low = i, .high = j, .seed = random_next(&random)};
        }
    }
}

static size_t size_of(const pairs_t *pairs, size_t group)
{
    return pairs->starts[group + 1] - pairs->starts[group];
}

// Where the nth row of a pair, counted through both classes, is in `rows`.
static size_t place_of(const pairs_t *pairs, const pair_t *pair, size_t n)
{
    size_t low = size_of(pairs, pair->low);
    return n < low ? pairs->starts[pair->low] + n : pairs->starts[pair->high] + n - low;
}

// All pairs tell how far they are, from several threads.
static bool report(void *context, double fraction, const char *stage)
{
    pair_t *pair = context;
    pairs_t *pairs = pair->pairs;
    double done = 0;
    pthread_mutex_lock(&pairs->lock);
    pair->done = fmax(pair->done, fraction);
    for (size_t i = 0; i < pairs->machine->pairs; i++) {
        done += pairs->pairs[i].done;
    }
    bool more = progress_report(pairs->fit->progress, done / (double)pairs->machine->pairs, stage);
    pthread_mutex_unlock(&pairs->lock);
    return more;
}

static void list_rows(pair_t *pair)
{
    const pairs_t *pairs = pair->pairs;
    pair->count = size_of(pairs, pair->low) + size_of(pairs, pair->high);
    pair->rows = mem_array(pair->count, sizeof *pair->rows);
    for (size_t i = 0; i < pair->count; i++) {
        pair->rows[i] = pairs->rows[place_of(pairs, pair, i)];
    }
}

static border_rows_t rows_of(const pair_t *pair)
{
    const pairs_t *pairs = pair->pairs;
    bool cost = pairs->settings->kind == BORDER_COST;
    return (border_rows_t){
        .matrix = &pairs->lesson->matrix,
        .rows = pair->rows,
        .count = pair->count,
        .first = size_of(pairs, pair->low),
        .costs = {cost ? pairs->weights[pair->low] : 1, cost ? pairs->weights[pair->high] : 1},
        .weights = pairs->lesson->weights,
        .cache_bytes = BORDER_CACHE_BYTES / pairs->beside,
        .threads = parallel_threads(pairs->fit->threads) / pairs->beside};
}

static err_t train_pair(void *context, size_t slot, size_t item, fault_t *fault)
{
    (void)slot;
    pairs_t *pairs = context;
    pair_t *pair = &pairs->pairs[item];
    progress_t progress = {.report = report, .context = pair};
    bool calibrates = pairs->settings->probability;
    double from = calibrates ? CALIBRATION_SHARE : 0;
    progress_t calibration = progress_part(&progress, 0, CALIBRATION_SHARE);
    progress_t rest = progress_part(&progress, from, 1);
    list_rows(pair);
    border_rows_t rows = rows_of(pair);
    rows.progress = &calibration;
    err_t err = calibrates
                    ? calibration_find(pairs->settings, &rows, pair->seed, &pair->sigmoid, fault)
                    : ERR_OK;
    rows.progress = &rest;
    err = err == ERR_OK ? border_find(pairs->settings, &rows, &pair->border, fault) : err;
    free(pair->rows); // with many classes these are many
    pair->rows = NULL;
    return err;
}

static err_t end_pair(void *context, size_t slot, size_t item, fault_t *fault)
{
    (void)slot;
    pairs_t *pairs = context;
    return report(&pairs->pairs[item], 1, "training")
               ? ERR_OK
               : fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
}

// Numbers the rows that are a support vector of any pair; the others have SIZE_MAX.
static size_t *number_vectors(const pairs_t *pairs, size_t *ret_count)
{
    size_t rows = pairs->starts[pairs->machine->groups];
    size_t *numbers = mem_array(rows, sizeof *numbers);
    for (size_t i = 0; i < pairs->machine->pairs; i++) {
        const pair_t *pair = &pairs->pairs[i];
        for (size_t j = 0; j < pair->count; j++) {
            numbers[place_of(pairs, pair, j)] |= pair->border.coefficients[j] != 0;
        }
    }
    size_t count = 0;
    for (size_t i = 0; i < rows; i++) {
        numbers[i] = numbers[i] ? count++ : SIZE_MAX;
    }
    *ret_count = count;
    return numbers;
}

static void take_vectors(const pairs_t *pairs, const size_t *numbers)
{
    machine_t *machine = pairs->machine;
    size_t columns = machine->columns;
    for (size_t group = 0; group < machine->groups; group++) {
        for (size_t i = pairs->starts[group]; i < pairs->starts[group + 1]; i++) {
            if (numbers[i] != SIZE_MAX) {
                machine->counts[group]++;
                machine->support[numbers[i]] = (int32_t)pairs->rows[i];
                memcpy(machine->vectors + numbers[i] * columns,
                       pairs->lesson->matrix.x + pairs->rows[i] * columns,
                       columns * sizeof(double));
            }
        }
    }
}

static void take_pair(const pairs_t *pairs, const size_t *numbers, size_t item)
{
    machine_t *machine = pairs->machine;
    const pair_t *pair = &pairs->pairs[item];
    size_t low = size_of(pairs, pair->low);
    for (size_t i = 0; i < pair->count; i++) {
        if (pair->border.coefficients[i] != 0) {
            size_t row = i < low ? pair->high - 1 : pair->low;
            size_t number = numbers[place_of(pairs, pair, i)];
            machine->coefficients[row * machine->count + number] = pair->border.coefficients[i];
        }
    }
    machine->intercepts[item] = pair->border.intercept;
    machine->converged = machine->converged && pair->border.converged;
    if (machine->prob_a) {
        machine->prob_a[item] = pair->sigmoid.a;
        machine->prob_b[item] = pair->sigmoid.b;
    }
}

static void put_together(pairs_t *pairs)
{
    machine_t *machine = pairs->machine;
    size_t count;
    size_t *numbers = number_vectors(pairs, &count);
    machine_reserve(machine, count);
    memcpy(machine->weights, pairs->weights, machine->groups * sizeof *machine->weights);
    if (pairs->settings->probability) {
        machine->prob_a = mem_array(machine->pairs, sizeof *machine->prob_a);
        machine->prob_b = mem_array(machine->pairs, sizeof *machine->prob_b);
    }
    take_vectors(pairs, numbers);
    for (size_t i = 0; i < machine->pairs; i++) {
        take_pair(pairs, numbers, i);
    }
    machine_finish(machine);
    free(numbers);
}

static void release(pairs_t *pairs)
{
    for (size_t i = 0; i < pairs->machine->pairs; i++) {
        border_release(&pairs->pairs[i].border);
        free(pairs->pairs[i].rows);
    }
    pthread_mutex_destroy(&pairs->lock);
    free(pairs->pairs);
    free(pairs->rows);
    free(pairs->starts);
}

err_t pairs_train(machine_t *machine, const lesson_t *lesson, const settings_t *settings,
                  const double *weights, const fit_t *fit, fault_t *fault)
{
    pairs_t pairs = {
        .machine = machine, .lesson = lesson, .settings = settings, .weights = weights, .fit = fit};
    pthread_mutex_init(&pairs.lock, NULL);
    group_rows(&pairs);
    list_pairs(&pairs);
    parallel_t job = {.context = &pairs,
                      .threads = pairs.beside,
                      .count = machine->pairs,
                      .work = train_pair,
                      .settle = end_pair};
    err_t err = parallel_run(&job, fault);
    if (err == ERR_OK) {
        put_together(&pairs);
    }
    release(&pairs);
    return err;
}
