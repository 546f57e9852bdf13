// SPDX-License-Identifier: MPL-2.0
#include "model/svm/nodes.h"

#include <stdlib.h>

#include "base/mem.h"

static struct svm_node *add_row(const double *x, size_t columns, struct svm_node *to)
{
    for (size_t i = 0; i < columns; i++) {
        if (x[i] != 0) {
            *to++ = (struct svm_node){.index = (int)i + 1, .value = x[i]};
        }
    }
    *to++ = (struct svm_node){.index = -1};
    return to;
}

static size_t count_nodes(const matrix_t *matrix)
{
    size_t count = matrix->rows;
    for (size_t i = 0; i < matrix->rows * matrix->columns; i++) {
        count += matrix->x[i] != 0;
    }
    return count;
}

err_t nodes_of(const matrix_t *matrix, nodes_t *ret_nodes, fault_t *fault)
{
    size_t count = count_nodes(matrix);
    nodes_t nodes = {.nodes = calloc(count, sizeof *nodes.nodes)};
    if (!nodes.nodes) {
        return fault_set(fault, ERR_MEMORY, "use fewer rows or features",
                         "the training needs %zu bytes for its rows", count * sizeof *nodes.nodes);
    }
    nodes.rows = mem_array(matrix->rows, sizeof(void *));
    struct svm_node *to = nodes.nodes;
    for (size_t i = 0; i < matrix->rows; i++) {
        nodes.rows[i] = to;
        to = add_row(matrix->x + i * matrix->columns, matrix->columns, to);
    }
    *ret_nodes = nodes;
    return ERR_OK;
}

void nodes_release(nodes_t *nodes)
{
    free(nodes->nodes);
    free(nodes->rows);
    *nodes = (nodes_t){0};
}
