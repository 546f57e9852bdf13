// SPDX-License-Identifier: MPL-2.0
#include "data/expr/scope.h"

#include <string.h>

enum { POOL_BYTES = 64 << 10 };

static vector_t *no_columns(const run_t *run, arena_t *arena)
{
    size_t count = run->expr->columns_count;
    vector_t *columns = arena_array(arena, count, sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        columns[i].type = TYPE_COUNT;
    }
    return columns;
}

static uint8_t *no_losses(size_t count, arena_t *arena)
{
    uint8_t *lost = arena_alloc(arena, count);
    memset(lost, 0, count);
    return lost;
}

scope_t scope_of_rows(run_t *run, size_t first, size_t count, arena_t *arena)
{
    return (scope_t){.run = run,
                     .arena = arena,
                     .count = count,
                     .columns = no_columns(run, arena),
                     .first = (int64_t)first,
                     .lost = no_losses(count, arena)};
}

scope_t scope_of_words(run_t *run, size_t column, const vector_t *words)
{
    scope_t scope = scope_of_rows(run, 0, words->count, run->results);
    scope.columns[column] = *words;
    scope.words = true;
    return scope;
}

scope_t scope_of_some(scope_t *scope, const uint32_t *rows, size_t count)
{
    const uint32_t *based = rows;
    if (scope->rows) {
        uint32_t *composed = arena_array(scope->arena, count, sizeof *composed);
        for (size_t i = 0; i < count; i++) {
            composed[i] = scope->rows[rows[i]];
        }
        based = composed;
    }
    return (scope_t){.run = scope->run,
                     .arena = scope->arena,
                     .base = scope_base(scope),
                     .rows = based,
                     .count = count,
                     .columns = no_columns(scope->run, scope->arena)};
}

scope_t scope_of_constant(run_t *run, arena_t *arena)
{
    return (scope_t){
        .run = run, .arena = arena, .count = 1, .lost = no_losses(1, arena), .words = true};
}

// The cells from `first` on.
static vector_t slice(const vector_t *vector, size_t first, size_t count)
{
    vector_t part = *vector;
    part.type = vector->type == TYPE_CATEGORY ? TYPE_TEXT : vector->type;
    part.count = count;
    part.valid = vector->valid ? vector->valid + first : NULL;
    if (vector->numbers) {
        part.numbers = vector->numbers + first;
    }
    if (vector->integers) {
        part.integers = vector->integers + first;
    }
    if (vector->codes) {
        part.codes = vector->codes + first;
    } else if (vector->texts) {
        part.texts = vector->texts + first;
    }
    return part;
}

const vector_t *scope_column(scope_t *scope, size_t column)
{
    vector_t *cells = &scope->columns[column];
    if (cells->type != TYPE_COUNT) {
        return cells;
    }
    if (scope->rows) {
        const vector_t *all = scope_column(scope->base, column);
        *cells = vector_gather(all, scope->rows, scope->count, scope->arena);
    } else {
        *cells = slice(&scope->run->inputs[column], (size_t)scope->first, scope->count);
    }
    return cells;
}

void scope_lose(scope_t *scope, size_t i, uint8_t losses)
{
    scope_t *base = scope_base(scope);
    base->lost[scope->rows ? scope->rows[i] : i] |= losses;
    base->any_lost = true;
}

static void count_losses(expr_stats_t *stats, int64_t row, unsigned losses)
{
    for (int loss = 0; loss < EXPR_LOSS_COUNT; loss++) {
        if (losses >> loss & 1U) {
            stats->first_row[loss] = stats->cells[loss] > 0 ? stats->first_row[loss] : row;
            stats->cells[loss]++;
        }
    }
}

void scope_tally(const scope_t *scope, const vector_t *result)
{
    for (size_t i = 0; scope->any_lost && i < scope->count; i++) {
        if (scope->lost[i] && !vector_is_valid(result, result->count == 1 ? 0 : i)) {
            expr_stats_t *stats = &scope->run->stats;
            count_losses(stats, stats->rows + scope->first + (int64_t)i + 1, scope->lost[i]);
        }
    }
}

static void too_large(run_t *run, const char *what, size_t limit)
{
    run->err = fault_set(run->fault, ERR_TOO_LARGE, "make shorter texts: shorten or repeat less",
                         "the expression makes %s of more than %zu bytes", what, limit);
}

bool scope_count(const scope_t *scope, size_t size)
{
    run_t *run = scope->run;
    if (size > EXPR_CELL_MAX) {
        too_large(run, "a text", EXPR_CELL_MAX);
        return false;
    }
    run->bytes += size;
    if (run->bytes > EXPR_BYTES_MAX) {
        too_large(run, "texts", EXPR_BYTES_MAX);
        return false;
    }
    return true;
}

char *scope_bytes(const scope_t *scope, size_t size)
{
    run_t *run = scope->run;
    if (!scope_count(scope, size)) {
        return NULL;
    }
    if (size > POOL_BYTES / 4) {
        return arena_alloc(run->results, size);
    }
    if (size > run->pool_left || !run->pool) {
        run->pool = arena_alloc(run->results, POOL_BYTES);
        run->pool_left = POOL_BYTES;
    }
    char *bytes = run->pool;
    run->pool += size;
    run->pool_left -= size;
    return bytes;
}
