// SPDX-License-Identifier: MPL-2.0
#include "model/core/points.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/wide.h"

static double *cell(const points_t *points, size_t row, size_t column)
{
    size_t block = row - row % POINTS_BLOCK;
    return points->cells + block * points->columns + column * POINTS_BLOCK + row % POINTS_BLOCK;
}

points_t points_new(const matrix_t *matrix)
{
    size_t blocks = (matrix->rows + POINTS_BLOCK - 1) / POINTS_BLOCK;
    points_t points = {.rows = matrix->rows,
                       .columns = matrix->columns,
                       .cells = mem_array(blocks * POINTS_BLOCK * matrix->columns, sizeof(double))};
    for (size_t i = 0; i < matrix->rows; i++) {
        for (size_t j = 0; j < matrix->columns; j++) {
            *cell(&points, i, j) = matrix->x[i * matrix->columns + j];
        }
    }
    return points;
}

void points_row(const points_t *points, size_t row, double *ret)
{
    for (size_t j = 0; j < points->columns; j++) {
        ret[j] = *cell(points, row, j);
    }
}

double *points_rows(const points_t *points)
{
    double *rows = mem_array(points->rows * points->columns, sizeof *rows);
    for (size_t i = 0; i < points->rows; i++) {
        points_row(points, i, rows + i * points->columns);
    }
    return rows;
}

WIDE static void measure(const double *block, const double *row, size_t columns, double *ret)
{
    for (size_t i = 0; i < POINTS_BLOCK; i++) {
        ret[i] = 0;
    }
    for (size_t j = 0; j < columns; j++) {
        const double *column = block + j * POINTS_BLOCK;
        double value = row[j];
        for (size_t i = 0; i < POINTS_BLOCK; i++) {
            double off = value - column[i];
            ret[i] += off * off;
        }
    }
}

void points_measure(const points_t *points, size_t begin, const double *row, double *ret)
{
    measure(points->cells + begin * points->columns, row, points->columns, ret);
}

void points_release(points_t *points)
{
    free(points->cells);
    points->cells = NULL;
}
