// SPDX-License-Identifier: MPL-2.0
// Some rows of a table in memory, to be prepared again with other cells in one column: what a model
// would see if that column were different.
#pragma once

#include "data/engine/eval.h"
#include "learn/features.h"

typedef struct {
    const features_t *features; // borrowed
    eval_t *eval;
    size_t *columns; // all of the frame
    vector_t *cells; // of the rows, by column of the frame; only the features have some
    vector_t *laid;  // the same with the other cells
    size_t rows;
    arena_t arena; // for the cells
} remake_t;

// Reads the features' cells of rows of the table, counted from 1, ascending. The caller releases
// *ret_remake. Errors: IO, CORRUPT.
err_t remake_new(const features_t *features, const int64_t *numbers, size_t count,
                 remake_t *ret_remake, fault_t *fault);

// The cells of a column of the table.
const vector_t *remake_cells(const remake_t *remake, size_t column);

// Puts other cells of as many rows into a column; the others have theirs. What was made before is
// gone.
void remake_lay(remake_t *remake, size_t column, const vector_t *cells);

// What an input becomes: a number for each row, NAN where there is none. It holds until the next
// remake_lay. Errors: those of eval_node.
err_t remake_input(remake_t *remake, size_t input, const double **ret_numbers, fault_t *fault);

void remake_release(remake_t *remake);
