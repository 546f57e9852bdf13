// SPDX-License-Identifier: MPL-2.0
#include "data/expr/choose.h"

#include <string.h>

#include "data/expr/compare.h"
#include "data/expr/eval.h"

// A result that is put together row by row; all missing at first.
typedef struct {
    type_t type;
    size_t count;
    uint8_t *valid;
    double *numbers;
    int64_t *integers;
    text_t *texts;
} mosaic_t;

static mosaic_t mosaic_new(const scope_t *scope, type_t type)
{
    mosaic_t mosaic = {.type = type, .count = scope->count};
    mosaic.valid = arena_alloc(scope->arena, mosaic.count);
    memset(mosaic.valid, 0, mosaic.count);
    if (type == TYPE_FLOAT) {
        mosaic.numbers = arena_array(scope->arena, mosaic.count, sizeof *mosaic.numbers);
        memset(mosaic.numbers, 0, mosaic.count * sizeof *mosaic.numbers);
    } else if (type == TYPE_TEXT) {
        mosaic.texts = arena_array(scope->arena, mosaic.count, sizeof *mosaic.texts);
        memset(mosaic.texts, 0, mosaic.count * sizeof *mosaic.texts);
    } else {
        mosaic.integers = arena_array(scope->arena, mosaic.count, sizeof *mosaic.integers);
        memset(mosaic.integers, 0, mosaic.count * sizeof *mosaic.integers);
    }
    return mosaic;
}

static void mosaic_put(mosaic_t *mosaic, const eval_some_t *some, const uint32_t *rows,
                       size_t count)
{
    const vector_t *cells = &some->cells;
    for (size_t k = 0; k < count; k++) {
        mosaic->valid[rows[k]] = (uint8_t)vector_is_valid(cells, eval_index(some, rows, k));
    }
    if (mosaic->numbers) {
        for (size_t k = 0; k < count; k++) {
            mosaic->numbers[rows[k]] = cells->numbers[eval_index(some, rows, k)];
        }
    } else if (mosaic->integers) {
        for (size_t k = 0; k < count; k++) {
            mosaic->integers[rows[k]] = cells->integers[eval_index(some, rows, k)];
        }
    } else {
        for (size_t k = 0; k < count; k++) {
            mosaic->texts[rows[k]] = vector_text(cells, eval_index(some, rows, k));
        }
    }
}

static void mosaic_done(const mosaic_t *mosaic, vector_t *ret)
{
    *ret = (vector_t){
        .type = mosaic->type,
        .count = mosaic->count,
        .valid = memchr(mosaic->valid, 0, mosaic->count) ? mosaic->valid : NULL,
        .numbers = mosaic->numbers,
        .integers = mosaic->integers,
        .texts = mosaic->texts,
    };
}

static uint32_t *all_rows(const scope_t *scope)
{
    uint32_t *rows = arena_array(scope->arena, scope->count, sizeof *rows);
    for (size_t i = 0; i < scope->count; i++) {
        rows[i] = (uint32_t)i;
    }
    return rows;
}

static err_t put_some(scope_t *scope, const node_t *item, const uint32_t *rows, size_t count,
                      mosaic_t *mosaic)
{
    eval_some_t some;
    if (count == 0 || (item->kind == NODE_LITERAL && item->missing)) {
        return ERR_OK;
    }
    err_t err = eval_some(scope, item, rows, count, &some);
    if (err == ERR_OK) {
        mosaic_put(mosaic, &some, rows, count);
    }
    return err;
}

// Moves the rows where a condition is true to `ret_taken` and keeps the others in `rows`.
static size_t part(const eval_some_t *condition, uint32_t *rows, size_t *count, uint32_t *ret_taken)
{
    const vector_t *cells = &condition->cells;
    size_t taken = 0;
    size_t left = 0;
    for (size_t k = 0; k < *count; k++) {
        size_t at = eval_index(condition, rows, k);
        bool is = vector_is_valid(cells, at) && cells->integers[at];
        uint32_t row = rows[k];
        ret_taken[taken] = row;
        taken += is;
        rows[left] = row;
        left += !is;
    }
    *count = left;
    return taken;
}

err_t choose_if(scope_t *scope, const node_t *node, vector_t *ret)
{
    mosaic_t mosaic = mosaic_new(scope, node->type);
    uint32_t *rows = all_rows(scope);
    uint32_t *taken = arena_array(scope->arena, scope->count, sizeof *taken);
    size_t count = scope->count;
    err_t err = ERR_OK;
    for (size_t i = 0; i + 1 < node->count && count > 0 && err == ERR_OK; i += 2) {
        eval_some_t condition;
        err = eval_some(scope, node->items[i], rows, count, &condition);
        if (err == ERR_OK) {
            size_t taken_count = part(&condition, rows, &count, taken);
            err = put_some(scope, node->items[i + 1], taken, taken_count, &mosaic);
        }
    }
    err = err ? err : put_some(scope, node->items[node->count - 1], rows, count, &mosaic);
    mosaic_done(&mosaic, ret);
    return err;
}

err_t choose_coalesce(scope_t *scope, const node_t *node, vector_t *ret)
{
    mosaic_t mosaic = mosaic_new(scope, node->type);
    uint32_t *rows = all_rows(scope);
    size_t count = scope->count;
    err_t err = ERR_OK;
    for (size_t i = 0; i < node->count && count > 0 && err == ERR_OK; i++) {
        err = put_some(scope, node->items[i], rows, count, &mosaic);
        size_t left = 0;
        for (size_t k = 0; k < count; k++) {
            uint32_t row = rows[k];
            rows[left] = row;
            left += !mosaic.valid[row];
        }
        count = left;
    }
    mosaic_done(&mosaic, ret);
    return err;
}

err_t choose_is_missing(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = !call_arg_has(call, 0, i);
    }
    return ERR_OK;
}

static void choose_numbers(const call_t *call, vector_t *ret, bool larger)
{
    double *result = call_numbers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = call_number(call, 0, i);
    }
    for (size_t k = 1; k < call->args_count; k++) {
        for (size_t i = 0; i < call->count; i++) {
            double next = call_number(call, k, i);
            result[i] = (larger ? next > result[i] : next < result[i]) ? next : result[i];
        }
    }
}

static void choose_integers(const call_t *call, vector_t *ret, bool larger)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = call_integer(call, 0, i);
    }
    for (size_t k = 1; k < call->args_count; k++) {
        for (size_t i = 0; i < call->count; i++) {
            int64_t next = call_integer(call, k, i);
            result[i] = (larger ? next > result[i] : next < result[i]) ? next : result[i];
        }
    }
}

static void choose_texts(const call_t *call, vector_t *ret, bool larger)
{
    text_t *result = call_texts(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        if (!call_has(call, i)) {
            continue;
        }
        result[i] = call_text(call, 0, i);
        for (size_t k = 1; k < call->args_count; k++) {
            text_t next = call_text(call, k, i);
            int order = compare_texts(next, result[i]);
            result[i] = (larger ? order > 0 : order < 0) ? next : result[i];
        }
    }
}

static err_t choose(const call_t *call, vector_t *ret, bool larger)
{
    if (call->node->type == TYPE_FLOAT) {
        choose_numbers(call, ret, larger);
    } else if (call->node->type == TYPE_TEXT) {
        choose_texts(call, ret, larger);
    } else {
        choose_integers(call, ret, larger);
    }
    return ERR_OK;
}

err_t choose_min(call_t *call, vector_t *ret)
{
    return choose(call, ret, false);
}

err_t choose_max(call_t *call, vector_t *ret)
{
    return choose(call, ret, true);
}

// Lenient: where the second argument is missing, the first one stays.
err_t choose_null_if(call_t *call, vector_t *ret)
{
    const vector_t *first = &call->args[0];
    uint32_t *rows = arena_array(call->scope->arena, call->count, sizeof *rows);
    for (size_t i = 0; i < call->count; i++) {
        rows[i] = (uint32_t)call_row(first, i);
    }
    vector_t copy = vector_gather(first, rows, call->count, call->scope->arena);
    uint8_t *valid = call_valid(call);
    for (size_t i = 0; i < call->count; i++) {
        bool has = call_arg_has(call, 0, i);
        valid[i] = has && !(call_arg_has(call, 1, i) && compare_same(call, 0, 1, i));
    }
    *ret = copy;
    return ERR_OK;
}
