// SPDX-License-Identifier: MPL-2.0
// Columns of cells become rows of CSV (RFC 4180, LF line ends).
#pragma once

#include "base/buf.h"
#include "data/engine/cells.h"

enum {
    ROWS_BLOCK = 512,     // rows whose cells are made at once,
    ROWS_BYTES = 4 << 20, // fewer where they need more memory than this
};

// Working memory of one thread.
typedef struct {
    cell_text_t *texts; // columns x block
    char *scratch;
    size_t columns;
    size_t block;
} rows_t;

void rows_init(rows_t *rows, size_t columns);

// Appends `count` rows of `columns` cells. A row of one empty cell is written "" unless `blank` is
// set: most readers skip blank lines.
void rows_write(rows_t *rows, const cells_t *cells, size_t count, bool blank, buf_t *out);

// Appends a name of the header, `first` or behind others, in quotes where it must be or `quoted` is
// set.
void rows_name(buf_t *out, const char *name, bool first, bool quoted, const cells_style_t *style);

void rows_release(rows_t *rows);
