// SPDX-License-Identifier: MPL-2.0
// A recipe checked against a table's description, without the table.
#pragma once

#include <jansson.h>

// Every issue at once, in the order of steps; an empty array when the recipe can run. Types are
// tracked through the steps. What only the rows can tell (a collision of one_hot names, no rows
// left) shows when it runs. A description that is not valid is an issue as well. A new reference,
// never NULL. Thread-safe.
json_t *recipe_check(const json_t *recipe, const json_t *description);
