// SPDX-License-Identifier: MPL-2.0
// Items 0, 1, 2, ... worked on by several threads, and settled one after another in that order: so
// that the number of threads changes no result.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

// An item has a slot (0 <= slot < slots) of its own from its taking to its end; the calls for one
// item follow each other, on whatever thread.
typedef struct {
    void *context;
    size_t threads; // 0: PARALLEL_THREADS or the processors there are, whichever is less
    size_t slots;   // items begun at once; 0: as many as threads. A few more keep threads busy
                    // while an item in front of theirs is not settled.
    // Takes the next item, one call at a time, in order of items; *ret_more is false behind the
    // last one. NULL: there are `count` items to work on.
    err_t (*take)(void *context, size_t slot, size_t item, bool *ret_more, fault_t *fault);
    size_t count;
    // Works on an item, beside other threads.
    err_t (*work)(void *context, size_t slot, size_t item, fault_t *fault);
    // Settles an item, one call at a time, in order of items. May be NULL.
    err_t (*settle)(void *context, size_t slot, size_t item, fault_t *fault);
    // What is left to do for a settled item, one call at a time, in any order, while others are
    // settled (writing to a file: threads that do so side by side wait for each other). May be
    // NULL.
    err_t (*after)(void *context, size_t slot, size_t item, fault_t *fault);
} parallel_t;

enum { PARALLEL_THREADS = 8 };

// How many threads a job has: what `threads` means when it is 0.
size_t parallel_threads(size_t threads);

// How many slots keep so many threads busy.
size_t parallel_slots(size_t threads);

// Runs a job to its end, one of the threads being the calling one. Errors: the one of the first
// item that failed, whatever the order in which they failed; items in front of it have been
// settled, none behind it has (one that fails in `after` may be followed by others).
err_t parallel_run(const parallel_t *job, fault_t *fault);
