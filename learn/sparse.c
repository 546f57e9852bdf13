// SPDX-License-Identifier: MPL-2.0
#include "learn/sparse.h"

#include <stdlib.h>

#include "base/mem.h"

size_t sparse_row(const double *x, size_t columns, struct svm_node *ret_nodes)
{
    size_t count = 0;
    for (size_t i = 0; i < columns; i++) {
        if (x[i] != 0) {
            ret_nodes[count++] = (struct svm_node){.index = (int)i + 1, .value = x[i]};
        }
    }
    ret_nodes[count++] = (struct svm_node){.index = -1};
    return count;
}

static bool reserve(sparse_t *matrix, size_t extra)
{
    size_t wanted = matrix->nodes_count + extra;
    if (wanted <= matrix->nodes_capacity) {
        return true;
    }
    size_t capacity = wanted + wanted / 2;
    struct svm_node *nodes = reallocarray(matrix->nodes, capacity, sizeof *nodes);
    if (wanted > SPARSE_NODES_MAX || !nodes) {
        matrix->nodes = nodes ? nodes : matrix->nodes;
        return false;
    }
    matrix->nodes = nodes;
    matrix->nodes_capacity = capacity;
    return true;
}

bool sparse_add(sparse_t *matrix, const double *x)
{
    if (!reserve(matrix, matrix->columns + 1)) {
        return false;
    }
    if (matrix->rows == matrix->rows_capacity) {
        matrix->rows_capacity = matrix->rows_capacity ? matrix->rows_capacity * 2 : 1024;
        matrix->starts = mem_resize(matrix->starts, matrix->rows_capacity, sizeof(size_t));
    }
    matrix->starts[matrix->rows++] = matrix->nodes_count;
    matrix->nodes_count += sparse_row(x, matrix->columns, matrix->nodes + matrix->nodes_count);
    for (size_t i = 0; i < matrix->columns; i++) {
        moments_add(&matrix->moments, x[i]);
    }
    return true;
}

void sparse_release(sparse_t *matrix)
{
    free(matrix->nodes);
    free(matrix->starts);
    *matrix = (sparse_t){0};
}
