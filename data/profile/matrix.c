// SPDX-License-Identifier: MPL-2.0
#include "data/profile/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/profile/figure.h"

matrix_t matrix_new(facts_t *const *columns, size_t count)
{
    matrix_t matrix = {.count = count};
    matrix.columns = mem_array(count, sizeof(facts_t *));
    matrix.cells = mem_array(count * count, sizeof *matrix.cells);
    if (count > 0) {
        memcpy(matrix.columns, columns, count * sizeof(facts_t *));
    }
    for (size_t i = 0; i < count * count; i++) {
        matrix.cells[i] = i % (count + 1) == 0 ? 1 : NAN;
    }
    return matrix;
}

void matrix_set(matrix_t *matrix, size_t i, size_t j, double value)
{
    matrix->cells[i * matrix->count + j] = value;
    matrix->cells[j * matrix->count + i] = value;
}

size_t matrix_pairs(size_t count)
{
    return count > 1 ? count * (count - 1) / 2 : 0;
}

void matrix_pair(size_t count, size_t pair, size_t *ret_i, size_t *ret_j)
{
    size_t i = 0;
    while (pair >= count - 1 - i) {
        pair -= count - 1 - i;
        i++;
    }
    *ret_i = i;
    *ret_j = i + 1 + pair;
}

json_t *matrix_json(const matrix_t *matrix)
{
    json_t *names = json_array();
    json_t *rows = json_array();
    for (size_t i = 0; i < matrix->count; i++) {
        json_array_append_new(names, json_string(matrix->columns[i]->name));
        json_t *row = json_array();
        for (size_t j = 0; j < matrix->count; j++) {
            json_array_append_new(row, figure_number(matrix_at(matrix, i, j)));
        }
        json_array_append_new(rows, row);
    }
    return json_pack("{s:o, s:o}", "columns", names, "matrix", rows);
}

void matrix_release(matrix_t *matrix)
{
    free(matrix->columns);
    free(matrix->cells);
    *matrix = (matrix_t){0};
}
