// SPDX-License-Identifier: MPL-2.0
// Tables on the terminal: columns as wide as their widest cell, up to a limit.
#pragma once

#include <jansson.h>

// Prints an array of objects, one line each, under the titles; `keys` and `titles` are separated by
// spaces.
void grid_print_objects(const json_t *objects, const char *keys, const char *titles);

// Prints rows of cells (texts or null) under the columns' names. `mark` (may be NULL) lists, for
// each row, the indexes of cells to be marked with '*'.
void grid_print_cells(const json_t *columns, const json_t *rows, const json_t *mark);
