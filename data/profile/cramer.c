// SPDX-License-Identifier: MPL-2.0
#include "data/profile/cramer.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/profile/window.h"

enum {
    SIDE = 64, // levels, and one place for what has none (FACTS_NO_LEVEL % SIDE)
    BLOCK_ROWS = 65536,
};

struct cramer {
    study_t *study;
    matrix_t *matrix;
    window_t *codes;
};

typedef struct {
    uint64_t cells[SIDE][SIDE];
    double rows[SIDE];
    double columns[SIDE];
    double total;
    double height; // rows and columns that are used
    double width;
} crossing_t;

static void count_cells(crossing_t *crossing, const uint8_t *a, const uint8_t *b, size_t rows)
{
    for (size_t i = 0; i < rows; i++) {
        crossing->cells[a[i] % SIDE][b[i] % SIDE]++;
    }
}

static void sum_cells(crossing_t *crossing)
{
    for (size_t i = 0; i < FACTS_LEVELS; i++) {
        for (size_t j = 0; j < FACTS_LEVELS; j++) {
            double count = (double)crossing->cells[i][j];
            crossing->rows[i] += count;
            crossing->columns[j] += count;
            crossing->total += count;
        }
    }
    for (size_t i = 0; i < FACTS_LEVELS; i++) {
        crossing->height += crossing->rows[i] > 0;
        crossing->width += crossing->columns[i] > 0;
    }
}

static double chi_squared(const crossing_t *crossing)
{
    bool yates = crossing->height == 2 && crossing->width == 2;
    double sum = 0;
    for (size_t i = 0; i < FACTS_LEVELS; i++) {
        for (size_t j = 0; j < FACTS_LEVELS; j++) {
            double expected = crossing->rows[i] * crossing->columns[j] / crossing->total;
            double off = fabs((double)crossing->cells[i][j] - expected);
            off -= yates ? fmin(0.5, off) : 0;
            sum += expected > 0 ? off * off / expected : 0;
        }
    }
    return sum;
}

static double corrected_v(const crossing_t *crossing)
{
    double n = crossing->total;
    double r = crossing->height;
    double k = crossing->width;
    if (n < 2 || r < 2 || k < 2) {
        return NAN;
    }
    double phi = chi_squared(crossing) / n - (k - 1) * (r - 1) / (n - 1);
    double rows = r - (r - 1) * (r - 1) / (n - 1);
    double columns = k - (k - 1) * (k - 1) / (n - 1);
    double least = fmin(rows, columns) - 1;
    return least > 0 ? sqrt(fmax(phi, 0) / least) : 1;
}

err_t cramer_fill(cramer_t *cramer, size_t pair, fault_t *fault)
{
    size_t rows = cramer->study->rows;
    size_t i;
    size_t j;
    matrix_pair(cramer->matrix->count, pair, &i, &j);
    crossing_t *crossing = mem_new(sizeof *crossing);
    uint8_t *buffers = mem_array(2, BLOCK_ROWS);
    err_t err = ERR_OK;
    for (size_t from = 0; from < rows && err == ERR_OK; from += BLOCK_ROWS) {
        size_t count = rows - from < BLOCK_ROWS ? rows - from : BLOCK_ROWS;
        const void *a = NULL;
        const void *b = NULL;
        err = window_at(&cramer->codes[i], from, count, buffers, &a, fault);
        if (err == ERR_OK) {
            err = window_at(&cramer->codes[j], from, count, buffers + BLOCK_ROWS, &b, fault);
        }
        if (err == ERR_OK) {
            count_cells(crossing, a, b, count);
        }
    }
    if (err == ERR_OK) {
        sum_cells(crossing);
        matrix_set(cramer->matrix, i, j, corrected_v(crossing));
    }
    free(buffers);
    free(crossing);
    return err;
}

err_t cramer_new(study_t *study, matrix_t *matrix, cramer_t **ret_cramer, fault_t *fault)
{
    cramer_t *cramer = mem_new(sizeof *cramer);
    err_t err = ERR_OK;
    cramer->study = study;
    cramer->matrix = matrix;
    bool in_place = matrix->count * study->rows <= study->share / 2;
    cramer->codes = mem_array(matrix->count, sizeof *cramer->codes);
    for (size_t i = 0; i < matrix->count && err == ERR_OK; i++) {
        err = window_open(study->scratch, matrix->columns[i]->codes_offset, study->rows, 1,
                          in_place, &cramer->codes[i], fault);
    }
    if (err != ERR_OK) {
        cramer_destroy(&cramer);
        return err;
    }
    *ret_cramer = cramer;
    return ERR_OK;
}

void cramer_destroy(cramer_t **cramer)
{
    if (!*cramer) {
        return;
    }
    for (size_t i = 0; i < (*cramer)->matrix->count; i++) {
        window_release(&(*cramer)->codes[i]);
    }
    free((*cramer)->codes);
    free(*cramer);
    *cramer = NULL;
}
