// SPDX-License-Identifier: MPL-2.0
#include "data/csv/sniff.h"

#include <stdbool.h>
#include <string.h>

static bool line_end(char c)
{
    return c == '\n' || c == '\r';
}

char sniff_delimiter(const char *bytes, size_t size)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    size_t counts[sizeof candidates] = {0};
    bool quoted = false;
    size_t at = 0;
    while (at < size && line_end(bytes[at])) {
        at++;
    }
    for (; at < size && (quoted || !line_end(bytes[at])); at++) {
        quoted ^= bytes[at] == '"';
        const char *found = quoted ? NULL : memchr(candidates, bytes[at], sizeof candidates);
        if (found) {
            counts[found - candidates]++;
        }
    }
    size_t best = 0;
    for (size_t i = 1; i < sizeof candidates; i++) {
        best = counts[i] > counts[best] ? i : best;
    }
    return candidates[best];
}
