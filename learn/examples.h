// SPDX-License-Identifier: MPL-2.0
// The training rows as a matrix, with their classes.
#pragma once

#include <stdint.h>

#include "data/value/progress.h"
#include "learn/features.h"
#include "learn/matrix.h"
#include "learn/rows.h"

typedef struct {
    matrix_t matrix;
    int32_t *classes; // of the matrix's rows
} examples_t;

// Reads the file. The first rows are one of each class, ascending (see svc.h), the others follow in
// the file's order. The test rows are checked as well. The caller releases *ret_examples.
//
// Errors: COLUMN_MISSING when a row that is to be used lacks an input; TOO_LARGE; CANCELLED;
// CONFLICT; the reader's.
err_t examples_read(const char *path, const features_t *features, const rows_t *rows,
                    const progress_t *progress, examples_t *ret_examples, fault_t *fault);

void examples_release(examples_t *examples);
