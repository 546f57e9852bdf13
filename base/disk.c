// SPDX-License-Identifier: MPL-2.0
#include "base/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int real_open(disk_t *disk, const char *path, int flags)
{
    (void)disk;
    return open(path, flags | O_CLOEXEC, 0600);
}

static int real_close(disk_t *disk, int file)
{
    (void)disk;
    return close(file);
}

static ssize_t real_read(disk_t *disk, int file, void *to, size_t size, uint64_t at)
{
    (void)disk;
    return pread(file, to, size, (off_t)at);
}

static ssize_t real_write(disk_t *disk, int file, const void *from, size_t size, uint64_t at)
{
    (void)disk;
    return pwrite(file, from, size, (off_t)at);
}

static int real_sync(disk_t *disk, int file)
{
    (void)disk;
    return fdatasync(file);
}

static int real_allocate(disk_t *disk, int file, uint64_t size)
{
    (void)disk;
    int error = posix_fallocate(file, 0, (off_t)size);
    errno = error ? error : errno;
    return error ? -1 : 0;
}

static int64_t real_size(disk_t *disk, int file)
{
    (void)disk;
    struct stat status;
    return fstat(file, &status) ? -1 : (int64_t)status.st_size;
}

static int real_lock(disk_t *disk, int file)
{
    (void)disk;
    return flock(file, LOCK_EX | LOCK_NB);
}

static int real_rename(disk_t *disk, const char *from, const char *to)
{
    (void)disk;
    return rename(from, to);
}

static int real_remove(disk_t *disk, const char *path)
{
    (void)disk;
    return unlink(path);
}

static int real_make_folder(disk_t *disk, const char *path)
{
    (void)disk;
    return mkdir(path, 0700) && errno != EEXIST ? -1 : 0;
}

static int real_sync_folder(disk_t *disk, const char *path)
{
    (void)disk;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return -1;
    }
    int result = fsync(folder);
    int error = errno;
    close(folder);
    errno = error;
    return result;
}

static int real_list(disk_t *disk, const char *path, disk_name_fn *on_name, void *context)
{
    (void)disk;
    DIR *folder = opendir(path);
    if (!folder) {
        return -1;
    }
    const struct dirent *entry;
    while ((entry = readdir(folder))) {
        if (entry->d_name[0] != '.') {
            on_name(context, entry->d_name);
        }
    }
    closedir(folder);
    return 0;
}

disk_t *disk_real(void)
{
    static disk_t disk = {
        .open = real_open,
        .close = real_close,
        .read = real_read,
        .write = real_write,
        .sync = real_sync,
        .allocate = real_allocate,
        .size = real_size,
        .lock = real_lock,
        .rename = real_rename,
        .remove = real_remove,
        .make_folder = real_make_folder,
        .sync_folder = real_sync_folder,
        .list = real_list,
    };
    return &disk;
}

bool disk_read_all(disk_t *disk, int file, void *to, size_t size, uint64_t at)
{
    char *bytes = to;
    while (size > 0) {
        ssize_t n = disk->read(disk, file, bytes, size, at);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            errno = n == 0 ? EIO : errno;
            return false;
        }
        bytes += n;
        size -= (size_t)n;
        at += (uint64_t)n;
    }
    return true;
}

bool disk_write_all(disk_t *disk, int file, const void *from, size_t size, uint64_t at)
{
    const char *bytes = from;
    while (size > 0) {
        ssize_t n = disk->write(disk, file, bytes, size, at);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            errno = n == 0 ? EIO : errno;
            return false;
        }
        bytes += n;
        size -= (size_t)n;
        at += (uint64_t)n;
    }
    return true;
}
