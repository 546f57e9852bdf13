// SPDX-License-Identifier: MPL-2.0
// How many bytes of each segment of the log are still needed.
#pragma once

#include "broker/core/state.h"

// Counts bytes at a position; `bytes` is negative when they are needed no more. Segments that are
// not known yet are added.
void space_count(core_t *core, uint64_t position, int64_t bytes);

// What the log takes on the disk.
int64_t space_bytes(const core_t *core);

// Whether so much is garbage that the oldest segment should be cleaned.
bool space_wasted(const core_t *core);

// Forgets the oldest segment.
void space_forget_oldest(core_t *core);
