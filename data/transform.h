// SPDX-License-Identifier: MPL-2.0
// Turns a table's rows into rows of the output table of a fit. Thread-safe: a fit is only read.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "data/fit.h"
#include "data/op.h"
#include "data/csv/reader.h"

// One output cell. An untouched one is the input's field, byte for byte.
typedef struct {
    value_t value;               // NUMBER only for columns that a step touched
    const reader_field_t *field; // the input's field that the output keeps, else NULL
} cell_t;

// Reads a cell of the table. Errors: CONFLICT when it is not of the described type.
err_t transform_read(const table_t *table, const reader_row_t *row, size_t track,
                     value_t *ret_value, fault_t *fault);

// Whether a row has a value in every track that a filter asks for.
bool transform_passes(const filter_t *filter, const reader_row_t *row);

// Whether a row passes every drop_rows step.
bool transform_keeps(const fit_t *fit, const reader_row_t *row);

// Fills one cell for each column of the output (fit->columns.order). What the cells point to holds
// as long as the row and the fit. Errors: CONFLICT.
err_t transform_row(const fit_t *fit, const reader_row_t *row, cell_t *ret_cells, fault_t *fault);

// What a fit makes of a column of the table: its value, or the code of the leaf that is 1 once
// one_hot has split the column. Untouched numbers are numbers too. Errors: CONFLICT.
err_t transform_track(const fit_t *fit, const reader_row_t *row, size_t track, value_t *ret_value,
                      fault_t *fault);

// The value of a leaf, given its track's code.
value_t transform_leaf(const column_t *leaf, value_t code);
