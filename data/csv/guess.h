// SPDX-License-Identifier: MPL-2.0
// Guesses what a table's text is like from its first bytes.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "data/csv/csv.h"

enum { GUESS_ROWS = 200 }; // how many rows are looked at

// Settles delimiter, quote, header, decimal mark and line ends: as `options` say, else as `bytes`
// look; `whole` tells that the text ends with them.
//
//   quote      ' when fields stand in it and neither " nor a stray ' speaks against it, else "
//   delimiter  of , ; tab | the one that splits most rows into as many fields as the first; on a
//              tie the one with most fields, then the earlier one; a comma when none splits the
//              first row
//   header     there is one unless all cells of the first row that are not empty look like numbers
//              or dates
//   decimal    a comma when the delimiter is none, a column holds numbers with a comma and no
//              column holds numbers with a decimal point
void guess_dialect(const char *bytes, size_t size, bool whole, const csv_options_t *options,
                   csv_dialect_t *dialect);
