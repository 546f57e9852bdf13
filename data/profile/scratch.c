// SPDX-License-Identifier: MPL-2.0
#include "data/profile/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

enum { PAGE = 4096 };

struct scratch {
    char *folder;
    pthread_mutex_t lock; // guards what follows
    int fd;               // -1 until something is written
    int64_t size;
};

scratch_t *scratch_new(const char *folder)
{
    scratch_t *scratch = mem_new(sizeof *scratch);
    scratch->folder = mem_strdup(folder);
    scratch->fd = -1;
    pthread_mutex_init(&scratch->lock, NULL);
    return scratch;
}

static size_t whole_pages(size_t size)
{
    return (size + PAGE - 1) & ~(size_t)(PAGE - 1);
}

int64_t scratch_take(scratch_t *scratch, size_t size)
{
    pthread_mutex_lock(&scratch->lock);
    int64_t offset = scratch->size;
    scratch->size += (int64_t)whole_pages(size);
    pthread_mutex_unlock(&scratch->lock);
    return offset;
}

void scratch_give(scratch_t *scratch, int64_t offset, size_t size)
{
    if (scratch->fd >= 0 && size > 0) { // where holes are not possible, the space goes at the end
        (void)fallocate(scratch->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset,
                        (off_t)whole_pages(size));
    }
}

// A file system that knows no files without a name gets one whose name goes at once.
static int open_unnamed(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) {
        return fd;
    }
    char *path = text_format("%s/profile.XXXXXX", folder);
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) {
        unlink(path);
    }
    free(path);
    return fd;
}

static err_t need_file(scratch_t *scratch, fault_t *fault)
{
    pthread_mutex_lock(&scratch->lock);
    if (scratch->fd < 0) {
        scratch->fd = open_unnamed(scratch->folder);
    }
    int fd = scratch->fd;
    pthread_mutex_unlock(&scratch->lock);
    return fd >= 0 ? ERR_OK : fault_errno(fault, ERR_IO, scratch->folder);
}

err_t scratch_write(scratch_t *scratch, int64_t offset, const void *bytes, size_t size,
                    fault_t *fault)
{
    err_t err = need_file(scratch, fault);
    const char *at = bytes;
    while (err == ERR_OK && size > 0) {
        ssize_t written = pwrite(scratch->fd, at, size, offset);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            err_t code = errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_IO;
            return fault_errno(fault, code, scratch->folder);
        }
        at += written;
        offset += written;
        size -= (size_t)written;
    }
    return err;
}

err_t scratch_read(scratch_t *scratch, int64_t offset, void *bytes, size_t size, fault_t *fault)
{
    char *at = bytes;
    while (size > 0) {
        ssize_t got = pread(scratch->fd, at, size, offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return fault_errno(fault, ERR_IO, scratch->folder);
        }
        at += got;
        offset += got;
        size -= (size_t)got;
    }
    return ERR_OK;
}

err_t scratch_map(scratch_t *scratch, int64_t offset, size_t size, const void **ret_bytes,
                  fault_t *fault)
{
    void *bytes = mmap(NULL, size, PROT_READ, MAP_SHARED | MAP_POPULATE, scratch->fd, offset);
    if (bytes == MAP_FAILED) {
        return fault_errno(fault, ERR_IO, scratch->folder);
    }
    *ret_bytes = bytes;
    return ERR_OK;
}

void scratch_unmap(const void *bytes, size_t size)
{
    if (bytes) {
        munmap((void *)bytes, size);
    }
}

void scratch_destroy(scratch_t **scratch)
{
    if (!*scratch) {
        return;
    }
    if ((*scratch)->fd >= 0) {
        close((*scratch)->fd);
    }
    pthread_mutex_destroy(&(*scratch)->lock);
    free((*scratch)->folder);
    free(*scratch);
    *scratch = NULL;
}
