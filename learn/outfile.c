// SPDX-License-Identifier: MPL-2.0
#include "learn/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FLUSH_BYTES = 1 << 18 };

err_t outfile_open(const char *path, outfile_t *ret_output, fault_t *fault)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fault_errno(fault, ERR_IO, path);
    }
    *ret_output = (outfile_t){.fd = fd, .path = path};
    return ERR_OK;
}

void outfile_text(outfile_t *output, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        buf_add(&output->bytes, text, strlen(text));
        return;
    }
    buf_add(&output->bytes, "\"", 1);
    for (; *text; text++) {
        buf_add(&output->bytes, text, 1);
        if (*text == '"') {
            buf_add(&output->bytes, text, 1);
        }
    }
    buf_add(&output->bytes, "\"", 1);
}

static err_t write_all(const outfile_t *output, const char *bytes, size_t size, fault_t *fault)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = write(output->fd, bytes + done, size - done);
        if (n < 0 && errno != EINTR) {
            return fault_errno(fault, ERR_IO, output->path);
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return ERR_OK;
}

err_t outfile_flush(outfile_t *output, fault_t *fault)
{
    if (output->bytes.size < FLUSH_BYTES) {
        return ERR_OK;
    }
    err_t err = write_all(output, output->bytes.data, output->bytes.size, fault);
    buf_clear(&output->bytes);
    return err;
}

err_t outfile_close(outfile_t *output, err_t err, fault_t *fault)
{
    if (err == ERR_OK) {
        err = write_all(output, output->bytes.data, output->bytes.size, fault);
    }
    if (err == ERR_OK && fsync(output->fd) != 0) {
        err = fault_errno(fault, ERR_IO, output->path);
    }
    close(output->fd);
    buf_release(&output->bytes);
    return err;
}

err_t outfile_write(const char *path, const char *bytes, size_t size, fault_t *fault)
{
    outfile_t output = {0};
    err_t err = outfile_open(path, &output, fault);
    return err == ERR_OK ? outfile_close(&output, write_all(&output, bytes, size, fault), fault)
                         : err;
}

void outfile_remove(const char *path)
{
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISREG(status.st_mode)) {
        unlink(path);
    }
}
