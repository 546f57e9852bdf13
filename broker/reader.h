// SPDX-License-Identifier: MPL-2.0
// Reads single entries of the log, beside the thread that writes it.
#pragma once

#include "base/buf.h"
#include "base/disk.h"
#include "base/fault.h"

typedef struct reader reader_t;

// A reader of the segments in this folder.
reader_t *reader_new(disk_t *disk, const char *folder);

void reader_destroy(reader_t **reader);

// Reads the record of `size` bytes at a position into the buffer (its former content is dropped).
// ERR_CORRUPT, ERR_IO.
err_t reader_read(reader_t *reader, uint64_t position, size_t size, buf_t *ret, fault_t *fault);

// Forgets the segments before this number, which are going to be removed.
void reader_trim(reader_t *reader, uint32_t segment);
