// SPDX-License-Identifier: MPL-2.0
// The index of a sealed segment, "<number>.idx": where its records are, and their first bytes, so
// that a start need not read the segment. It is a cache: when it is missing or damaged, the segment
// is read. All numbers are little endian.
//
//   head      0 "ADPIDX01"        8 number u32          12 end of the last batch u32   16 nonce u64
//            24 first batch u64  32 next batch u64      40 records u32                 44 bytes u32
//            60 crc u32
//   records   0 offset in segment u32   4 size u32   8 kept u32   and so many of its first bytes
//   end       0 crc u32 of the records
#pragma once

#include "base/buf.h"
#include "base/disk.h"
#include "broker/log/layout.h"
#include "broker/log/scan.h"

enum { INDEX_BYTES_MAX = 16 << 20 }; // a segment with more to keep has no index

typedef struct {
    uint32_t end; // of the last batch in the segment
    uint64_t first_sequence;
    uint64_t next_sequence;
    uint32_t count; // of records
    buf_t records;  // room for the head, and the records
    bool too_large; // it grew beyond INDEX_BYTES_MAX, and is empty
} index_t;

// Adds a record of the segment.
void index_add(index_t *index, const scan_record_t *record);

// Writes the index of a sealed segment. False when it could not be written, or is too large.
bool index_write(index_t *index, disk_t *disk, const char *folder, const segment_head_t *segment);

// Reads and checks the index of a segment; what was in `index` is dropped. False when there is none
// that is whole and belongs to the segment.
bool index_read(index_t *index, disk_t *disk, const char *folder, const segment_head_t *segment);

// Checks the bytes of an index file; false when they are not whole, or not the segment's. The
// buffer is taken over only on success.
bool index_parse(index_t *index, buf_t *bytes, const segment_head_t *segment);

// The next record from `*at` on (0: the first), which is moved behind it; false at the end. The
// record's bytes are the kept ones.
bool index_next(const index_t *index, size_t *at, scan_record_t *ret);

// Empties the index and keeps the memory.
void index_clear(index_t *index);

void index_release(index_t *index);
