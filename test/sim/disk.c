// SPDX-License-Identifier: MPL-2.0
#include <errno.h>

#include "sim.h"

static sim_faults_t *of(disk_t *disk)
{
    return (sim_faults_t *)disk;
}

static disk_t *under(disk_t *disk)
{
    return &of(disk)->under->calls;
}

static bool fails(disk_t *disk, int in_ten_thousand, int error)
{
    bool hit =
        in_ten_thousand > 0 && sim_random(of(disk)->random) % 10000 < (uint64_t)in_ten_thousand;
    errno = hit ? error : errno;
    return hit;
}

static int sim_open(disk_t *disk, const char *path, int flags)
{
    return under(disk)->open(under(disk), path, flags);
}

static int sim_close(disk_t *disk, int file)
{
    return under(disk)->close(under(disk), file);
}

static ssize_t sim_read(disk_t *disk, int file, void *to, size_t size, uint64_t at)
{
    if (fails(disk, of(disk)->fail_read, EIO)) {
        return -1;
    }
    return under(disk)->read(under(disk), file, to, size, at);
}

static bool grows(disk_t *disk, int file, uint64_t end)
{
    return of(disk)->full && (int64_t)end > under(disk)->size(under(disk), file);
}

static ssize_t sim_write(disk_t *disk, int file, const void *from, size_t size, uint64_t at)
{
    if (grows(disk, file, at + size)) {
        errno = ENOSPC;
        return -1;
    }
    if (fails(disk, of(disk)->fail_write, EIO)) {
        return -1;
    }
    return under(disk)->write(under(disk), file, from, size, at);
}

static int sim_sync(disk_t *disk, int file)
{
    if (fails(disk, of(disk)->fail_sync, EIO)) {
        return -1;
    }
    return under(disk)->sync(under(disk), file);
}

static int sim_allocate(disk_t *disk, int file, uint64_t size)
{
    if (grows(disk, file, size)) {
        errno = ENOSPC;
        return -1;
    }
    return under(disk)->allocate(under(disk), file, size);
}

static int64_t sim_size(disk_t *disk, int file)
{
    return under(disk)->size(under(disk), file);
}

static int sim_lock(disk_t *disk, int file)
{
    return under(disk)->lock(under(disk), file);
}

static int sim_rename(disk_t *disk, const char *from, const char *to)
{
    return under(disk)->rename(under(disk), from, to);
}

static int sim_remove(disk_t *disk, const char *path)
{
    return under(disk)->remove(under(disk), path);
}

static int sim_make_folder(disk_t *disk, const char *path)
{
    return under(disk)->make_folder(under(disk), path);
}

static int sim_sync_folder(disk_t *disk, const char *path)
{
    if (fails(disk, of(disk)->fail_sync, EIO)) {
        return -1;
    }
    return under(disk)->sync_folder(under(disk), path);
}

static int sim_list(disk_t *disk, const char *path, disk_name_fn *on_name, void *context)
{
    return under(disk)->list(under(disk), path, on_name, context);
}

void faults_init(sim_faults_t *faults, sim_disk_t *disk, uint64_t *random)
{
    *faults = (sim_faults_t){.under = disk,
                             .random = random,
                             .calls = {.open = sim_open,
                                       .close = sim_close,
                                       .read = sim_read,
                                       .write = sim_write,
                                       .sync = sim_sync,
                                       .allocate = sim_allocate,
                                       .size = sim_size,
                                       .lock = sim_lock,
                                       .rename = sim_rename,
                                       .remove = sim_remove,
                                       .make_folder = sim_make_folder,
                                       .sync_folder = sim_sync_folder,
                                       .list = sim_list}};
}
