// SPDX-License-Identifier: MPL-2.0
// Sorting more small records than memory holds: runs of them, sorted, go to a file without a name
// and are merged at the end.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

enum {
    RUNS_MEMORY = 64 << 20,      // bytes of records before a run is written
    RUNS_READ_BYTES = 24 * 4096, // read at once of each run
};

// Compared word by word.
typedef struct {
    uint64_t words[3];
} run_record_t;

typedef struct runs runs_t;

// No records yet; at most `memory` bytes of them are held.
runs_t *runs_new(size_t memory);

// Adds a record. Errors: IO, FULL.
err_t runs_add(runs_t *runs, const run_record_t *record, fault_t *fault);

// Calls `take` with every record, in order; nothing is added afterwards. Errors: IO, FULL.
err_t runs_merge(runs_t *runs, void (*take)(void *context, const run_record_t *record),
                 void *context, fault_t *fault);

void runs_destroy(runs_t **runs);
