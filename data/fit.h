// SPDX-License-Identifier: MPL-2.0
// Fits a recipe to a table: one pass over the file, then every step's parameters, in
// scikit-learn's conventions (population sd, quantiles "linear"). The result turns rows into rows
// (data/transform.h) and is representable as JSON.
//
// Numbers are doubles: integers beyond 2^53 are rounded in columns that a step other than a fill
// touches, and two that round to the same are one level.
//
// Memory does not depend on the number of rows, except for 8 bytes a row (24 for a moment) for each
// column that needs a quantile or the mode of numbers. Levels are limited (PLAN_*_LEVELS).
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/columns.h"
#include "data/op.h"
#include "data/plan.h"
#include "data/value/progress.h"
#include "data/recipe.h"
#include "data/table.h"

enum {
    FIT_LEVELS_ALL = 0,
    FIT_LEVELS_SHOWN = 100, // what previews and results show of a column's levels
};

// The steps fitted on one of the table's columns, in order.
typedef struct {
    op_t **ops; // those of `steps`
    size_t count;
} track_t;

// One column of one fitted step.
typedef struct {
    char *column;
    op_t *op; // owned; NULL for drop
} fitted_t;

typedef struct {
    fitted_t *items;
    size_t count;
    int64_t rows_dropped; // drop_rows
} fitted_step_t;

// A fitted recipe. The table and the recipe's steps are borrowed and must live as long.
typedef struct {
    const table_t *table;
    recipe_t recipe;
    plan_t plan;
    columns_t columns; // columns.order is the output table
    track_t *tracks;   // one for each of the table's columns
    fitted_step_t *steps;
    int64_t rows_in;
    int64_t rows_out;
} fit_t;

// Which rows count. `keep` is NULL (all) or one byte for each of `rows` rows, 0 for a row that is
// not there; rows beyond are not there either.
typedef struct {
    const uint8_t *keep;
    int64_t rows;
} row_mask_t;

// Fits `recipe` to the file at `path`. `mask` and `progress` may be NULL. The caller destroys
// *ret_fit.
//
// Errors: the first issue of recipe_check; CONFLICT when the file is not the described one;
// NO_ROWS, COLUMN_EMPTY, COLUMN_CONSTANT, COLUMN_TYPE (numbers too large), COLUMN_COLLISION, LEVELS
// with step and column; MEMORY, CANCELLED; the reader's.
err_t fit_run(const char *path, const table_t *table, const recipe_t *recipe,
              const row_mask_t *mask, const progress_t *progress, fit_t **ret_fit, fault_t *fault);

// The `steps` document: the recipe with each step's parameters. At most `levels_max` levels a
// column, FIT_LEVELS_ALL for all; `levels_total` tells how many there are. A new reference.
json_t *fit_steps(const fit_t *fit, size_t levels_max);

// The fit that a complete `steps` document stands for, without reading a file. `recipe` is the
// recipe it was made from, or the document itself, which is a recipe too. Errors: INVALID, and
// those of fit_run that come without rows. rows_in and rows_out are those of the table.
err_t fit_from_steps(const table_t *table, const recipe_t *recipe, const json_t *steps,
                     fit_t **ret_fit, fault_t *fault);

void fit_destroy(fit_t **fit);
