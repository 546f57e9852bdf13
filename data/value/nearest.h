// SPDX-License-Identifier: MPL-2.0
// Which name did a person mean?
#pragma once

#include <stddef.h>

enum { NEAREST_BYTES = 64 }; // longer names are not compared

// The Levenshtein distance of two names of at most NEAREST_BYTES bytes, ignoring case.
size_t nearest_distance(const char *a, size_t a_size, const char *b, size_t b_size);

// The index of the name nearest to `name` by edit distance, ignoring case, or -1 when none is near.
// Looks at the first 1,000 names and at names up to 64 bytes.
long nearest_name(const char *const *names, size_t count, const char *name);
