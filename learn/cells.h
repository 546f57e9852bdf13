// SPDX-License-Identifier: MPL-2.0
// Rows that come as a document, such as a form sends, as columns of cells.
#pragma once

#include <jansson.h>

#include "data/frame/frame.h"

enum {
    CELLS_ROWS_MAX = 1000,
    CELLS_TEXT_MAX = 64 * 1024, // bytes of one cell
};

typedef struct {
    arena_t arena;
    vector_t *vectors; // by column of the frame; in the arena
    size_t rows;
} cells_t;

// Reads rows for the columns of a frame: each row is an object {column: cell}, of which other keys
// are ignored, or a list of cells in the order of the columns. A cell is null (missing), a number,
// a truth value or a text, which is read as a file's cell of the column's type is; the empty text
// is missing.
//
// Takes a `*ret_cells` of zeros, or one that was used before, whose memory is used again. Errors:
// INVALID for what is no list of 1 to CELLS_ROWS_MAX rows; COLUMN_UNKNOWN for a row without one of
// the columns; COLUMN_TYPE for a cell that is not of the column's type.
err_t cells_read(const frame_t *frame, const json_t *rows, cells_t *ret_cells, fault_t *fault);

void cells_release(cells_t *cells);
