// SPDX-License-Identifier: MPL-2.0
#include "data/csv/zip_end.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum {
    END_BYTES = 22, // the end record, without the comment behind it
    COMMENT_BYTES = 0xFFFF,
    LOCATOR_BYTES = 20, // stands before it and tells where the 64-bit end record is
    END64_BYTES = 56,
    DIRECTORY_SIZE_AT = 12, // offsets in the records
    DIRECTORY_SIZE64_AT = 40,
    END64_OFFSET_AT = 8,
};

static uint64_t number_at(const unsigned char *bytes, size_t size)
{
    uint64_t number = 0;
    for (size_t i = size; i > 0; i--) {
        number = number << 8 | bytes[i - 1];
    }
    return number;
}

// The directory's size by the 64-bit end record that the locator tells of; 0 without one.
static uint64_t size64(int fd, const unsigned char *locator)
{
    unsigned char end[END64_BYTES];
    uint64_t offset = number_at(locator + END64_OFFSET_AT, 8);
    if (memcmp(locator, "PK\6\7", 4) != 0 || offset > INT64_MAX ||
        pread(fd, end, sizeof end, (off_t)offset) != (ssize_t)sizeof end ||
        memcmp(end, "PK\6\6", 4) != 0) {
        return 0;
    }
    return number_at(end + DIRECTORY_SIZE64_AT, 8);
}

// Looks for the end record from the back of a file's last bytes.
static uint64_t find(int fd, const unsigned char *bytes, size_t size)
{
    for (size_t at = size >= END_BYTES ? size - END_BYTES + 1 : 0; at > 0; at--) {
        const unsigned char *end = bytes + at - 1;
        if (memcmp(end, "PK\5\6", 4) != 0) {
            continue;
        }
        uint64_t found = number_at(end + DIRECTORY_SIZE_AT, 4);
        bool is64 = found == UINT32_MAX && at - 1 >= LOCATOR_BYTES;
        return is64 ? size64(fd, end - LOCATOR_BYTES) : found;
    }
    return 0;
}

err_t zip_end_directory(const char *path, uint64_t *ret_size, fault_t *fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        err_t err = fault_errno(fault, ERR_IO, path);
        if (fd >= 0) {
            close(fd);
        }
        return err;
    }
    const off_t most = COMMENT_BYTES + END_BYTES + LOCATOR_BYTES;
    size_t wanted = (size_t)(status.st_size < most ? status.st_size : most);
    unsigned char *bytes = mem_new(wanted);
    ssize_t got = pread(fd, bytes, wanted, status.st_size - (off_t)wanted);
    *ret_size = got == (ssize_t)wanted ? find(fd, bytes, wanted) : 0;
    free(bytes);
    close(fd);
    return ERR_OK;
}
