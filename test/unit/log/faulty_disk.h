// SPDX-License-Identifier: MPL-2.0
// The real disk, with calls that fail when the test says so.
#pragma once

#include "base/disk.h"

typedef struct {
    disk_t calls;              // the first member: a faulty_disk_t is a disk_t
    _Atomic int fail_sync;     // errno of the next syncs; 0: they work
    _Atomic int fail_write;    // the same of writes
    _Atomic int fail_allocate; // the same of allocations
} faulty_disk_t;

void faulty_disk_init(faulty_disk_t *disk);
