// SPDX-License-Identifier: MPL-2.0
// The start: the core's topics and groups from the entries of the log. Entries are a union, in any
// order: a record may be there twice, and a settlement may come before its group.
#pragma once

#include "broker/core/state.h"

// Takes one entry.
void recover_entry(core_t *core, const event_t *event);

// All entries were taken: who needs which record.
void recover_end(core_t *core);
