// SPDX-License-Identifier: MPL-2.0
// The rows that a part of an expression is evaluated for: a piece of the inputs (or the words of
// one of them), or some rows of that.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/expr/node.h"

typedef struct scope scope_t;

// What one node gives for each word of a coded column, and for a missing cell behind them.
typedef struct {
    bool made;
    vector_t result; // of words + 1 cells
    uint8_t *lost;   // losses by cell; NULL: none
} by_word_t;

// What all scopes of one evaluation share.
typedef struct {
    const expr_t *expr;
    const vector_t *inputs;
    arena_t *results;   // lives on after the evaluation
    by_word_t *by_word; // by node index
    expr_stats_t stats;
    fault_t *fault;
    err_t err;  // of the last scope_bytes that gave nothing
    char *pool; // of small texts
    size_t pool_left;
    size_t bytes; // of texts made so far
} run_t;

struct scope {
    run_t *run;
    arena_t *arena;       // for arrays
    scope_t *base;        // whose rows `rows` counts; NULL: this is one
    const uint32_t *rows; // NULL: all of the base
    size_t count;
    vector_t *columns; // TYPE_COUNT: not looked up yet
    int64_t first;     // base: its first row of the inputs
    uint8_t *lost;     // base: the losses of each cell, a bit for each expr_loss_t
    bool any_lost;     // base
    bool words;        // base: its cells are no rows of the inputs
};

static inline scope_t *scope_base(scope_t *scope)
{
    return scope->base ? scope->base : scope;
}

// `count` rows of the inputs from `first` on.
scope_t scope_of_rows(run_t *run, size_t first, size_t count, arena_t *arena);

// The words of a column, which stand for its cells.
scope_t scope_of_words(run_t *run, size_t column, const vector_t *words);

// Some rows of a scope (counted in it), in rising order. The scope must not move meanwhile.
scope_t scope_of_some(scope_t *scope, const uint32_t *rows, size_t count);

// One cell that stands for all, for nodes without columns.
scope_t scope_of_constant(run_t *run, arena_t *arena);

// The column's cells in this scope.
const vector_t *scope_column(scope_t *scope, size_t column);

// Notes losses in cell `i`, a bit for each.
void scope_lose(scope_t *scope, size_t i, uint8_t losses);

// Counts the losses of the rows whose cell of the result (or whose only cell) is missing.
void scope_tally(const scope_t *scope, const vector_t *result);

// Room for one text of `size` bytes that lives as long as the results; NULL, and a fault in the
// run, when it passes EXPR_CELL_MAX or EXPR_BYTES_MAX.
char *scope_bytes(const scope_t *scope, size_t size);

// Counts the bytes of a text made elsewhere; false, and a fault in the run, when it passes
// EXPR_BYTES_MAX.
bool scope_count(const scope_t *scope, size_t size);
