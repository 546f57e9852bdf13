// SPDX-License-Identifier: MPL-2.0
// Reads a table's header, which may be missing.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/csv/ahead.h"
#include "data/csv/header.h"
#include "data/csv/scanner.h"

// What is known once the header is read; the first row is next in the text.
typedef struct {
    header_t *header; // owned by the caller
    int64_t line;     // on which the rows begin
    bool after_cr;    // the byte before them is CR
} head_t;

// Reads the header as the dialect has it from the beginning of a text. When `lenient`, names are
// mended and stray quotes are taken as they are. Errors: those of reader_open.
err_t head_read(ahead_t *ahead, const scanner_t *scanner, const csv_dialect_t *dialect,
                bool lenient, head_t *ret_head, fault_t *fault);
