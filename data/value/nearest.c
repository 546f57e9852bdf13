// SPDX-License-Identifier: MPL-2.0
#include "data/value/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { CANDIDATES_MAX = 1000 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t row[NEAREST_BYTES + 1];
    for (size_t j = 0; j <= b_size; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            size_t changed = diagonal + !same;
            diagonal = row[j];
            row[j] = least(changed, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_size];
}

long nearest_name(const char *const *names, size_t count, const char *name)
{
    size_t size = strlen(name);
    if (size > NEAREST_BYTES) {
        return -1;
    }
    long best = -1;
    size_t limit = size / 3 + 1; // more than a third wrong is another word
    for (size_t i = 0; i < least(count, CANDIDATES_MAX); i++) {
        size_t candidate = strlen(names[i]);
        if (candidate > NEAREST_BYTES || candidate > size + limit || candidate + limit < size) {
            continue;
        }
        size_t d = nearest_distance(name, size, names[i], candidate);
        if (d <= limit) {
            best = (long)i;
            limit = d > 0 ? d - 1 : 0;
            if (d == 0) {
                break;
            }
        }
    }
    return best;
}
