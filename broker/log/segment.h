// SPDX-License-Identifier: MPL-2.0
// One file of the log, "<number>.log", as large as it will ever be from the start.
#pragma once

#include "base/buf.h"
#include "base/disk.h"
#include "base/fault.h"
#include "broker/log/layout.h"

enum { SEGMENT_PATH_SIZE = 4352 };

typedef struct {
    disk_t *disk;
    int file;
    segment_head_t head;
    char path[SEGMENT_PATH_SIZE];
} segment_file_t;

// Writes the path of a segment, or of its index.
void segment_path(char path[SEGMENT_PATH_SIZE], const char *folder, uint32_t number);
void segment_index_path(char path[SEGMENT_PATH_SIZE], const char *folder, uint32_t number);

// The number in a file name; 0 when it is not a segment's, or not an index's.
uint32_t segment_number(const char *name);
uint32_t segment_index_number(const char *name);

// Makes an empty segment: complete, named and on disk when this returns. One of the same number is
// replaced. ERR_FULL: no space, nothing was made; ERR_IO.
err_t segment_create(segment_file_t *ret, disk_t *disk, const char *folder, uint32_t number,
                     uint32_t size, fault_t *fault);

// Opens a segment for reading and writing and checks its head and size. ERR_CORRUPT names the file;
// ERR_IO.
err_t segment_open(segment_file_t *ret, disk_t *disk, const char *folder, uint32_t number,
                   fault_t *fault);

// Reads the whole file; what was in the buffer is dropped. ERR_IO.
err_t segment_read(const segment_file_t *segment, buf_t *ret, fault_t *fault);

void segment_close(segment_file_t *segment);
