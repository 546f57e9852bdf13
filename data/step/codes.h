// SPDX-License-Identifier: MPL-2.0
// The code of a value is its place among a step's levels.
#pragma once

#include "data/step/params.h"
#include "data/value/vector.h"

enum { CODES_UNKNOWN = -1 };

// The codes of a vector's cells, CODES_UNKNOWN for values that were not among the levels; those of
// missing cells mean nothing.
const int32_t *codes_of(const params_t *params, const vector_t *vector, arena_t *arena);

// A level as a text: "Biscoe", "1", "0.5", "true", "2020-01-31". Malloc'd, terminated.
char *codes_level_text(const params_t *params, type_t type, size_t level);
