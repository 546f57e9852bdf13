// SPDX-License-Identifier: MPL-2.0
#include "data/expr/call.h"

#include <string.h>

#include "data/expr/function.h"

double *call_numbers(const call_t *call, vector_t *ret)
{
    double *numbers = arena_array(call->scope->arena, call->count, sizeof *numbers);
    ret->numbers = numbers;
    return numbers;
}

int64_t *call_integers(const call_t *call, vector_t *ret)
{
    int64_t *integers = arena_array(call->scope->arena, call->count, sizeof *integers);
    ret->integers = integers;
    return integers;
}

text_t *call_texts(const call_t *call, vector_t *ret)
{
    text_t *texts = arena_array(call->scope->arena, call->count, sizeof *texts);
    memset(texts, 0, call->count * sizeof *texts);
    ret->texts = texts;
    return texts;
}

uint8_t *call_valid(call_t *call)
{
    if (!call->valid) {
        call->valid = arena_array(call->scope->arena, call->count, sizeof *call->valid);
        memset(call->valid, 1, call->count);
    }
    return call->valid;
}

void call_lose(call_t *call, size_t i, expr_loss_t loss)
{
    call_valid(call)[i] = 0;
    if (loss != EXPR_LOSS_COUNT) {
        scope_lose(call->scope, i, (uint8_t)(1U << loss));
    }
}

// Takes the missing cells of an argument out of `valid`.
static void leave_out(uint8_t *valid, size_t count, const vector_t *arg)
{
    if (arg->count == 1 && count > 1) {
        if (!arg->valid[0]) {
            memset(valid, 0, count);
        }
        return;
    }
    for (size_t i = 0; i < count; i++) {
        valid[i] &= arg->valid[i];
    }
}

void call_common_valid(call_t *call)
{
    for (size_t i = 0; i < call->args_count; i++) {
        if (call->args[i].valid) {
            leave_out(call_valid(call), call->count, &call->args[i]);
        }
    }
}

err_t call_node(scope_t *scope, const node_t *node, const vector_t *args, vector_t *ret)
{
    const function_t *function = node->function;
    call_t call = {
        .scope = scope,
        .node = node,
        .args = args,
        .args_count = node->count,
        .count = node->only == NODE_CONSTANT ? 1 : scope->count,
    };
    if (!(function->flags & FUNCTION_LENIENT)) {
        call_common_valid(&call);
    }
    *ret = (vector_t){0};
    err_t err = function->kernel(&call, ret);
    ret->type = node->type;
    ret->count = call.count;
    ret->valid = call.valid;
    return err;
}
