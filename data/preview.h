// SPDX-License-Identifier: MPL-2.0
// What a recipe makes of the first rows of a table.
#pragma once

#include <jansson.h>

#include "base/fault.h"
#include "data/value/progress.h"

enum {
    PREVIEW_ROWS = 50,
    PREVIEW_CELL_BYTES = 1024, // longer cells are cut and end in U+2026
};

// Makes the "Preview" document (docs/documents.md): the first PREVIEW_ROWS input rows and what
// becomes of them, with parameters fitted on all rows. `description` is the file's "Dataset
// description", `recipe` a "Recipe". A missing value is null on both sides, whatever token stood
// for it. Parameters show at most FIT_LEVELS_SHOWN levels a column. The caller owns *ret_preview.
//
// Errors: those of fit_run (data/fit.h). Thread-safe: shares nothing with other calls.
err_t preview_make(const char *path, const json_t *description, const json_t *recipe,
                   const progress_t *progress, json_t **ret_preview, fault_t *fault);
