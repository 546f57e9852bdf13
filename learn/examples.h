// SPDX-License-Identifier: MPL-2.0
// The rows that count as numbers, row by row: what estimators take.
#pragma once

#include "base/progress.h"
#include "learn/features.h"
#include "learn/sample.h"

static const size_t EXAMPLES_BYTES_MAX = (size_t)2 << 30;

typedef struct {
    double *x; // rows * columns
    size_t rows;
    size_t columns;
} examples_t;

// Reads the frame: all rows of the sample in their order. The caller releases *ret_examples.
//
// Errors: COLUMN_MISSING when a row lacks an input; COLUMN_TYPE for a number that is not finite;
// TOO_LARGE; CANCELLED; those of inputs_load.
err_t examples_read(const features_t *features, const sample_t *sample, const progress_t *progress,
                    examples_t *ret_examples, fault_t *fault);

void examples_release(examples_t *examples);
