// SPDX-License-Identifier: MPL-2.0
// The bytes of the log's files. A segment is a file of fixed size: a head, then batches, then
// zeros. A batch is a head and records, each with a head, padded to eight bytes. All numbers are
// little endian; a segment's and a batch's head end with the CRC32C of what is before it in them.
//
//   segment head   0 "ADPLOG02"        8 number u32           12 size u32        16 nonce u64
//                 60 crc u32
//   batch head     0 "ADPB"            4 offset in file u32    8 nonce u64       16 sequence u64
//                 24 bytes behind u32 28 records u32          32 synced u64      40 ordinal u32
//                 44 crc u32
//   record head    0 crc u32           4 size u32              8 kept u32
//
// A batch's sequence counts from 1 over the whole log, its ordinal from 0 in the segment. `synced`
// is the sequence of the last batch that was known to be on disk when this one was written. `kept`
// is how many of the record's first bytes the index has. A record's crc is over the rest of its
// head and its bytes.
//
// A batch without records is the mark of a repair: it stands for the batches that were lost before
// it too, and its sequence and ordinal are those of the last of them.
//
// The nonce is random in each segment and the batch names its own place, so that bytes inside a
// record cannot pass for a batch.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LAYOUT_SEGMENT_HEAD = 64,
    LAYOUT_BATCH_HEAD = 48,
    LAYOUT_RECORD_HEAD = 12,
    LAYOUT_ALIGN = 8,
    LAYOUT_SEGMENT_MIN = 4096,
    LAYOUT_SEGMENT_MAX = 1 << 30,
};

typedef struct {
    uint32_t number;
    uint32_t size;
    uint64_t nonce;
} segment_head_t;

typedef struct {
    uint32_t at;
    uint64_t nonce;
    uint64_t sequence;
    uint32_t size; // of the records behind the head
    uint32_t count;
    uint64_t synced;
    uint32_t ordinal;
} batch_head_t;

typedef struct {
    uint32_t size;
    uint32_t kept;
} record_head_t;

void layout_put_segment(char *to, const segment_head_t *head);
void layout_put_batch(char *to, const batch_head_t *head);

// Numbers of 1 to 8 bytes.
void layout_put_number(char *to, uint64_t value, size_t width);
uint64_t layout_get_number(const char *from, size_t width);

// The record's bytes are in two parts; the index keeps the first `kept` of them.
void layout_put_record(char *to, const void *head, size_t head_size, const void *body,
                       size_t body_size, size_t kept);

// False when the bytes are not a whole head.
bool layout_get_segment(const char *from, segment_head_t *ret);
bool layout_get_batch(const char *from, batch_head_t *ret);

// What the record's head says; layout_record_whole checks it and the bytes that follow.
record_head_t layout_get_record(const char *from);
bool layout_record_whole(const char *from, uint32_t size);

// What a record of `size` bytes takes in a batch, its head and padding included.
size_t layout_record_room(size_t size);
