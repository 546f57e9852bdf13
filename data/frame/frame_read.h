// SPDX-License-Identifier: MPL-2.0
// Reading a frame's bytes: for stripes only.
#pragma once

#include "data/frame/frame.h"

// Reads `size` bytes at an offset. Errors: IO, CORRUPT when the file ends before.
err_t frame_pread(const frame_t *frame, void *to, size_t size, uint64_t offset, fault_t *fault);

// Where a stripe begins.
uint64_t frame_stripe_offset(const frame_t *frame, size_t stripe);

// Fills `fault` with CORRUPT.
err_t frame_damaged(fault_t *fault);
