// SPDX-License-Identifier: MPL-2.0
// What a kernel, the code of a function, sees when it is evaluated, and what it needs to answer.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/expr/node.h"
#include "data/expr/scope.h"

// Arguments are vectors of `count` cells, or of one cell that stands for all.
typedef struct {
    scope_t *scope;
    const node_t *node;
    const vector_t *args;
    size_t args_count;
    size_t count;
    // Cells that have a value: for a function that is not lenient, those whose arguments all have
    // one. NULL: all. It becomes the result's; what stands in a missing cell does not matter.
    uint8_t *valid;
} call_t;

// Fills `ret` for call->count cells; its type and valid are set by the caller.
typedef err_t kernel_t(call_t *call, vector_t *ret);

// Evaluates a node and its items itself.
typedef err_t lazy_t(scope_t *scope, const node_t *node, vector_t *ret);

// Fills node->bound from constant arguments, once, when the expression is bound.
typedef err_t prepare_t(expr_t *expr, node_t *node, fault_t *fault);

// Arrays of call->count cells, put into the result.
double *call_numbers(const call_t *call, vector_t *ret);
int64_t *call_integers(const call_t *call, vector_t *ret);
text_t *call_texts(const call_t *call, vector_t *ret);

// Makes cell `i` missing and counts why; without a reason when it is EXPR_LOSS_COUNT.
void call_lose(call_t *call, size_t i, expr_loss_t loss);

// call->valid, made when it is NULL.
uint8_t *call_valid(call_t *call);

// Sets call->valid to the cells whose arguments all have a value; only for a lenient function, the
// others find it done.
void call_common_valid(call_t *call);

// Calls the kernel of a node with its arguments.
err_t call_node(scope_t *scope, const node_t *node, const vector_t *args, vector_t *ret);

static inline bool call_has(const call_t *call, size_t i)
{
    return !call->valid || call->valid[i];
}

static inline size_t call_row(const vector_t *arg, size_t i)
{
    return arg->count == 1 ? 0 : i;
}

static inline int64_t call_integer(const call_t *call, size_t arg, size_t i)
{
    return call->args[arg].integers[call_row(&call->args[arg], i)];
}

static inline double call_number(const call_t *call, size_t arg, size_t i)
{
    return call->args[arg].numbers[call_row(&call->args[arg], i)];
}

static inline text_t call_text(const call_t *call, size_t arg, size_t i)
{
    return vector_text(&call->args[arg], call_row(&call->args[arg], i));
}

static inline bool call_arg_has(const call_t *call, size_t arg, size_t i)
{
    return vector_is_valid(&call->args[arg], call_row(&call->args[arg], i)) != 0;
}
