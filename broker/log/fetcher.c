// SPDX-License-Identifier: MPL-2.0
#include "broker/log/fetcher.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/log/segment.h"

enum {
    OPEN_MAX = 64,
    RUN_BYTES = 1 << 20, // most that is read at a time, but for a single larger record
    GAP_BYTES = 8 << 10, // between records: reading over it costs less than another call
};

typedef struct {
    uint32_t number; // 0: not in use
    int file;
} opened_t;

struct fetcher {
    disk_t *disk;
    char *folder;
    opened_t opened[OPEN_MAX]; // by number modulo OPEN_MAX
};

fetcher_t *fetcher_new(disk_t *disk, const char *folder)
{
    fetcher_t *fetcher = mem_new(sizeof *fetcher);
    fetcher->disk = disk;
    fetcher->folder = mem_strdup(folder);
    return fetcher;
}

static void forget(fetcher_t *fetcher, opened_t *opened)
{
    if (opened->number != 0) {
        fetcher->disk->close(fetcher->disk, opened->file);
        opened->number = 0;
    }
}

void fetcher_destroy(fetcher_t **fetcher)
{
    if (!*fetcher) {
        return;
    }
    fetcher_trim(*fetcher, UINT32_MAX);
    free((*fetcher)->folder);
    free(*fetcher);
    *fetcher = NULL;
}

void fetcher_trim(fetcher_t *fetcher, uint32_t segment)
{
    for (size_t i = 0; i < OPEN_MAX; i++) {
        if (fetcher->opened[i].number < segment) {
            forget(fetcher, &fetcher->opened[i]);
        }
    }
}

static err_t open_segment(fetcher_t *fetcher, uint32_t number, int *ret, fault_t *fault)
{
    opened_t *opened = &fetcher->opened[number % OPEN_MAX];
    if (opened->number != number) {
        char path[SEGMENT_PATH_SIZE];
        segment_path(path, fetcher->folder, number);
        int file = fetcher->disk->open(fetcher->disk, path, O_RDONLY);
        if (file < 0) {
            return fault_errno(fault, ERR_IO, path);
        }
        forget(fetcher, opened);
        *opened = (opened_t){.number = number, .file = file};
    }
    *ret = opened->file;
    return ERR_OK;
}

static err_t refuse(const fetcher_t *fetcher, uint64_t position, fault_t *fault)
{
    return fault_set(fault, ERR_CORRUPT, "restore the file from a copy",
                     "%s/%010u.log: the record at offset %u is damaged", fetcher->folder,
                     (unsigned)(position >> 32), (unsigned)position);
}

// Reads a record, its head included.
static err_t read_one(fetcher_t *fetcher, uint64_t position, size_t size, char *to, fault_t *fault)
{
    int file = -1;
    err_t err = open_segment(fetcher, (uint32_t)(position >> 32), &file, fault);
    if (err) {
        return err;
    }
    if (!disk_read_all(fetcher->disk, file, to, LAYOUT_RECORD_HEAD + size, position & UINT32_MAX)) {
        return fault_errno(fault, ERR_IO, fetcher->folder);
    }
    return layout_record_whole(to, (uint32_t)size) ? ERR_OK : refuse(fetcher, position, fault);
}

err_t fetcher_read(fetcher_t *fetcher, uint64_t position, size_t size, buf_t *ret, fault_t *fault)
{
    buf_clear(ret);
    char *to = buf_reserve(ret, LAYOUT_RECORD_HEAD + size);
    err_t err = read_one(fetcher, position, size, to, fault);
    if (err == ERR_OK) {
        memmove(to, to + LAYOUT_RECORD_HEAD, size);
        ret->size = size;
    }
    return err;
}

static uint64_t end_of(const fetch_t *fetch)
{
    return fetch->position + LAYOUT_RECORD_HEAD + fetch->size;
}

// How many of the records, from the first on, are read with one call.
static size_t run_length(const fetch_t *fetches, size_t count)
{
    size_t n = 1;
    while (n < count && fetches[n].position >> 32 == fetches[0].position >> 32 &&
           fetches[n].position >= end_of(&fetches[n - 1]) &&
           fetches[n].position - end_of(&fetches[n - 1]) <= GAP_BYTES &&
           end_of(&fetches[n]) - fetches[0].position <= RUN_BYTES) {
        n++;
    }
    return n;
}

// One by one, so that what can be read is.
static void read_singly(fetcher_t *fetcher, fetch_t *fetches, size_t count, char *to,
                        fault_t *fault)
{
    for (size_t i = 0; i < count; i++) {
        fetch_t *fetch = &fetches[i];
        char *place = to + (fetch->position - fetches[0].position);
        fetch->err = read_one(fetcher, fetch->position, fetch->size, place, fault);
        fetch->bytes = fetch->err ? NULL : place + LAYOUT_RECORD_HEAD;
        fault = fetch->err ? NULL : fault; // the first is kept
    }
}

static void read_run(fetcher_t *fetcher, fetch_t *fetches, size_t count, char *to, fault_t *fault)
{
    uint64_t start = fetches[0].position;
    size_t size = (size_t)(end_of(&fetches[count - 1]) - start);
    int file = -1;
    bool whole = open_segment(fetcher, (uint32_t)(start >> 32), &file, NULL) == ERR_OK &&
                 disk_read_all(fetcher->disk, file, to, size, start & UINT32_MAX);
    for (size_t i = 0; whole && i < count; i++) {
        const char *place = to + (fetches[i].position - start);
        whole = layout_record_whole(place, (uint32_t)fetches[i].size);
        fetches[i].bytes = place + LAYOUT_RECORD_HEAD;
        fetches[i].err = ERR_OK;
    }
    if (!whole) {
        read_singly(fetcher, fetches, count, to, fault);
    }
}

static size_t bytes_of_runs(const fetch_t *fetches, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count;) {
        size_t n = run_length(fetches + i, count - i);
        bytes += (size_t)(end_of(&fetches[i + n - 1]) - fetches[i].position);
        i += n;
    }
    return bytes;
}

err_t fetcher_read_many(fetcher_t *fetcher, fetch_t *fetches, size_t count, buf_t *ret,
                        fault_t *fault)
{
    buf_clear(ret);
    char *to = buf_reserve(ret, bytes_of_runs(fetches, count));
    err_t err = ERR_OK;
    for (size_t i = 0; i < count;) {
        size_t n = run_length(fetches + i, count - i);
        read_run(fetcher, fetches + i, n, to, err ? NULL : fault);
        to += end_of(&fetches[i + n - 1]) - fetches[i].position;
        for (; n > 0; n--, i++) {
            err = err ? err : fetches[i].err;
        }
    }
    return err;
}
