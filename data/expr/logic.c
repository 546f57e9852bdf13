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
typedef struct {
    int64_t decisive;
    int64_t *values;
    uint8_t *valid;
    size_t count;
} known_t;

// A row that is not decided yet becomes what the next argument says, but missing stays.
static void join(known_t *known, size_t row, const vector_t *cells, size_t at)
{
    bool has = vector_is_valid(cells, at) != 0;
    int64_t value = cells->integers[at];
    bool decided = known->valid[row] && known->values[row] == known->decisive;
    bool decides = has && value == known->decisive;
    known->values[row] = decided || decides ? known->decisive : !known->decisive;
    known->valid[row] = decided || decides || (known->valid[row] && has);
}

static void join_all(known_t *known, const vector_t *cells)
{
    size_t step = cells->count == 1 ? 0 : 1;
    for (size_t i = 0; i < known->count; i++) {
        join(known, i, cells, i * step);
    }
}

static size_t undecided(const known_t *known, uint32_t *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < known->count; i++) {
        rows[count] = (uint32_t)i;
        count += !(known->valid[i] && known->values[i] == known->decisive);
    }
    return count;
}

static err_t join_next(scope_t *scope, const node_t *item, known_t *known, uint32_t *rows)
{
    eval_some_t some;
    if (!item->costly) {
        err_t err = evaluate(scope, item, &some.cells);
        if (err == ERR_OK) {
            join_all(known, &some.cells);
        }
        return err;
    }
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
    size_t count = node->only == NODE_CONSTANT ? 1 : scope->count;
    known_t known = {
        .decisive = decisive,
        .values = arena_array(scope->arena, count, sizeof *known.values),
        .valid = arena_alloc(scope->arena, count),
        .count = count,
    };
    uint32_t *rows = arena_array(scope->arena, count, sizeof *rows);
    memset(known.valid, 1, count);
    for (size_t i = 0; i < count; i++) {
        known.values[i] = !decisive;
    }
    for (size_t i = 0; i < node->count; i++) {
        err_t err = join_next(scope, node->items[i], &known, rows);
        if (err) {
            return err;
        }
    }
    *ret = (vector_t){
        .type = TYPE_BOOLEAN, .count = count, .valid = known.valid, .integers = known.values};
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
