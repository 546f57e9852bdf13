// SPDX-License-Identifier: MPL-2.0
// What a recipe needs to be fitted in one pass over the table.
//
// Row filters depend on no parameter: whether a cell is missing after the steps before is known
// from the raw cell and the recipe alone. So all stages (the rows left after 0, 1, 2, ... filters)
// are known while reading, and every parameter can be derived from summaries of raw columns at a
// stage: means and scales compose (data/summary.h).
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "data/recipe.h"
#include "data/table.h"

typedef enum {
    NEED_MOMENTS = 1, // sums, minimum, maximum
    NEED_VALUES = 2,  // every value: 8 bytes a row
    NEED_LEVELS = 4,  // distinct values with counts
} need_kind_t;

enum {
    PLAN_ONE_HOT_LEVELS = 1000,
    PLAN_LABEL_LEVELS = 100000, // also for the mode of a text column
    PLAN_NONE = -1,
};

// A summary that is needed of a table's column.
typedef struct {
    size_t track; // the column
    size_t stage; // over rows that passed so many filters
    unsigned kinds;
    size_t levels_max;
    int32_t levels_step; // the step that sets levels_max
    int64_t next;        // the same track's need at a later stage, or PLAN_NONE
} need_t;

// A drop_rows step: rows with a missing value in any of these tracks go.
typedef struct {
    int32_t step;
    size_t *tracks;
    size_t count;
} filter_t;

typedef struct {
    need_t *needs; // by stage
    size_t needs_count;
    int64_t *first; // by track: its first need, or PLAN_NONE
    filter_t *filters;
    size_t filters_count;
} plan_t;

// Checks a recipe against a table and plans its fit. Problems are appended to `issues`; a plan with
// issues may not be run. The caller releases *ret_plan.
void plan_make(const table_t *table, const recipe_t *recipe, json_t *issues, plan_t *ret_plan);

void plan_release(plan_t *plan);
