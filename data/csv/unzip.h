// SPDX-License-Identifier: MPL-2.0
// The one file in a zip. libzip reads it: unlike minizip it checks what it reads against the
// directory, unlike libarchive it goes by the directory, so that other members are seen before the
// first byte is used, and it needs few libraries. Names are shown, never used as paths.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

enum {
    UNZIP_MEMBERS_MAX = 10000,
    UNZIP_DIRECTORY_BYTES = 16 << 20,
};

typedef struct unzip unzip_t;

// Opens the zip at `path` and finds its only file that has content; directories, empty files and
// what macOS adds do not count. Copies its name, cut to fit and made printable, to `name`. The
// caller destroys *ret_unzip.
//
// Errors: CORRUPT; UNSUPPORTED when there is not exactly one file, or it is encrypted or packed in
// a way that is not supported; TOO_LARGE for too many members.
err_t unzip_open(const char *path, char *name, size_t name_size, unzip_t **ret_unzip,
                 fault_t *fault);

// Reads at most `size` bytes; *ret_size is 0 at the end only. Errors: CORRUPT.
err_t unzip_read(unzip_t *unzip, char *to, size_t size, size_t *ret_size, fault_t *fault);

// Starts again at the beginning. Errors: CORRUPT.
err_t unzip_rewind(unzip_t *unzip, fault_t *fault);

// The file's size, packed and not, as the directory has it.
int64_t unzip_packed_size(const unzip_t *unzip);
int64_t unzip_size(const unzip_t *unzip);

void unzip_destroy(unzip_t **unzip);
