// SPDX-License-Identifier: MPL-2.0
#include "data/nearest.h"

#include <ctype.h>
#include <string.h>

enum {
    NAME_MAX_BYTES = 64,
    CANDIDATES_MAX = 1000,
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// The Levenshtein distance, one row at a time.
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t row[NAME_MAX_BYTES + 1];
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

const char *nearest_name(const columns_t *columns, const char *name)
{
    size_t size = strlen(name);
    if (size > NAME_MAX_BYTES) {
        return NULL;
    }
    const char *best = NULL;
    size_t limit = size / 3 + 1; // more than a third wrong is another word
    for (size_t i = 0; i < least(columns->order_count, CANDIDATES_MAX); i++) {
        const char *candidate = columns->items[columns->order[i]].name;
        size_t candidate_size = strlen(candidate);
        if (candidate_size > NAME_MAX_BYTES || candidate_size > size + limit ||
            candidate_size + limit < size) {
            continue;
        }
        size_t d = distance(name, size, candidate, candidate_size);
        if (d <= limit) {
            best = candidate;
            limit = d > 0 ? d - 1 : 0;
            if (d == 0) {
                break;
            }
        }
    }
    return best;
}
