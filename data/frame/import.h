// SPDX-License-Identifier: MPL-2.0
// A CSV file becomes a frame: one pass that finds the fields, reads every cell, settles each
// column's type over the whole file, and describes the table.
//
// Pieces of about 512 KiB are worked on side by side and settled in their order, so that neither
// threads nor read sizes change a byte. Memory: a few pieces a thread, and the counting of distinct
// values (COLUMN_DISTINCT_BYTES).
#pragma once

#include <jansson.h>

#include "base/fault.h"
#include "base/progress.h"

typedef struct {
    const json_t *options; // "Import options" (docs/documents.md), may be NULL
    size_t threads;        // 0: as parallel_threads says
    const json_t *typed;   // names: the cells of other columns are kept as texts, nothing is said
                           // of them; NULL: all columns are read
    const json_t *skipped; // names: columns that are not kept at all; may be NULL
    bool hash;             // the file's SHA-256 goes into the description
    const progress_t *progress;
} import_t;

// Writes the frame of the file at `path` to `fd`, an empty file that stays the caller's. The
// description is in the frame too; the caller owns *ret_description.
//
// Errors: INVALID and COLUMN_UNKNOWN for options; those of csv_open and csv_take; CSV_EMPTY without
// rows; FULL, IO; CANCELLED.
err_t import_run(const char *path, const import_t *import, int fd, json_t **ret_description,
                 fault_t *fault);

// A new file without a name in a folder (NULL: TMPDIR, else /var/tmp); it is gone with its last
// descriptor. Errors: IO, FULL.
err_t import_scratch(const char *folder, int *ret_fd, fault_t *fault);
