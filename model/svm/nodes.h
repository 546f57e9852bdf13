// SPDX-License-Identifier: MPL-2.0
// Rows as libsvm takes them: the numbers that are not zero, with their column.
#pragma once

#include <libsvm/svm.h>

#include "model/core/estimator.h"

typedef struct {
    struct svm_node *nodes;
    struct svm_node **rows; // where each starts
} nodes_t;

// The caller releases *ret_nodes. Errors: MEMORY.
err_t nodes_of(const matrix_t *matrix, nodes_t *ret_nodes, fault_t *fault);
void nodes_release(nodes_t *nodes);
