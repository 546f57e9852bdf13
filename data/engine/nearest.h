// SPDX-License-Identifier: MPL-2.0
// Which column did a person mean?
#pragma once

#include <stddef.h>

// The index of the name nearest to `name` by edit distance, ignoring case, or -1 when none is near.
// Looks at the first 1,000 names and at names up to 64 bytes.
long nearest_name(const char *const *names, size_t count, const char *name);
