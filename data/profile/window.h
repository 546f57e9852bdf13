// SPDX-License-Identifier: MPL-2.0
// A column of cells of one size in a scratch file, looked at part by part: in place when its pages
// fit the memory budget, else read.
#pragma once

#include <stdbool.h>

#include "data/profile/scratch.h"

typedef struct {
    scratch_t *scratch;
    int64_t offset;
    size_t rows;
    size_t width;       // bytes of a cell
    const char *mapped; // NULL: parts are read
} window_t;

// Looks at `rows` cells from an offset, which is a page's start. Ended by window_release. Errors:
// IO.
err_t window_open(scratch_t *scratch, int64_t offset, size_t rows, size_t width, bool in_place,
                  window_t *ret_window, fault_t *fault);

// The cells [from, from + count); `buffer` has room for them and may be where they are then.
// Errors: IO.
err_t window_at(const window_t *window, size_t from, size_t count, void *buffer,
                const void **ret_cells, fault_t *fault);

void window_release(window_t *window);
