// SPDX-License-Identifier: MPL-2.0
// A table's header: a checked copy of its first row.
#pragma once

#include "data/csv/reader.h"

typedef struct header header_t;

// Copies a row whose names must be not empty, unique and at most READER_NAME_BYTES long; the caller
// destroys *ret_header. Errors: CSV_HEADER.
err_t header_new(const reader_row_t *row, header_t **ret_header, fault_t *fault);

// A header of `count` columns with the names column_1, column_2, ...
header_t *header_made(size_t count);

// Copies a row and mends its names: an empty one becomes column_N, one that is there already gets
// _2, _3, ..., one that is too long is cut.
header_t *header_mended(const reader_row_t *row);

// The header as a row.
const reader_row_t *header_row(const header_t *header);

// The name of column `i`, terminated; "" beyond the last.
const char *header_name(const header_t *header, size_t i);

void header_destroy(header_t **header);
