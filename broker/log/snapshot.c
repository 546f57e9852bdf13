// SPDX-License-Identifier: MPL-2.0
#include "broker/log/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/text.h"

static err_t hold(disk_t *disk, const char *folder, int *ret, fault_t *fault)
{
    char *path = text_format("%s/backup.lock", folder);
    int file = disk->open(disk, path, O_RDWR | O_CREAT);
    err_t err = ERR_OK;
    if (file < 0) {
        err = fault_errno(fault, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, path);
    } else if (disk->lock(disk, file) < 0) {
        err = fault_set(fault, ERR_CONFLICT, "wait until it is done, then try again",
                        "another backup of %s is being made", folder);
        disk->close(disk, file);
        file = -1;
    }
    free(path);
    *ret = file;
    return err;
}

// The last segment that has batches; those behind it are empty.
static err_t load_last(snapshot_t *snapshot, disk_t *disk, const char *folder, fault_t *fault)
{
    err_t err = ERR_OK;
    while (err == ERR_OK && snapshot->count > 0) {
        uint32_t number = snapshot->numbers[snapshot->count - 1];
        err = walk_load(&snapshot->last, disk, folder, number, fault);
        if (err || snapshot->count == 1 || !walk_empty(&snapshot->last)) {
            break;
        }
        walk_release(&snapshot->last);
        snapshot->count--;
    }
    if (err == ERR_OK && snapshot->count == 0) {
        return fault_set(fault, ERR_NOT_FOUND, NULL, "there is no log in %s", folder);
    }
    return err;
}

err_t snapshot_take(disk_t *disk, const char *folder, snapshot_t *ret, fault_t *fault)
{
    *ret = (snapshot_t){.hold = -1};
    err_t err = hold(disk, folder, &ret->hold, fault);
    err = err ? err : walk_list(disk, folder, &ret->numbers, &ret->count, fault);
    err = err ? err : load_last(ret, disk, folder, fault);
    if (err) {
        snapshot_release(ret, disk);
        return err;
    }
    walker_t walker = {0};
    walk_t found;
    walk_segment(&ret->last, false, &walker, &found);
    if (found.damages > 0) {
        err = fault_set(fault, ERR_CORRUPT, "stop the platform and run 'autodp log fsck'",
                        "%s is damaged", ret->last.path);
        snapshot_release(ret, disk);
        return err;
    }
    ret->end = found.end;
    return ERR_OK;
}

err_t snapshot_write_last(const snapshot_t *snapshot, disk_t *disk, const char *path,
                          fault_t *fault)
{
    int file = disk->open(disk, path, O_RDWR | O_CREAT | O_EXCL);
    if (file < 0) {
        return fault_errno(fault, ERR_IO, path);
    }
    const walk_image_t *last = &snapshot->last;
    err_t err = ERR_OK;
    if (disk->allocate(disk, file, last->head.size) < 0 ||
        !disk_write_all(disk, file, last->bytes.data, snapshot->end, 0) ||
        disk->sync(disk, file) < 0) {
        err = fault_errno(fault, ERR_IO, path);
    }
    disk->close(disk, file);
    return err;
}

void snapshot_release(snapshot_t *snapshot, disk_t *disk)
{
    if (snapshot->hold >= 0) {
        disk->close(disk, snapshot->hold);
    }
    walk_release(&snapshot->last);
    free(snapshot->numbers);
    *snapshot = (snapshot_t){.hold = -1};
}
