// SPDX-License-Identifier: MPL-2.0
#include "data/csv/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

err_t source_open(const char *path, source_t *ret_source, fault_t *fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fault_errno(fault, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, path);
    }
    struct stat status;
    if (fstat(fd, &status) != 0) {
        err_t err = fault_errno(fault, ERR_IO, path);
        close(fd);
        return err;
    }
    bool regular = S_ISREG(status.st_mode);
    *ret_source = (source_t){.fd = fd, .regular = regular, .size = regular ? status.st_size : 0};
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return ERR_OK;
}

source_t source_memory(const void *bytes, size_t size)
{
    return (source_t){.fd = -1, .memory = bytes, .size = (int64_t)size};
}

source_t source_pulled(source_pull_t pull, void *context)
{
    return (source_t){.fd = -1, .pull = pull, .context = context};
}

err_t source_read(source_t *source, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    if (source->pull) {
        err_t err = source->pull(source->context, to, size, ret_size, fault);
        source->offset += err == ERR_OK ? (int64_t)*ret_size : 0;
        return err;
    }
    ssize_t n;
    if (source->fd < 0) {
        size_t left = (size_t)(source->size - source->offset);
        n = (ssize_t)(left < size ? left : size);
        if (n > 0) {
            memcpy(to, source->memory + source->offset, (size_t)n);
        }
    } else {
        do {
            n = read(source->fd, to, size);
        } while (n < 0 && errno == EINTR);
    }
    if (n < 0) {
        return fault_errno(fault, ERR_IO, "read");
    }
    source->offset += n;
    *ret_size = (size_t)n;
    return ERR_OK;
}

void source_release(source_t *source)
{
    if (source->fd >= 0) {
        close(source->fd);
    }
    *source = (source_t){.fd = -1};
}
