// SPDX-License-Identifier: MPL-2.0
// The training rows as a matrix, with their classes.
#pragma once

#include <stdint.h>

#include "base/progress.h"
#include "learn/features.h"
#include "learn/sample.h"
#include "learn/sparse.h"

typedef struct {
    sparse_t matrix;
    int32_t *classes; // of the matrix's rows
} examples_t;

// Reads the frame. The first rows are one of each class, ascending (see svc.h), the others follow
// in the table's order. The test rows are checked as well. The caller releases *ret_examples.
//
// Errors: COLUMN_MISSING when a row that is to be used lacks an input; TOO_LARGE; CANCELLED; those
// of inputs_load.
err_t examples_read(const features_t *features, const sample_t *sample, const progress_t *progress,
                    examples_t *ret_examples, fault_t *fault);

void examples_release(examples_t *examples);
