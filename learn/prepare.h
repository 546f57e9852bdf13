// SPDX-License-Identifier: MPL-2.0
// The part of a recipe that prepares a model's features.
#pragma once

#include "data/step/recipe.h"
#include "learn/request.h"

// Copies the steps of `recipe` as far as they touch features: filters of rows (they choose rows,
// and a model does not) and other columns are left out; step numbers stay. `description` is the
// table's. The caller releases *ret_recipe.
//
// Errors: TARGET for a step other than a filter that touches the target; UNSUPPORTED for a step
// that touches a feature and cannot be part of a model, and for one that sorts, or chooses rows by
// what it learns of others.
err_t prepare_recipe(const recipe_t *recipe, const json_t *description, const request_t *request,
                     recipe_t *ret_recipe, fault_t *fault);
