// SPDX-License-Identifier: MPL-2.0
// Evaluates bound nodes.
#pragma once

#include "data/expr/scope.h"

// A node's cells in a scope: scope->count of them, or one for a constant node. Faults as those of
// expr_eval, they are set in the run.
err_t evaluate(scope_t *scope, const node_t *node, vector_t *ret);

// A node's cells in some rows, or in all where it is not worth to leave out the others.
typedef struct {
    vector_t cells;
    bool all;
} eval_some_t;

// The same for `count` rows of the scope, in rising order; eval_index tells where their cells are.
err_t eval_some(scope_t *scope, const node_t *node, const uint32_t *rows, size_t count,
                eval_some_t *ret);

// Where the cell of rows[k] stands.
static inline size_t eval_index(const eval_some_t *some, const uint32_t *rows, size_t k)
{
    return some->cells.count == 1 ? 0 : some->all ? rows[k] : k;
}

// A constant node's value, when the expression is bound; its arrays are in the arena.
err_t eval_constant(const expr_t *expr, const node_t *node, arena_t *arena, vector_t *ret,
                    fault_t *fault);
