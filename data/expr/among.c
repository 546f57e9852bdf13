// SPDX-License-Identifier: MPL-2.0
#include "data/expr/among.h"

#include "data/expr/compare.h"
#include "data/expr/eval.h"

enum { SHORT_LIST = 8 }; // comparing one by one is as fast

// The bytes by which a set knows a cell. Negative zero is zero.
static const void *key_of(const vector_t *cells, size_t i, double *number, size_t *ret_size)
{
    if (cells->numbers) {
        *number = cells->numbers[i] == 0 ? 0 : cells->numbers[i];
        *ret_size = sizeof *number;
        return number;
    }
    if (cells->integers) {
        *ret_size = sizeof *cells->integers;
        return &cells->integers[i];
    }
    text_t text = vector_text(cells, i);
    *ret_size = text.size;
    return text.size > 0 ? text.bytes : "";
}

err_t among_prepare(expr_t *expr, node_t *node, fault_t *fault)
{
    for (size_t i = 1; i < node->count; i++) {
        if (node->items[i]->only != NODE_CONSTANT || node->items[i]->may_lose) {
            return ERR_OK;
        }
    }
    if (node->count <= SHORT_LIST) {
        return ERR_OK;
    }
    bound_t *bound = node->bound;
    for (size_t i = 1; i < node->count; i++) {
        vector_t *cell = arena_alloc(&expr->memory, sizeof *cell);
        double *number = arena_alloc(&expr->memory, sizeof *number);
        size_t size;
        err_t err = eval_constant(expr, node->items[i], &expr->memory, cell, fault);
        if (err) {
            return err;
        }
        if (!vector_is_valid(cell, 0)) {
            bound->set_has_missing = true;
            continue;
        }
        const void *key = key_of(cell, 0, number, &size);
        if (!map_get(&bound->set, key, size)) {
            map_add(&bound->set, key, size, cell);
        }
    }
    bound->has_set = true;
    node->count = 1;
    return ERR_OK;
}

static void look_up(call_t *call, int64_t *result)
{
    const bound_t *bound = call->node->bound;
    const vector_t *cells = &call->args[0];
    uint8_t *valid = call_valid(call);
    for (size_t i = 0; i < call->count; i++) {
        double number;
        size_t size;
        result[i] = 0;
        valid[i] = call_arg_has(call, 0, i);
        if (valid[i]) {
            const void *key = key_of(cells, call_row(cells, i), &number, &size);
            result[i] = map_get(&bound->set, key, size) != NULL;
            valid[i] = result[i] || !bound->set_has_missing;
        }
    }
}

err_t among_in(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    if (call->node->bound->has_set) {
        look_up(call, result);
        return ERR_OK;
    }
    uint8_t *valid = call_valid(call);
    for (size_t i = 0; i < call->count; i++) {
        bool found = false;
        bool missing = !call_arg_has(call, 0, i);
        for (size_t k = 1; !missing && !found && k < call->args_count; k++) {
            found = call_arg_has(call, k, i) && compare_same(call, 0, k, i);
        }
        for (size_t k = 1; !missing && !found && k < call->args_count; k++) {
            missing = !call_arg_has(call, k, i);
        }
        result[i] = found;
        valid[i] = !missing;
    }
    return ERR_OK;
}
