// SPDX-License-Identifier: MPL-2.0
// Recipes: lists of steps (docs/documents.md), read and checked as far as that goes without a
// table.
#pragma once

#include "data/step/step.h"

enum {
    RECIPE_STEPS_MAX = 200,
    RECIPE_COLUMNS_MAX = 100000, // column names in all steps together
    RECIPE_ISSUES_MAX = 100,     // a check stops after these
};

typedef struct {
    step_t *steps; // only those that could be read
    size_t count;
} recipe_t;

// Reads a recipe. Every problem is appended to `issues` (docs/documents.md, "Issues", at most
// RECIPE_ISSUES_MAX) and the step that has it is left out, so that the others can still be checked.
// The caller releases *ret_recipe.
void recipe_parse(const json_t *json, json_t *issues, recipe_t *ret_recipe);

// The same for who needs a recipe without problems. Errors: the first issue.
err_t recipe_read(const json_t *json, recipe_t *ret_recipe, fault_t *fault);

// Frees what a recipe holds.
void recipe_release(recipe_t *recipe);

// Appends a fault to a list of issues, unless the list is full.
void issues_add(json_t *issues, const fault_t *fault);
