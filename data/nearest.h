// SPDX-License-Identifier: MPL-2.0
// Which column did a person mean?
#pragma once

#include "data/columns.h"

// The name of the live column that is nearest to `name` by edit distance, ignoring case, or NULL
// when none is near. Looks at the first 1,000 columns and at names up to 64 bytes.
const char *nearest_name(const columns_t *columns, const char *name);
