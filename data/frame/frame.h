// SPDX-License-Identifier: MPL-2.0
// A table in columns, on disk: what a CSV file becomes once, and what previews, fits, runs,
// profiles and training read from then on.
//
// A frame is a list of stripes, runs of at most FRAME_STRIPE_ROWS rows; in a stripe each column has
// a chunk of its own (data/frame/chunk.h). Reading needs memory for one stripe's wanted columns.
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/value/vector.h"

enum {
    FRAME_STRIPE_ROWS = 65536,
    FRAME_COLUMNS_MAX = 10000,
};

typedef struct frame frame_t;

// Opens a frame file; it may be used by several threads at once. The caller destroys *ret_frame.
// Errors: NOT_FOUND, IO, CORRUPT.
err_t frame_open(const char *path, frame_t **ret_frame, fault_t *fault);

// The same for an open file, which the frame closes at its end.
err_t frame_open_fd(int fd, frame_t **ret_frame, fault_t *fault);

// A frame without rows for a "Dataset description", which must have columns with names and types:
// for cells that come from elsewhere (stripe_lay). The caller destroys *ret_frame. Errors: CORRUPT.
err_t frame_blank(const json_t *description, frame_t **ret_frame, fault_t *fault);

int64_t frame_rows(const frame_t *frame);
size_t frame_columns(const frame_t *frame);

// Name (UTF-8, terminated) and type of a column.
const char *frame_name(const frame_t *frame, size_t column);
type_t frame_type(const frame_t *frame, size_t column);

// The index of the column with this name, FRAME_NO_COLUMN when there is none.
enum { FRAME_NO_COLUMN = -1 };
int64_t frame_find(const frame_t *frame, const char *name);

// The "Dataset description" (docs/documents.md) that was stored with the frame. Borrowed.
const json_t *frame_description(const frame_t *frame);

size_t frame_stripes(const frame_t *frame);

// The number of the first row of a stripe, counted from 0, and how many rows it has.
int64_t frame_stripe_first(const frame_t *frame, size_t stripe);
// Gives the disk space of a stripe back, where the file system can: nobody may read it again. For
// frames of one use; a whole one that goes at the end keeps everybody waiting.
void frame_forget_stripe(const frame_t *frame, size_t stripe);

size_t frame_stripe_rows(const frame_t *frame, size_t stripe);

void frame_destroy(frame_t **frame);

// The stripe that one thread is at: its chunks, and what was made of them.
typedef struct stripe stripe_t;

// A stripe of `frame`, which is borrowed; nothing is read yet. The caller destroys it.
stripe_t *stripe_new(const frame_t *frame);

// Reads the chunks of some columns of stripe `index`; what was read before is gone. `columns` is
// ascending. Errors: IO, CORRUPT.
err_t stripe_load(stripe_t *stripe, size_t index, const size_t *columns, size_t count,
                  fault_t *fault);

// Takes cells that come from elsewhere instead: `vectors[i]` are those of `columns[i]`, of the
// column's type; they are borrowed until the next stripe_lay or stripe_load. There are no texts.
void stripe_lay(stripe_t *stripe, const size_t *columns, const vector_t *vectors, size_t count);

// Only the first `rows` rows of the loaded stripe are wanted; before anything is decoded.
void stripe_limit(stripe_t *stripe, size_t rows);

// The arena for what is made of the stripe; the next stripe_load resets it.
arena_t *stripe_arena(stripe_t *stripe);

// The cells of a loaded column, of the column's type. Decoded at the first call.
const vector_t *stripe_vector(stripe_t *stripe, size_t column);

// The cells of a loaded column as they stood in the file: values without quotes, missing ones with
// whatever stood there.
const text_t *stripe_texts(stripe_t *stripe, size_t column);

// Which cells of a loaded column were quoted, a byte each; NULL when none was.
const uint8_t *stripe_quoted(stripe_t *stripe, size_t column);

void stripe_destroy(stripe_t **stripe);
