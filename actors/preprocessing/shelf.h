// SPDX-License-Identifier: MPL-2.0
// The tables in columns that the actor has at hand, with what was learned of them: a file for each
// blob and import options (actors/runtime/frames.h), made from the CSV when it is asked for first.
// Thread-safe.
#pragma once

#include <jansson.h>

#include "base/fault.h"
#include "base/progress.h"
#include "data/engine/fit_cache.h"
#include "data/frame/frame.h"

enum {
    SHELF_OPEN_MAX = 16,  // tables that are open; the one that was used longest ago goes
    SHELF_FILES_MAX = 64, // files that are kept
};

typedef struct shelf shelf_t;

// A table that is in use.
typedef struct {
    frame_t *frame;
    fit_cache_t *cache;
    void *book;
} shelf_loan_t;

// The shelf of a data directory, with the files that are there already. Errors: IO.
err_t shelf_open(const char *data_dir, shelf_t **ret_shelf, fault_t *fault);

// The table of a blob whose content is at `path`; `options` are the import options it was made
// with, may be NULL. Who asks for a table that another thread is making waits for it. The loan is
// given back with shelf_return. Errors: those of import_run.
err_t shelf_take(shelf_t *shelf, const char *blob, const char *path, const json_t *options,
                 const progress_t *progress, shelf_loan_t *ret_loan, fault_t *fault);

void shelf_return(shelf_t *shelf, shelf_loan_t *loan);

void shelf_close(shelf_t **shelf);
