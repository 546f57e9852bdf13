// SPDX-License-Identifier: MPL-2.0
// Runs a recipe over a whole table.
#pragma once

#include <jansson.h>

#include "base/fault.h"
#include "data/value/progress.h"

// Fits `recipe` on the CSV file at `path`, writes the transformed table to `output_path` (created
// or replaced; complete and on disk when this returns ERR_OK; otherwise removed, if it is a regular
// file) and makes the "Process result" document, which the caller owns.
//
// The output has the input's delimiter, LF line ends, UTF-8 without a byte order mark. Fields of
// columns that no step touches are the input's bytes, quotes included.
//
// Errors: those of fit_run (data/fit.h) and IO, FULL for the output. Thread-safe.
err_t process_run(const char *path, const json_t *description, const json_t *recipe,
                  const char *output_path, const progress_t *progress, json_t **ret_result,
                  fault_t *fault);
