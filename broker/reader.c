// SPDX-License-Identifier: MPL-2.0
#include "broker/reader.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/segment.h"

enum { OPEN_MAX = 64 };

typedef struct {
    uint32_t number; // 0: not in use
    int file;
} opened_t;

struct reader {
    disk_t *disk;
    char *folder;
    opened_t opened[OPEN_MAX]; // by number modulo OPEN_MAX
};

reader_t *reader_new(disk_t *disk, const char *folder)
{
    reader_t *reader = mem_new(sizeof *reader);
    reader->disk = disk;
    reader->folder = mem_strdup(folder);
    return reader;
}

static void forget(reader_t *reader, opened_t *opened)
{
    if (opened->number != 0) {
        reader->disk->close(reader->disk, opened->file);
        opened->number = 0;
    }
}

void reader_destroy(reader_t **reader)
{
    if (!*reader) {
        return;
    }
    reader_trim(*reader, UINT32_MAX);
    free((*reader)->folder);
    free(*reader);
    *reader = NULL;
}

void reader_trim(reader_t *reader, uint32_t segment)
{
    for (size_t i = 0; i < OPEN_MAX; i++) {
        if (reader->opened[i].number < segment) {
            forget(reader, &reader->opened[i]);
        }
    }
}

static err_t open_segment(reader_t *reader, uint32_t number, int *ret, fault_t *fault)
{
    opened_t *opened = &reader->opened[number % OPEN_MAX];
    if (opened->number != number) {
        char path[SEGMENT_PATH_SIZE];
        segment_path(path, reader->folder, number);
        int file = reader->disk->open(reader->disk, path, O_RDONLY);
        if (file < 0) {
            return fault_errno(fault, ERR_IO, path);
        }
        forget(reader, opened);
        *opened = (opened_t){.number = number, .file = file};
    }
    *ret = opened->file;
    return ERR_OK;
}

err_t reader_read(reader_t *reader, uint64_t position, size_t size, buf_t *ret, fault_t *fault)
{
    uint32_t number = (uint32_t)(position >> 32);
    int file = -1;
    err_t err = open_segment(reader, number, &file, fault);
    if (err) {
        return err;
    }
    buf_clear(ret);
    char *to = buf_reserve(ret, LAYOUT_RECORD_HEAD + size);
    if (!disk_read_all(reader->disk, file, to, LAYOUT_RECORD_HEAD + size, position & UINT32_MAX)) {
        return fault_errno(fault, ERR_IO, reader->folder);
    }
    if (!layout_record_whole(to, (uint32_t)size)) {
        return fault_set(fault, ERR_CORRUPT, "restore the file from a copy",
                         "%s/%010u.log: the record at offset %llu is damaged", reader->folder,
                         number, (unsigned long long)(position & UINT32_MAX));
    }
    memmove(to, to + LAYOUT_RECORD_HEAD, size);
    ret->size = size;
    return ERR_OK;
}
