// SPDX-License-Identifier: MPL-2.0
// A temporary frame that is written row by row.
#pragma once

#include "base/buf.h"
#include "data/engine/cells.h"
#include "data/engine/flow.h"
#include "data/value/levels.h"

typedef struct segment_frame segment_frame_t;

// Begins a frame of the flow's live columns in an empty file, which stays the caller's.
err_t segment_frame_open(int fd, const flow_t *flow, segment_frame_t **ret_frame, fault_t *fault);

// Says which texts mean missing in a column, before the first row; the empty one always does.
void segment_frame_tokens(segment_frame_t *frame, size_t column, const levels_t *tokens);

// Appends a cell to the bytes of a row.
void segment_frame_cell(buf_t *row, const cell_text_t *cell);

// Adds a row of as many cells as there are columns. Errors: IO, FULL.
err_t segment_frame_row(segment_frame_t *frame, const char *cells, size_t size, fault_t *fault);

// Writes what makes it a frame: its description has rows, delimiter, "rewritten" and, of each
// column, name, type, missing and a number that it has at least of distinct values. Errors: IO,
// FULL.
err_t segment_frame_close(segment_frame_t *frame, char delimiter, fault_t *fault);

void segment_frame_destroy(segment_frame_t **frame);
