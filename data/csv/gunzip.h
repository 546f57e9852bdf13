// SPDX-License-Identifier: MPL-2.0
// Unpacks gzip (RFC 1952) with zlib: any number of members one behind the other; zero bytes may
// follow them, as tar and tapes leave them, nothing else.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define ZLIB_CONST // inputs are const
#include <zlib.h>

#include "base/fault.h"

typedef struct {
    z_stream zlib;
    bool inside; // a member has begun
    bool padded; // a zero byte behind a member has been seen
} gunzip_t;

// Starts; gunzip_release frees. Errors: MEMORY.
err_t gunzip_begin(gunzip_t *gunzip, fault_t *fault);

// Unpacks from `from` to `to`; tells how many bytes of each it has used. Needs more input when it
// has used all and given nothing. Errors: CORRUPT.
err_t gunzip_run(gunzip_t *gunzip, const char *from, size_t from_size, size_t *ret_used, char *to,
                 size_t to_size, size_t *ret_given, fault_t *fault);

// Whether the input may end here. Errors: CORRUPT when it is cut off.
err_t gunzip_end(const gunzip_t *gunzip, fault_t *fault);

void gunzip_release(gunzip_t *gunzip);
