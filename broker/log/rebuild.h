// SPDX-License-Identifier: MPL-2.0
// Writes a damaged segment anew with what is whole in it.
#pragma once

#include "broker/log/walk.h"

// The sequences that the segment begins and ends with, from its neighbours; 0: not known.
typedef struct {
    uint64_t first;
    uint64_t next;
} rebuild_t;

// Keeps the damaged file as "<number>.log.damaged" and puts a new one in its place: whole records
// in their batches, and marks for the batches that are lost. An unsynced tail is left out. ERR_IO,
// ERR_FULL: the damaged file is where it was.
err_t rebuild_segment(const rebuild_t *rebuild, const walk_image_t *image, bool synced,
                      disk_t *disk, const char *folder, fault_t *fault);
