// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/range.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char UNIT[] = "bytes=";

// Reads digits; NULL when there are none or too many.
static const char *digits(const char *text, int64_t *ret)
{
    if (!isdigit((unsigned char)*text)) {
        return NULL;
    }
    char *end;
    errno = 0;
    *ret = strtoll(text, &end, 10);
    return errno ? NULL : end;
}

// Reads "first-last", "first-" or "-length"; absent numbers are -1.
static bool parse(const char *text, int64_t *ret_first, int64_t *ret_last)
{
    *ret_first = *ret_last = -1;
    if (*text != '-') {
        text = digits(text, ret_first);
    }
    if (!text || *text++ != '-') {
        return false;
    }
    if (*text != '\0') {
        text = digits(text, ret_last);
    }
    bool empty = *ret_first < 0 && *ret_last < 0;
    bool backwards = *ret_first >= 0 && *ret_last >= 0 && *ret_last < *ret_first;
    return text && *text == '\0' && !empty && !backwards;
}

range_t range_of(const char *range, const char *if_range, const char *etag, int64_t size)
{
    range_t all = {RANGE_ALL, 0, size};
    int64_t first;
    int64_t last;
    if (!range || strncasecmp(range, UNIT, sizeof UNIT - 1) != 0 ||
        (if_range && strcmp(if_range, etag) != 0) ||
        !parse(range + sizeof UNIT - 1, &first, &last)) {
        return all;
    }
    if (first < 0) { // the last bytes
        int64_t length = last < size ? last : size;
        return length > 0 ? (range_t){RANGE_PART, size - length, length}
                          : (range_t){.kind = RANGE_OUTSIDE};
    }
    if (first >= size) {
        return (range_t){.kind = RANGE_OUTSIDE};
    }
    last = last < 0 || last >= size ? size - 1 : last;
    return (range_t){RANGE_PART, first, last - first + 1};
}

bool range_none_match(const char *if_none_match, const char *etag)
{
    size_t length = strlen(etag);
    const char *at = if_none_match ? if_none_match : "";
    while (*at) {
        at += strspn(at, ", \t");
        if (*at == '*') {
            return true;
        }
        at += strncmp(at, "W/", 2) == 0 ? 2 : 0;
        size_t item = strcspn(at, ", \t");
        if (item == length && strncmp(at, etag, length) == 0) {
            return true;
        }
        at += item;
    }
    return false;
}
