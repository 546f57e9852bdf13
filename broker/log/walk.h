// SPDX-License-Identifier: MPL-2.0
// Reading a segment past its damage, for those who verify, print and repair: what is whole is given
// out, what is not is named.
#pragma once

#include "base/buf.h"
#include "base/disk.h"
#include "base/fault.h"
#include "broker/log/index.h"
#include "broker/log/scan.h"
#include "broker/log/segment.h"

// A segment in memory, as far as it could be read.
typedef struct {
    uint32_t number;
    char path[SEGMENT_PATH_SIZE];
    segment_head_t head; // made out from the batches when it is damaged
    buf_t bytes;         // head.size of them
    size_t file_bytes;   // that the file really has
    bool head_damaged;
    bool cut_short;     // the file was; zeros stand for what is not there
    index_t index;      // of the segment
    bool has_index;     // whole, and the segment's
    bool index_damaged; // there is one, which is not
} walk_image_t;

// A place that is not whole.
typedef struct {
    uint32_t segment;
    const char *path;
    uint32_t offset;
    uint32_t size;     // bytes
    const char *what;  // "the record is damaged"
    uint64_t position; // of a record; 0: none is known
    const char *bytes; // the first ones of that record, from the index or as they are; or NULL
    size_t kept;       // of those bytes
    bool certain;      // they are from the index
} damage_t;

// Who walks; each may be NULL.
typedef struct {
    void *context;
    void (*on_record)(void *context, const walk_image_t *image, const scan_record_t *record,
                      uint64_t sequence);
    void (*on_damage)(void *context, const damage_t *damage);
} walker_t;

// What was found.
typedef struct {
    int64_t batches; // with whole heads
    int64_t records; // whole ones
    int64_t damages;
    uint64_t first_sequence; // 0: no batch was found
    uint64_t next_sequence;  // behind the last batch
    uint32_t end;            // of the last batch
    uint32_t tail_bytes; // an unsynced tail, which the broker cuts when it starts, from here on;
                         // not a damage
} walk_t;

// Reads the file of a segment, and its index. ERR_NOT_FOUND; ERR_IO; ERR_CORRUPT when nothing can
// be made out. The image is released by the caller in any case.
err_t walk_load(walk_image_t *ret, disk_t *disk, const char *folder, uint32_t number,
                fault_t *fault);

// Goes over the segment's batches. `synced`: something behind this segment shows that all of it was
// on disk; otherwise what is not whole at its end may be an unsynced tail.
void walk_segment(const walk_image_t *image, bool synced, const walker_t *walker, walk_t *ret);

// Whether there is anything but zeros behind the head.
bool walk_empty(const walk_image_t *image);

void walk_release(walk_image_t *image);

// The numbers of the segments in a folder, ascending; a new array. ERR_IO.
err_t walk_list(disk_t *disk, const char *folder, uint32_t **ret, size_t *ret_count,
                fault_t *fault);
