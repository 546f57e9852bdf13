// SPDX-License-Identifier: MPL-2.0
// Reads a whole table once and describes it.
//
// Memory is bounded whatever the file's size: distinct values are counted exactly up to
// INSPECT_DISTINCT_MAX per column and up to a byte budget shared by the columns (256 MiB); beyond
// either, `distinct` is the number counted so far and `distinct_exact` is false.
#pragma once

#include <jansson.h>

#include "base/fault.h"
#include "data/value/progress.h"

enum {
    INSPECT_DISTINCT_MAX = 100000,
    INSPECT_EXAMPLE_BYTES = 40, // longer examples are cut
};

// Makes the "Dataset description" (docs/documents.md) of the CSV file at `path`. Types come from
// every row. Numbers are distinct by value ("1" and "1.0" are one), texts by bytes; mean and sd
// (population) are those of numpy within 1e-12; a number that a JSON real cannot hold is null. The
// caller owns *ret_description.
//
// Errors: every CSV_* error with line and column, IO, TOO_LARGE, CANCELLED.
err_t inspect_file(const char *path, const progress_t *progress, json_t **ret_description,
                   fault_t *fault);
