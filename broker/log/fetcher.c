// SPDX-License-Identifier: MPL-2.0
#include "broker/log/fetcher.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/log/segment.h"

enum { OPEN_MAX = 64 };

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

err_t fetcher_read(fetcher_t *fetcher, uint64_t position, size_t size, buf_t *ret, fault_t *fault)
{
    uint32_t number = (uint32_t)(position >> 32);
    int file = -1;
    err_t err = open_segment(fetcher, number, &file, fault);
    if (err) {
        return err;
    }
    buf_clear(ret);
    char *to = buf_reserve(ret, LAYOUT_RECORD_HEAD + size);
    if (!disk_read_all(fetcher->disk, file, to, LAYOUT_RECORD_HEAD + size, position & UINT32_MAX)) {
        return fault_errno(fault, ERR_IO, fetcher->folder);
    }
    if (!layout_record_whole(to, (uint32_t)size)) {
        return fault_set(fault, ERR_CORRUPT, "restore the file from a copy",
                         "%s/%010u.log: the record at offset %llu is damaged", fetcher->folder,
                         number, (unsigned long long)(position & UINT32_MAX));
    }
    memmove(to, to + LAYOUT_RECORD_HEAD, size);
    ret->size = size;
    return ERR_OK;
}
