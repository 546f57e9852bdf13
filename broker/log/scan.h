// SPDX-License-Identifier: MPL-2.0
// A segment's bytes in memory, read as batches and records. Nothing in them is trusted.
#pragma once

#include "broker/log/layout.h"

typedef struct {
    const segment_head_t *head;
    const char *bytes; // head->size of them
} scan_t;

// One record of a batch that is whole.
typedef struct {
    uint32_t at; // of its head
    uint32_t size;
    uint32_t kept;
    const char *bytes;
} scan_record_t;

// The head of the batch at this place; false when there is none that belongs here.
bool scan_batch(const scan_t *scan, uint32_t at, batch_head_t *ret);

// Whether the batch follows in a segment that begins with the sequence `first`, where `sequence` is
// expected: it is that one, or the mark of a repair, which stands for lost ones too.
bool scan_goes_on(const batch_head_t *batch, uint64_t sequence, uint64_t first);

// Whether the records behind the head fill the batch and are whole.
bool scan_batch_whole(const scan_t *scan, const batch_head_t *batch);

// The next record of a batch, from `*at` on, which is moved behind it; false at the batch's end, or
// where a record's size does not fit. The record may be damaged unless the batch is whole.
bool scan_record(const scan_t *scan, const batch_head_t *batch, uint32_t *at, scan_record_t *ret);

// Where the first record of the batch is, and where the batch ends.
uint32_t scan_first(const batch_head_t *batch);
uint32_t scan_end(const batch_head_t *batch);

// The next place from `at` on where a batch's head is; the segment's size when there is none.
uint32_t scan_next_batch(const scan_t *scan, uint32_t at, batch_head_t *ret);

// The sequence that the segment begins with, from any batch in it; 0 when there is none.
uint64_t scan_first_sequence(const scan_t *scan);

// Where the last byte is that is not zero, plus one; `end` when all behind it is zeros.
uint32_t scan_last_byte(const scan_t *scan, uint32_t end);
