// SPDX-License-Identifier: MPL-2.0
#include "data/expr/logic.h"

#include <string.h>

#include "data/expr/eval.h"

err_t logic_not(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    const int64_t *from = call->args[0].integers;
    for (size_t i = 0; i < call->count; i++) {
        result[i] = !from[i];
    }
    return ERR_OK;
}

// What is known of each row so far. `decisive` is what ends a row: false for "and", true for "or".
// A row that is not decided is missing once an argument was.
typedef struct {
    int64_t decisive;
    uint8_t *decided;
    uint8_t *missing;
    size_t count;
} known_t;

static void join(known_t *known, size_t row, const vector_t *cells, size_t at)
{
    uint8_t has = (uint8_t)(vector_is_valid(cells, at) != 0);
    known->decided[row] |= has & (cells->integers[at] == known->decisive);
    known->missing[row] |= !has;
}

static void join_all(known_t *known, const vector_t *cells)
{
    uint8_t *restrict decided = known->decided;
    uint8_t *restrict missing = known->missing;
    const int64_t *restrict values = cells->integers;
    const int64_t decisive = known->decisive;
    if (cells->count == 1) {
        for (size_t i = 0; i < known->count; i++) {
            join(known, i, cells, 0);
        }
    } else if (!cells->valid) {
        for (size_t i = 0; i < known->count; i++) {
            decided[i] |= (uint8_t)(values[i] == decisive);
        }
    } else {
        for (size_t i = 0; i < known->count; i++) {
            uint8_t has = cells->valid[i];
            decided[i] |= has & (uint8_t)(values[i] == decisive);
            missing[i] |= has ^ 1;
        }
    }
}

static size_t undecided(const known_t *known, uint32_t *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < known->count; i++) {
        rows[count] = (uint32_t)i;
        count += !known->decided[i];
    }
    return count;
}

// What may lose or is slow is evaluated for the rows only that are still undecided.
static err_t join_next(scope_t *scope, const node_t *item, known_t *known, bool first)
{
    eval_some_t some;
    if (first || !item->costly) {
        err_t err = evaluate(scope, item, &some.cells);
        if (err == ERR_OK) {
            join_all(known, &some.cells);
        }
        return err;
    }
    uint32_t *rows = arena_array(scope->arena, known->count, sizeof *rows);
    size_t count = undecided(known, rows);
    if (count == 0) {
        return ERR_OK;
    }
    err_t err = eval_some(scope, item, rows, count, &some);
    for (size_t k = 0; err == ERR_OK && k < count; k++) {
        join(known, rows[k], &some.cells, eval_index(&some, rows, k));
    }
    return err;
}

static err_t join_items(scope_t *scope, const node_t *node, int64_t decisive, vector_t *ret)
{
    size_t count = scope->count;
    known_t known = {
        .decisive = decisive,
        .decided = arena_alloc(scope->arena, count),
        .missing = arena_alloc(scope->arena, count),
        .count = count,
    };
    memset(known.decided, 0, count);
    memset(known.missing, 0, count);
    for (size_t i = 0; i < node->count; i++) {
        err_t err = join_next(scope, node->items[i], &known, i == 0);
        if (err) {
            return err;
        }
    }
    int64_t *restrict values = arena_array(scope->arena, count, sizeof *values);
    uint8_t any = 0;
    for (size_t i = 0; i < count; i++) {
        values[i] = known.decided[i] ? decisive : !decisive;
        known.missing[i] &= known.decided[i] ^ 1;
        any |= known.missing[i];
        known.missing[i] ^= 1;
    }
    *ret = (vector_t){.type = TYPE_BOOLEAN,
                      .count = count,
                      .valid = any ? known.missing : NULL,
                      .integers = values};
    return ERR_OK;
}

err_t logic_and(scope_t *scope, const node_t *node, vector_t *ret)
{
    return join_items(scope, node, 0, ret);
}

err_t logic_or(scope_t *scope, const node_t *node, vector_t *ret)
{
    return join_items(scope, node, 1, ret);
}
