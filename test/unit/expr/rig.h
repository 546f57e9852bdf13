// SPDX-License-Identifier: MPL-2.0
// Evaluates expressions over small tables that tests write down.
#pragma once

#include "data/expr/expr.h"
#include "test/unit/test.h"

enum { RIG_ROWS_MAX = 1 << 17 };

// A column: its cells as text(x) writes them, "" for a missing one; a missing one is "<null>" where
// "" is a text.
typedef struct {
    const char *name;
    type_t type;
    const char *const *cells;
    bool coded; // a text: by words and codes
} rig_column_t;

typedef struct {
    arena_t arena;
    vector_t vector;
    expr_stats_t stats;
    fault_t fault;
    expr_t *expr;
} rig_t;

// A vector of `rows` cells in the arena.
vector_t rig_vector(const rig_column_t *column, size_t rows, arena_t *arena);

// Parses, binds and evaluates; the result is in the rig. Returns the first error.
err_t rig_eval(rig_t *rig, const char *text, const rig_column_t *columns, size_t columns_count,
               size_t rows);

// A cell of the result as text(x) writes it, "<null>" for a missing one; it holds until the next
// call.
const char *rig_cell(const rig_t *rig, size_t row);

void rig_release(rig_t *rig);

// Evaluates an expression without columns in one row; the result's cell must be `wanted`.
void rig_gives(const char *text, const char *wanted);

// It must fail with this code, a detail that holds `detail` and a remedy.
void rig_fails(const char *text, const rig_column_t *columns, size_t columns_count, err_t code,
               const char *detail);
