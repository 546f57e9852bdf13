// SPDX-License-Identifier: MPL-2.0
// Writes CSV (RFC 4180 with LF line ends) to a file.
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "data/transform.h"

typedef struct writer writer_t;

// Creates or replaces the file. The caller closes or destroys *ret_writer. Errors: IO, FULL.
err_t writer_open(const char *path, char delimiter, writer_t **ret_writer, fault_t *fault);

// Adds a field to the row: bytes that are quoted already, a text that is quoted if it must be, a
// value (missing is empty, a number is shortest), a cell.
void writer_raw(writer_t *writer, const char *bytes, size_t size);
void writer_text(writer_t *writer, const char *text, size_t size);
void writer_value(writer_t *writer, value_t value);
void writer_cell(writer_t *writer, const cell_t *cell);

// Ends the row. A row of one empty field is written "" unless that field came as it is in a
// one-column table (`keep_blank`): most readers skip blank lines. Errors: IO, FULL.
err_t writer_end_row(writer_t *writer, bool keep_blank, fault_t *fault);

// Writes what is left, makes it durable (fsync) and closes the file; *ret_bytes is its size. The
// writer is gone afterwards, whatever the result. Errors: IO, FULL.
err_t writer_close(writer_t **writer, int64_t *ret_bytes, fault_t *fault);

// Closes the file without care for its content.
void writer_destroy(writer_t **writer);

// Removes what a failed run left at `path`, if it is a regular file: a run may be told to write to
// a device, and devices are not ours to remove.
void writer_remove(const char *path);
