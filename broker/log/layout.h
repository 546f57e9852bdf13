// SPDX-License-Identifier: MPL-2.0
// The bytes of the log's files. A segment is a file of fixed size: a head, then batches, then
// zeros. A batch is a head and records, each with a head, padded to eight bytes. All numbers are
// little endian; a head ends with the CRC32C of what is before it in the head.
//
//   segment head  0 "ADPLOG01"  8 number u32  12 size u32  16 nonce u64  24 first batch's sequence
//   u64  60 crc u32 batch head    0 "ADPB"  4 offset in the file u32  8 nonce u64  16 sequence u64
//   24 bytes of records u32  28 records u32  44 crc u32 record head   0 crc u32 of the size and the
//   bytes  4 size u32
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
    LAYOUT_RECORD_HEAD = 8,
    LAYOUT_ALIGN = 8,
    LAYOUT_SEGMENT_MIN = 4096,
    LAYOUT_SEGMENT_MAX = 1 << 30,
};

typedef struct {
    uint32_t number;
    uint32_t size;
    uint64_t nonce;
    uint64_t first_sequence;
} segment_head_t;

typedef struct {
    uint32_t at;
    uint64_t nonce;
    uint64_t sequence;
    uint32_t size; // of the records behind the head
    uint32_t count;
} batch_head_t;

void layout_put_segment(char *to, const segment_head_t *head);
void layout_put_batch(char *to, const batch_head_t *head);

// The record's bytes are in two parts.
void layout_put_record(char *to, const void *head, size_t head_size, const void *body,
                       size_t body_size);

// False when the bytes are not a whole head.
bool layout_get_segment(const char *from, segment_head_t *ret);
bool layout_get_batch(const char *from, batch_head_t *ret);

// The size that the record's head names. Its bytes follow; layout_record_whole checks them.
uint32_t layout_record_size(const char *from);
bool layout_record_whole(const char *from, uint32_t size);

// What a record of `size` bytes takes in a batch, its head and padding included.
size_t layout_record_room(size_t size);
