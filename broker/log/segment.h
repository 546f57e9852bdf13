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

// Writes the path of a segment.
void segment_path(char path[SEGMENT_PATH_SIZE], const char *folder, uint32_t number);

// The number in a file name; 0 when it is not a segment's.
uint32_t segment_number(const char *name);

// Makes a segment: complete, named and on disk when this returns. ERR_FULL: no space, nothing was
// made; ERR_IO.
err_t segment_create(segment_file_t *ret, disk_t *disk, const char *folder,
                     const segment_head_t *head, fault_t *fault);

// Opens a segment for reading and writing and checks its head and size. ERR_CORRUPT names the file;
// ERR_IO.
err_t segment_open(segment_file_t *ret, disk_t *disk, const char *folder, uint32_t number,
                   fault_t *fault);

// Reads the whole file. ERR_IO.
err_t segment_read(const segment_file_t *segment, buf_t *ret, fault_t *fault);

void segment_close(segment_file_t *segment);
