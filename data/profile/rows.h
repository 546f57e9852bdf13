// SPDX-License-Identifier: MPL-2.0
// Rows of the table that are shown: the first, the last, and any other.
#pragma once

#include "data/profile/facts.h"

enum {
    ROWS_SHOWN = 10,        // at the head and at the tail
    ROWS_COLUMNS_MAX = 100, // cells of a row that is shown
    ROWS_GROUP = 16,        // columns that are loaded at a time
};

// Where a row stands: *ret_stripe and its place in it.
size_t rows_find(const study_t *study, size_t row, size_t *ret_stripe);

// The cells of some rows (ascending), an array of arrays. Errors: IO, CORRUPT.
err_t rows_cells(study_t *study, const size_t *rows, size_t count, json_t **ret_cells,
                 fault_t *fault);

// The "sample" of a report. Errors: IO, CORRUPT.
err_t rows_sample(study_t *study, json_t **ret_sample, fault_t *fault);

// The names of the columns that are shown. A new reference.
json_t *rows_names(const study_t *study);
