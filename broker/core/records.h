// SPDX-License-Identifier: MPL-2.0
// The records of a topic by offset. They lie in chunks, so that millions take 32 bytes each and
// none moves; a chunk whose last record is gone is freed.
#pragma once

#include "broker/core/state.h"

// The record at the offset; NULL when there is none.
record_t *records_get(const records_t *records, int64_t offset);

// A zeroed record at an offset that has none.
record_t *records_add(records_t *records, int64_t offset);

// Takes the record out. Its memory may be gone at once.
void records_remove(records_t *records, int64_t offset);

// The lowest offset, from this one on, that has a record; `end` when none below it has.
int64_t records_next(const records_t *records, int64_t from, int64_t end);

// Frees the chunks.
void records_release(records_t *records);
