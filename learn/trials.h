// SPDX-License-Identifier: MPL-2.0
// Who runs the trials of a search: processes of this one (trial_pool.h), or training actors, each
// of which takes trials as they come (actors/training).
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

// What a person wants of a search that is under way.
typedef enum {
    STEER_GO,
    STEER_PAUSE, // no more trials are begun until it is STEER_GO again
    STEER_STOP,  // what has been found counts
} steer_t;

// An order is {"algorithm", "parameters", "rows_share", "score", "memory_bytes"} as trial.h has
// them.
typedef struct {
    void *context;
    size_t room; // so many trials are under way at once
    // Begins a trial; its number is the caller's and comes back with its row. Errors: BUSY, IO.
    err_t (*begin)(void *context, size_t number, const json_t *order, fault_t *fault);
    // Waits at most `wait_ms` for a trial to end: *ret_row is its row, a new reference, or NULL
    // when none did. Errors: those that end the search.
    err_t (*next)(void *context, int64_t wait_ms, size_t *ret_number, json_t **ret_row,
                  fault_t *fault);
    // Ends the trials that are under way; their rows do not come.
    void (*drop)(void *context);
    // May be NULL: nobody has a say.
    steer_t (*steer)(void *context);
} trials_t;
