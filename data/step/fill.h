// SPDX-License-Identifier: MPL-2.0
// One value in the place of missing ones.
#pragma once

#include "data/step/step.h"

// Params that hold a constant of a recipe, read as the type of the call's first input. Errors:
// STEP_PARAMETER for one that is of another type or means missing.
err_t fill_constant(const call_t *call, const json_t *value, params_t **ret_params, fault_t *fault);

// The vector as `type` (its own, or FLOAT for integers), the params' value where cells are missing.
vector_t fill_vector(const vector_t *vector, type_t type, const params_t *params, arena_t *arena);

// What a description says of numbers once the params' value stands in the missing cells; NULL when
// `facts` does not tell.
json_t *fill_describe(const call_t *call, const json_t *facts, int64_t rows);
