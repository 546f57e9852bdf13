// SPDX-License-Identifier: MPL-2.0
#include "learn/draw.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "model/core/random.h"

enum { PROBE_ROWS = 64 };

static const double PROBE_SECONDS = 0.01;

// Of the time: few rows are not quite as slow as many.
static const double PLANNED = 0.7;

static int by_place(const void *left, const void *right)
{
    size_t a = *(const size_t *)left;
    size_t b = *(const size_t *)right;
    return (a > b) - (a < b);
}

size_t *draw_rows(const portion_t *portion, size_t count, uint64_t seed, size_t *ret_count)
{
    size_t all = portion->matrix.rows;
    size_t *rows = mem_array(all + 1, sizeof *rows);
    for (size_t i = 0; i < all; i++) {
        rows[i] = i;
    }
    if (count < all) {
        random_t random = random_new(seed);
        random_shuffle(&random, rows, all);
        qsort(rows, count, sizeof *rows, by_place);
    }
    *ret_count = count < all ? count : all;
    return rows;
}

portion_t draw_portion(const portion_t *portion, const size_t *rows, size_t count)
{
    size_t columns = portion->matrix.columns;
    double *x = mem_array(count * columns + 1, sizeof *x);
    portion_t drawn = {.matrix = {x, count, columns},
                       .classes = mem_array(count + 1, sizeof *drawn.classes),
                       .targets = mem_array(count + 1, sizeof *drawn.targets)};
    for (size_t i = 0; i < count; i++) {
        memcpy(x + i * columns, portion->matrix.x + rows[i] * columns, columns * sizeof *x);
        drawn.classes[i] = portion->classes[rows[i]];
        drawn.targets[i] = portion->targets[rows[i]];
    }
    return drawn;
}

size_t draw_affordable(const portion_t *portion, const model_t *model, double times, double seconds,
                       size_t least, size_t most)
{
    matrix_t probe = portion->matrix;
    probe.rows = probe.rows < PROBE_ROWS ? probe.rows : PROBE_ROWS;
    double *said = mem_array(probe.rows, sizeof *said);
    int64_t begun_ms = clock_mono_ms();
    double asked = 0;
    double spent = 0;
    while (spent < PROBE_SECONDS) {
        model->estimator->predict(model, &probe, said);
        asked += (double)probe.rows;
        spent = (double)(clock_mono_ms() - begun_ms) / 1e3;
    }
    free(said);
    double rows = PLANNED * seconds / times / (spent / asked);
    return rows < (double)least ? least : rows > (double)most ? most : (size_t)rows;
}
