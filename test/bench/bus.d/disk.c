// SPDX-License-Identifier: MPL-2.0
// What the disk gives to anybody: write and fdatasync, one behind the other.
//
// disk append FILE --bytes N --seconds S     a file that grows
// disk overwrite FILE --bytes N --seconds S  a file that was written with zeros before
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

enum { PREPARED_BYTES = 64 << 20 };

static void prepare(int fd, char *block, size_t bytes)
{
    for (size_t done = 0; done < PREPARED_BYTES; done += bytes) {
        must(write(fd, block, bytes) == (ssize_t)bytes, "write");
    }
    must(fsync(fd) == 0 && lseek(fd, 0, SEEK_SET) == 0, "fsync");
}

int main(int argc, char **argv)
{
    options_t options = options_read(argc, argv);
    bool overwrite = strcmp(options.what, "overwrite") == 0;
    int fd = open(options.where, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(fd >= 0, options.where);
    char *block = calloc(1, options.bytes);
    must(block, "calloc");
    if (overwrite) {
        prepare(fd, block, options.bytes);
        options.records = PREPARED_BYTES / options.bytes;
    }
    record_fill(block, 1, options.bytes);
    samples_t samples = {0};
    pace_t pace = pace_begin(&options);
    for (; pace_more(&pace); pace.sent++) {
        int64_t began = now_ns();
        must(write(fd, block, options.bytes) == (ssize_t)options.bytes, "write");
        must(fdatasync(fd) == 0, "fdatasync");
        samples_add(&samples, now_ns() - began);
    }
    samples_print(&samples, options.bytes);
    free(samples.ns);
    free(block);
    close(fd);
    return 0;
}
