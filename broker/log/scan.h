// SPDX-License-Identifier: MPL-2.0
// Reading a segment through at the start: which batches are whole, and what is wrong where they
// end.
#pragma once

#include "broker/log/journal.h"
#include "broker/log/segment.h"

typedef struct {
    const segment_head_t *head;
    const char *bytes; // of the whole segment
    const char *path;
    journal_record_fn *on_record;
    void *context;
    journal_report_t *report;
} scan_t;

// Reads whole batches from the first on, giving their records out. `*sequence` is that of the first
// batch and becomes that of the next.
// `*ret_end` is where the first bytes are that are not a whole batch.
err_t scan_batches(const scan_t *scan, uint64_t *sequence, uint32_t *ret_end, fault_t *fault);

// Whether there is a batch behind the place where the whole ones ended: then what is there is
// damage, not a write that was cut off.
bool scan_has_later_batch(const scan_t *scan, uint32_t end);

// Where the last byte is that is not zero, plus one; `end` when all behind it is zeros.
uint32_t scan_last_byte(const scan_t *scan, uint32_t end);

// How many records the batch at `end` had, if its head can be read; 0 otherwise.
uint32_t scan_torn_records(const scan_t *scan, uint32_t end);
