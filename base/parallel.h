// SPDX-License-Identifier: MPL-2.0
// Items 0, 1, 2, ... worked on by several threads, and settled one after another in that order: so
// that the number of threads changes no result.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

typedef struct {
    void *context;
    size_t threads; // 0: PARALLEL_THREADS or the processors there are, whichever is less
    // Takes the next item for a worker (0 <= worker < threads), one call at a time, in order of
    // items; *ret_more is false behind the last one. NULL: there are `count` items to work on.
    err_t (*take)(void *context, size_t worker, size_t item, bool *ret_more, fault_t *fault);
    size_t count;
    // Works on an item, beside other workers.
    err_t (*work)(void *context, size_t worker, size_t item, fault_t *fault);
    // Settles an item, one call at a time, in order of items, by the worker that worked on it. May
    // be NULL.
    err_t (*settle)(void *context, size_t worker, size_t item, fault_t *fault);
    // What is left to do for a settled item, beside other workers. May be NULL.
    err_t (*after)(void *context, size_t worker, size_t item, fault_t *fault);
} parallel_t;

enum { PARALLEL_THREADS = 8 };

// How many workers a job has: what `threads` means when it is 0.
size_t parallel_threads(size_t threads);

// Runs a job to its end, the first worker on the calling thread. Errors: the one of the first item
// that failed, whatever the order in which they failed; items in front of it have been settled,
// none behind it has.
err_t parallel_run(const parallel_t *job, fault_t *fault);
