// SPDX-License-Identifier: MPL-2.0
// The part of a recipe that prepares a model's features.
#pragma once

#include "data/recipe.h"
#include "data/table.h"
#include "learn/request.h"

// Copies the steps of `recipe` as far as they touch features: drop_rows (it chooses rows, and a
// model does not) and other columns are left out; step numbers stay. The caller releases
// *ret_recipe.
//
// Errors: TARGET for a step other than drop_rows that touches the target.
err_t prepare_recipe(const recipe_t *recipe, const table_t *table, const request_t *request,
                     recipe_t *ret_recipe, fault_t *fault);
