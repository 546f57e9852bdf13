// SPDX-License-Identifier: MPL-2.0
// The columns as they stand between two steps of a recipe.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/field.h"
#include "data/recipe.h"
#include "data/table.h"
#include "data/value/levels.h"

// One column, alive or not. A column is either a table's column with what the steps made of it, or
// a leaf: one of the 0/1 columns of a one_hot step, which only knows what a 0 and a 1 became since.
typedef struct {
    char *name;
    type_t type;
    size_t track;     // the table's column it comes from
    bool leaf;        // comes from one_hot
    size_t level;     // leaf: which level
    double zero;      // leaf: what 0 became
    double one;       // leaf: what 1 became
    bool coded;       // label made it a number: its values are no longer the table's
    bool filled;      // nothing is missing in it any more
    bool touched;     // a step changed it
    bool live;        // still there
    bool expanded;    // ended by one_hot, not by drop
    int32_t ended_by; // the step, counted from 1
} column_t;

typedef struct {
    column_t *items;
    size_t count;
    size_t capacity;
    size_t *order; // the live ones, as the table would be written
    size_t order_count;
    size_t order_capacity;
    levels_t *names; // all names there ever were ...
    size_t *latest;  // ... and the last column of that name
} columns_t;

enum { COLUMNS_NONE = -1 };

// The columns of a table.
columns_t columns_new(const table_t *table);

// The index of the live column `name`, or COLUMNS_NONE.
int64_t columns_find(const columns_t *columns, const char *name);

// Fills `fault` with COLUMN_UNKNOWN for `name`, and a remedy that knows what became of the column,
// or which one was probably meant.
err_t columns_unknown(const columns_t *columns, const char *name, fault_t *fault);

// Whether `name` may be a 0/1 column of the ended column, judged by its beginning.
bool columns_may_be_leaf(const column_t *column, const char *name);

// What a step other than one_hot, drop and drop_rows makes of a column's type and flags.
void columns_advance(column_t *column, const step_t *step);

// Takes column `i` away at a step.
void columns_end(columns_t *columns, size_t i, int32_t step);

// Puts one leaf per level, with these names, in place of column `i`. Errors: COLUMN_COLLISION,
// LEVELS when the table would be too wide; then nothing has changed.
err_t columns_expand(columns_t *columns, size_t i, int32_t step, char *const *names, size_t count,
                     fault_t *fault);

// Fills `fault` for a recipe that leaves no column: STEP_PARAMETER.
err_t columns_none_left(fault_t *fault);

void columns_release(columns_t *columns);
