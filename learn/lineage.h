// SPDX-License-Identifier: MPL-2.0
// What of a flow comes from one column of the table.
#pragma once

#include <stdint.h>

#include "data/engine/flow.h"

typedef enum {
    LINEAGE_NONE,   // it does not
    LINEAGE_ALONE,  // it does, and from no other column
    LINEAGE_SHARED, // from others too
} lineage_t;

// Says of each node of a fitted flow how it comes from a column of the table. The caller frees.
uint8_t *lineage_of(const flow_t *flow, size_t column);
