// SPDX-License-Identifier: MPL-2.0
// The part of a recipe that prepares a model's features.
#pragma once

#include "data/step/recipe.h"
#include "learn/request.h"

// Copies the steps of `recipe` as far as they work on features, and on what earlier steps made of
// features; step numbers stay. Left out are filters of rows (they choose rows, and a model does
// not), the order of columns, and steps on other columns. `description` is the table's. The caller
// releases *ret_recipe.
//
// Errors: TARGET for a step other than a filter that changes the target, or uses it beside
// features; UNSUPPORTED for a step that uses features beside other columns, for one that touches a
// feature and cannot go with a model (part_goes), and for one that sorts, or chooses rows by what
// it learns of others; INVALID for another description.
err_t prepare_recipe(const recipe_t *recipe, const json_t *description, const request_t *request,
                     recipe_t *ret_recipe, fault_t *fault);
