// SPDX-License-Identifier: MPL-2.0
// Cells that are written into a temporary frame and read from it again.
#pragma once

#include "data/engine/cells.h"
#include "data/frame/cell.h"
#include "data/value/levels.h"

// Changes texts of cells [from, from + count) of a column, as cells_write made them, so that a
// column of the type reads each as the vector's value. Those of missing cells that would read as
// values are collected in `tokens`. `scratch` is the one of cells_write.
void segment_cell_settle(const cells_t *cells, const vector_t *vector, size_t from, size_t count,
                         cell_text_t *texts, char *scratch, levels_t *tokens);
