// SPDX-License-Identifier: MPL-2.0
// The inner loops over 64-byte blocks, with vector instructions where the processor has them. After
// simdjson (Langdale and Lemire, 2019): quotes toggle, a prefix xor of their bits (a carry-less
// multiplication by all ones) tells what is inside. All scanners give the same results.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/csv/piece.h"

// Looks for the place where a piece ends.
typedef struct {
    char quote;
    bool narrow;        // one column: a blank line is a row
    size_t bytes_min;   // the first row end at or behind this many bytes is the place,
    size_t rows_max;    // or the end of this row
    size_t at;          // how far it has looked
    uint64_t inside;    // all ones inside quotes
    uint64_t after_cr;  // 1: the byte before `at` is CR
    uint64_t after_end; // 1: it is a line end outside quotes
    size_t rows;
    int64_t lines; // line ends, also inside quotes
} cut_t;

typedef struct {
    const char *name;
    // Looks on in bytes[0, size), of which PIECE_SLACK more may be read: in whole blocks, but for
    // the `last` call. Returns the size of the piece, 0 when no end has come yet.
    size_t (*cut)(cut_t *cut, const char *bytes, size_t size, bool last);
    // Finds the fields of a piece that ends with a line end: fills its fields and rows (bytes,
    // size, columns and after_cr are set), undoes doubled quotes in place. *ret_high tells whether
    // there are bytes beyond ASCII. False when anything is unusual; then the piece's bytes are
    // spoilt.
    bool (*find)(csv_piece_t *piece, char delimiter, char quote, bool *ret_high);
    // Whether bytes are valid UTF-8; PIECE_SLACK more may be read.
    bool (*utf8)(const char *bytes, size_t size);
} scanner_t;

// The fastest one that this processor can run.
const scanner_t *scanner_best(void);

// The one that every processor can run.
const scanner_t *scanner_plain(void);
