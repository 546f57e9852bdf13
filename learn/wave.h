// SPDX-License-Identifier: MPL-2.0
// Candidates that do not wait for each other's scores, tried side by side.
#pragma once

#include "base/progress.h"
#include "learn/request.h"
#include "learn/trials.h"

enum { WAVE_SAID_BYTES = 96 };

// A search that is under way: what it may do, and what it has found.
typedef struct {
    const trials_t *trials;
    const progress_t *progress;
    const char *score; // that trials are compared by
    size_t trials_max;
    size_t memory_bytes;        // of a trial; 0: no limit
    int64_t begun_ms;           // of the monotonic clock
    int64_t deadline_ms;        // 0: none
    json_t *board;              // rows, as they were ordered; owned by the caller
    const json_t *best;         // of them; borrowed
    size_t done;                // trials
    char said[WAVE_SAID_BYTES]; // what people are told of it
} hunt_t;

// Whether time, or the number of trials, is over, or a person wants no more.
bool hunt_is_over(const hunt_t *hunt);

// How many trials are left.
size_t hunt_left(const hunt_t *hunt);

// Tries a list of candidates, as far as there is time, on one of `share` training rows. The rows of
// those that were begun go onto the board and, when it is not NULL, to `ret_rows`, in the order of
// the list. Errors: CANCELLED; those of trials->begin and trials->next.
err_t wave_run(hunt_t *hunt, const json_t *list, uint32_t share, json_t *ret_rows, fault_t *fault);
