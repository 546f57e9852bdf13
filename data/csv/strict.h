// SPDX-License-Identifier: MPL-2.0
// The careful path when nothing may be left out: pieces from the reader, which is libcsv.
#pragma once

#include "data/csv/piece.h"
#include "data/csv/reader.h"

// Where pieces end: at the first row end at or behind `bytes_min`, or after `rows_max` rows.
typedef struct {
    size_t bytes_min;
    size_t rows_max;
} piece_rule_t;

// Fills `piece` (cleared, its columns set) with the next rows of the reader; `start` is the offset
// in the text at which the piece begins. A piece without rows is the end. Errors: those of
// reader_next.
err_t strict_take(reader_t *reader, const piece_rule_t *rule, int64_t start, csv_piece_t *piece,
                  fault_t *fault);
