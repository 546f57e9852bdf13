// SPDX-License-Identifier: MPL-2.0
// A file that a training leaves behind, on disk when it is closed.
#pragma once

#include "base/buf.h"
#include "base/fault.h"

typedef struct {
    int fd;
    const char *path; // borrowed
    buf_t bytes;      // not written yet: append to it
} outfile_t;

// Begins a new file, in the place of an older one. Errors: IO, FULL.
err_t outfile_open(const char *path, outfile_t *ret_output, fault_t *fault);

// Appends a text as a CSV field, in quotes where it needs them.
void outfile_text(outfile_t *output, const char *text);

// Writes what there is, when it is much. Errors: IO, FULL.
err_t outfile_flush(outfile_t *output, fault_t *fault);

// Writes the rest and makes the file durable, unless `err` says that something went wrong, and
// closes it. Returns the first error: `err`, IO, FULL.
err_t outfile_close(outfile_t *output, err_t err, fault_t *fault);

// Writes a whole file. Errors: IO, FULL.
err_t outfile_write(const char *path, const char *bytes, size_t size, fault_t *fault);

// Removes a regular file; whatever else stands there stays.
void outfile_remove(const char *path);
