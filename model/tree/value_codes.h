// SPDX-License-Identifier: MPL-2.0
// Finds out whether a column has few distinct values.
#pragma once

#include "model/tree/columns.h"

// Sets levels and codes of the column; false, and nothing is set, when there are more values than
// LEVELS_MAX.
bool value_codes_find(const matrix_t *matrix, size_t column, column_t *ret_column);
