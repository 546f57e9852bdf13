// SPDX-License-Identifier: MPL-2.0
#include "data/expr/regex.h"

#include "data/expr/bind.h"

err_t regex_prepare(expr_t *expr, node_t *node, fault_t *fault)
{
    text_t text;
    err_t err = bind_constant_text(expr, node, 1, &text, fault);
    if (err == ERR_OK) {
        err = pattern_compile(text.bytes, text.size, &node->bound->pattern, fault);
    }
    return err;
}

err_t regex_prepare_replace(expr_t *expr, node_t *node, fault_t *fault)
{
    text_t text;
    err_t err = regex_prepare(expr, node, fault);
    err = err ? err : bind_constant_text(expr, node, 2, &text, fault);
    if (err == ERR_OK) {
        err = pattern_replacement_compile(node->bound->pattern, text.bytes, text.size,
                                          &node->bound->replacement, fault);
    }
    return err;
}

// Without a group it is the first one, or the whole match of a pattern that has none.
err_t regex_prepare_extract(expr_t *expr, node_t *node, fault_t *fault)
{
    err_t err = regex_prepare(expr, node, fault);
    if (err) {
        return err;
    }
    unsigned groups = pattern_groups(node->bound->pattern);
    int64_t group = groups > 0;
    if (node->count > 2) {
        err = bind_constant_integer(expr, node, 2, &group, fault);
    }
    if (err == ERR_OK && (group < 0 || group > groups)) {
        char remedy[FAULT_REMEDY_MAX] = "give 0, the whole match, or put parentheses around a part";
        return bind_fault(expr, node->items[2], fault, ERR_STEP_PARAMETER, remedy,
                          "there is no group %lld, the pattern has %u", (long long)group, groups);
    }
    node->bound->group = (unsigned)group;
    return err;
}

err_t regex_matches(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    pattern_scratch_t *scratch = pattern_scratch_new(call->node->bound->pattern);
    err_t err = ERR_OK;
    for (size_t i = 0; i < call->count && err == ERR_OK; i++) {
        bool found = false;
        if (call_has(call, i)) {
            err = pattern_matches(scratch, call_text(call, 0, i), &found, call->scope->run->fault);
        }
        result[i] = found;
    }
    pattern_scratch_destroy(&scratch);
    return err;
}

err_t regex_replace(call_t *call, vector_t *ret)
{
    text_t *result = call_texts(call, ret);
    const bound_t *bound = call->node->bound;
    run_t *run = call->scope->run;
    pattern_scratch_t *scratch = pattern_scratch_new(bound->pattern);
    err_t err = ERR_OK;
    for (size_t i = 0; i < call->count && err == ERR_OK; i++) {
        if (!call_has(call, i)) {
            continue;
        }
        text_t text = call_text(call, 0, i);
        err = pattern_replace(scratch, bound->replacement, text, run->results, &result[i],
                              run->fault);
        if (err == ERR_OK && result[i].bytes != text.bytes &&
            !scope_count(call->scope, result[i].size)) {
            err = run->err;
        }
    }
    pattern_scratch_destroy(&scratch);
    return err;
}

err_t regex_extract(call_t *call, vector_t *ret)
{
    text_t *result = call_texts(call, ret);
    const bound_t *bound = call->node->bound;
    pattern_scratch_t *scratch = pattern_scratch_new(bound->pattern);
    err_t err = ERR_OK;
    for (size_t i = 0; i < call->count && err == ERR_OK; i++) {
        bool found = true;
        if (call_has(call, i)) {
            err = pattern_extract(scratch, call_text(call, 0, i), bound->group, &found, &result[i],
                                  call->scope->run->fault);
        }
        if (err == ERR_OK && !found) {
            call_lose(call, i, EXPR_LOSS_COUNT);
        }
    }
    pattern_scratch_destroy(&scratch);
    return err;
}
