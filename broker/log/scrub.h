// SPDX-License-Identifier: MPL-2.0
// Verifying a sealed segment a batch at a time, beside the thread that writes the log.
#pragma once

#include "base/buf.h"
#include "base/disk.h"
#include "broker/log/segment.h"

typedef enum {
    SCRUB_MORE,    // a batch was whole
    SCRUB_DONE,    // all were
    SCRUB_DAMAGED, // something is not: read it with walk_load to learn what
    SCRUB_GONE,    // the segment was removed
} scrub_result_t;

typedef struct {
    disk_t *disk;
    segment_file_t segment;
    buf_t bytes;
    uint32_t at;
} scrub_t;

// Begins with a segment. SCRUB_MORE: go on with scrub_next.
scrub_result_t scrub_open(scrub_t *ret, disk_t *disk, const char *folder, uint32_t number);

// Verifies the next batch. `*ret_bytes` were read.
scrub_result_t scrub_next(scrub_t *scrub, size_t *ret_bytes);

void scrub_close(scrub_t *scrub);
