// SPDX-License-Identifier: MPL-2.0
#include "faulty_disk.h"

#include <errno.h>

static int sync_or_fail(disk_t *disk, int file)
{
    const faulty_disk_t *faulty = (const faulty_disk_t *)disk;
    errno = faulty->fail_sync;
    return faulty->fail_sync ? -1 : disk_real()->sync(disk_real(), file);
}

static ssize_t write_or_fail(disk_t *disk, int file, const void *from, size_t size, uint64_t at)
{
    const faulty_disk_t *faulty = (const faulty_disk_t *)disk;
    if (faulty->fail_write) {
        // Half of it is written before the disk refuses.
        ssize_t n = disk_real()->write(disk_real(), file, from, size / 2, at);
        errno = faulty->fail_write;
        return n < 0 ? n : -1;
    }
    return disk_real()->write(disk_real(), file, from, size, at);
}

static int allocate_or_fail(disk_t *disk, int file, uint64_t size)
{
    const faulty_disk_t *faulty = (const faulty_disk_t *)disk;
    errno = faulty->fail_allocate;
    return faulty->fail_allocate ? -1 : disk_real()->allocate(disk_real(), file, size);
}

void faulty_disk_init(faulty_disk_t *disk)
{
    *disk = (faulty_disk_t){.calls = *disk_real()};
    disk->calls.sync = sync_or_fail;
    disk->calls.write = write_or_fail;
    disk->calls.allocate = allocate_or_fail;
}
