// SPDX-License-Identifier: MPL-2.0
// A temporary file without a name, for what does not fit the memory budget. Ranges of it are taken
// and written by several threads at once.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

typedef struct scratch scratch_t;

// A scratch file in `folder`; nothing is made before the first write. The caller destroys it.
scratch_t *scratch_new(const char *folder);

// A range of `size` bytes that nobody else has, at a page's start; returns its offset.
int64_t scratch_take(scratch_t *scratch, size_t size);

// Gives a range's disk space back.
void scratch_give(scratch_t *scratch, int64_t offset, size_t size);

// Errors: IO, FULL.
err_t scratch_write(scratch_t *scratch, int64_t offset, const void *bytes, size_t size,
                    fault_t *fault);

// Reads what was written. Errors: IO.
err_t scratch_read(scratch_t *scratch, int64_t offset, void *bytes, size_t size, fault_t *fault);

// A range that was written, to be read in place: pages that the system may drop when memory is
// short. `offset` is a page's start. Ended by scratch_unmap. Errors: IO.
err_t scratch_map(scratch_t *scratch, int64_t offset, size_t size, const void **ret_bytes,
                  fault_t *fault);
void scratch_unmap(const void *bytes, size_t size);

void scratch_destroy(scratch_t **scratch);
