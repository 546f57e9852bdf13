// SPDX-License-Identifier: MPL-2.0
// A log's state at one moment, taken while a broker writes to it: whole segments, and the whole
// batches of the last one. Segments that were begun later are not in it.
#pragma once

#include "broker/log/walk.h"

typedef struct {
    int hold; // keeps the broker from removing segments
    uint32_t *numbers;
    size_t count; // the last one is in `last`
    walk_image_t last;
    uint32_t end; // of its whole batches
} snapshot_t;

// Takes the moment. What was acknowledged before it is in it. ERR_NOT_FOUND: there is no log;
// ERR_CORRUPT; ERR_IO.
err_t snapshot_take(disk_t *disk, const char *folder, snapshot_t *ret, fault_t *fault);

// Writes the last segment, up to the moment, to a new file and waits until it is on disk. The
// others can be copied or linked: they do not change any more.
err_t snapshot_write_last(const snapshot_t *snapshot, disk_t *disk, const char *path,
                          fault_t *fault);

// Lets the broker remove segments again.
void snapshot_release(snapshot_t *snapshot, disk_t *disk);
