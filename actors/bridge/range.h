// SPDX-License-Identifier: MPL-2.0
// Conditional and range requests for one file (RFC 9110, sections 13 and 14).
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    RANGE_ALL,     // 200: the whole file
    RANGE_PART,    // 206: one part
    RANGE_OUTSIDE, // 416: nothing of it is in the file
} range_kind_t;

typedef struct {
    range_kind_t kind;
    int64_t first; // of RANGE_ALL and RANGE_PART
    int64_t length;
} range_t;

// What to send of a file of `size` bytes. `range` (may be NULL) is the Range header: one range of
// bytes gives a part; several, another unit or nonsense give the whole file. `if_range` (may be
// NULL) must be the strong entity tag `etag`, else the range is ignored.
range_t range_of(const char *range, const char *if_range, const char *etag, int64_t size);

// Whether If-None-Match (may be NULL) holds the tag, weak or strong, or is "*".
bool range_none_match(const char *if_none_match, const char *etag);
