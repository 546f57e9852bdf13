// SPDX-License-Identifier: MPL-2.0
// Reads single entries of the log, beside the thread that writes it.
#pragma once

#include "base/buf.h"
#include "base/disk.h"
#include "base/fault.h"

typedef struct fetcher fetcher_t;

// A fetcher over the segments in this folder.
fetcher_t *fetcher_new(disk_t *disk, const char *folder);

void fetcher_destroy(fetcher_t **fetcher);

// Reads the record of `size` bytes at a position into the buffer (its former content is dropped).
// ERR_CORRUPT, ERR_IO.
err_t fetcher_read(fetcher_t *fetcher, uint64_t position, size_t size, buf_t *ret, fault_t *fault);

// One of several records to be read, and what came of it.
typedef struct {
    uint64_t position;
    size_t size;
    err_t err;         // ERR_CORRUPT, ERR_IO
    const char *bytes; // NULL with an error
} fetch_t;

// Reads many records; those that lie one behind the other come with one call of the disk. The bytes
// are in the buffer (its former content is dropped) and live as long as it is not touched. Each
// record has an error of its own; returns the first of them, with its fault.
err_t fetcher_read_many(fetcher_t *fetcher, fetch_t *fetches, size_t count, buf_t *ret,
                        fault_t *fault);

// Forgets the segments before this number, which are going to be removed.
void fetcher_trim(fetcher_t *fetcher, uint32_t segment);
