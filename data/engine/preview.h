// SPDX-License-Identifier: MPL-2.0
// What a recipe makes of some rows of a table, with parameters from all rows.
#pragma once

#include <jansson.h>

#include "data/engine/fit.h"

enum {
    PREVIEW_ROWS = 50,
    PREVIEW_ROWS_MAX = 1000,
    PREVIEW_CELL_BYTES = 1024, // longer cells are cut and end in U+2026
};

typedef struct {
    const frame_t *frame;
    const json_t *recipe;
    int64_t from; // the first input row that is shown, counted from 0
    size_t rows;  // how many; 0: PREVIEW_ROWS
    size_t threads;
    const progress_t *progress; // may be NULL
    fit_cache_t *cache;         // of this frame; may be NULL
} preview_t;

// Makes the "Preview" document (docs/documents.md): input rows and what becomes of them. Where a
// step chooses rows by all rows (a sample, duplicates) or sorts them, the first output rows are
// shown instead; behind a sort their numbers are those of the sorted rows. A missing value is null
// on both sides, whatever token stood for it. Parameters show at most STEPS_LEVELS_SHOWN levels a
// column. The caller owns *ret_preview.
//
// Errors: those of fit_flow; INVALID for a window beyond the table.
err_t preview_make(const preview_t *preview, json_t **ret_preview, fault_t *fault);
