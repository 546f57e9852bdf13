// SPDX-License-Identifier: MPL-2.0
// Rows of numbers as libsvm takes them: the ones that are not zero, with their column.
#pragma once

#include <libsvm/svm.h>
#include <stdbool.h>
#include <stddef.h>

#include "data/value/moments.h"

enum { SPARSE_NODES_MAX = 1 << 26 }; // 1 GiB

typedef struct {
    struct svm_node *nodes;
    size_t nodes_count;
    size_t nodes_capacity;
    size_t *starts; // of each row in `nodes`
    size_t rows;
    size_t rows_capacity;
    size_t columns;
    moments_t moments; // of all numbers, zeros included
} sparse_t;

// Fills `ret_nodes` (columns + 1 of them) with a row, ended by index -1.
size_t sparse_row(const double *x, size_t columns, struct svm_node *ret_nodes);

// Adds a row; false when it would need more than SPARSE_NODES_MAX nodes or memory is out.
bool sparse_add(sparse_t *matrix, const double *x);

void sparse_release(sparse_t *matrix);
