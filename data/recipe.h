// SPDX-License-Identifier: MPL-2.0
// Recipes: the list of steps of docs/documents.md, parsed and checked.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

enum {
    RECIPE_STEPS_MAX = 200,
    RECIPE_COLUMNS_MAX = 100000, // column names in all steps together
    RECIPE_NAME_BYTES = 1024,    // a column name
    RECIPE_VALUE_BYTES = 1024,   // a constant
    RECIPE_ISSUES_MAX = 100,     // a check stops after these
};

typedef enum {
    STEP_DROP_ROWS,
    STEP_MEAN,
    STEP_MEDIAN,
    STEP_MODE,
    STEP_CONSTANT,
    STEP_MIN_MAX,
    STEP_Z_SCORE,
    STEP_ROBUST,
    STEP_LABEL,
    STEP_ONE_HOT,
    STEP_DROP,
    STEP_KINDS
} step_kind_t;

// A constant: what a JSON text or number says. A number has its text too, as a table holds it.
typedef struct {
    bool is_number;
    double number;
    char *text;
} recipe_value_t;

// One step. `number` counts from 1 and is the place in faults.
typedef struct {
    step_kind_t kind;
    int32_t number;
    char **columns; // NULL for drop_rows over all columns
    size_t columns_count;
    recipe_value_t value; // STEP_CONSTANT
} step_t;

typedef struct {
    step_t *steps; // only those that could be parsed
    size_t count;
} recipe_t;

// The op and the method of a kind, as recipes write them ("missing", "mean"); the method of `drop`
// is NULL.
const char *step_op(step_kind_t kind);
const char *step_method(step_kind_t kind);

// Parses a recipe. Every problem is appended to `issues` (an array of docs/documents.md, "Issues",
// at most RECIPE_ISSUES_MAX) and the step that has it is left out, so that the others can still be
// checked. The caller releases *ret_recipe.
void recipe_parse(const json_t *json, json_t *issues, recipe_t *ret_recipe);

// Frees what a recipe holds.
void recipe_release(recipe_t *recipe);

// Checks a recipe against a table's description, without the table: every issue at once, an empty
// array when it can run. What only the rows can tell (a collision of one_hot names, an
// interquartile range of zero, no rows left) shows when it runs. A description that is not valid is
// an issue as well. A new reference, never NULL. Thread-safe.
json_t *recipe_check(const json_t *recipe, const json_t *description);

// Appends a fault to a list of issues, unless the list is full.
void issues_add(json_t *issues, const fault_t *fault);
