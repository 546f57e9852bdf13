// SPDX-License-Identifier: MPL-2.0
// Items of very different sizes, each given to whichever thread is free. Items keep their results
// apart, so that the number of threads changes none.
#pragma once

#include <stddef.h>

#include "base/fault.h"
#include "base/progress.h"

typedef err_t (*crew_fn)(void *context, size_t worker, size_t item, fault_t *fault);

typedef struct {
    size_t threads;             // at least 1; worker < threads
    const progress_t *progress; // may be NULL
    const char *stage;          // what is told to it
} crew_t;

// Works on the items 0 to count - 1. Errors: that of an item that failed (the rest is not begun),
// CANCELLED.
err_t crew_run(const crew_t *crew, size_t count, crew_fn work, void *context, fault_t *fault);
