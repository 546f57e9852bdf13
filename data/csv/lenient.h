// SPDX-License-Identifier: MPL-2.0
// The careful path when bad lines may be left out. It reads what libcsv reads in the same way, and
// besides:
//   a quote inside a field that does not begin with one is a character like others;
//   text behind a closing quote belongs to the value, up to the delimiter, quotes and all: "a"b is
//   ab; but when the field spans lines, its quote counts as never closed;
//   a quote that is never closed makes its line bad, from the beginning of the row to the end of
//   the line in which it opened; reading goes on behind it;
//   rows with another number of fields, NUL or bytes that are not UTF-8, and rows or fields over
//   the limits are bad.
#pragma once

#include "data/csv/ahead.h"
#include "data/csv/header.h"
#include "data/csv/strict.h"

typedef struct lenient lenient_t;

// A parser of the rows of `columns` fields that are next in `ahead` (borrowed), on `line`. The
// caller destroys it.
lenient_t *lenient_new(ahead_t *ahead, const csv_dialect_t *dialect, size_t columns, int64_t line,
                       bool after_cr);

// Fills `piece` (cleared, its columns set) with the next rows and bad lines; `start` is the offset
// in the text at which it begins. *ret_more is false at the end. Errors: those of stream_read.
err_t lenient_take(lenient_t *lenient, const piece_rule_t *rule, int64_t start, csv_piece_t *piece,
                   bool *ret_more, fault_t *fault);

// The line on which the next byte stands.
int64_t lenient_line(const lenient_t *lenient);

void lenient_destroy(lenient_t **lenient);

// Reads a header, or counts the columns of the first row when the dialect has none, from the
// beginning of a text whose first record is ahead; mends its names. Errors: CSV_EMPTY, CSV_HEADER
// for too many columns, CSV_QUOTE, CSV_NUL, CSV_ENCODING, TOO_LARGE.
err_t lenient_head(ahead_t *ahead, const csv_dialect_t *dialect, header_t **ret_header,
                   int64_t *ret_line, fault_t *fault);
