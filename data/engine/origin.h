// SPDX-License-Identifier: MPL-2.0
// Which column of the table a node's cells come from.
#pragma once

#include "data/engine/flow.h"

typedef struct {
    int64_t column; // of the table; FLOW_NONE for what is made of nothing
    size_t node;    // the node itself, filters of rows left out
    bool same;      // it is that column changed in place, not one made beside it or split off
    bool kept;      // cells that are not missing in the table are as they were
} origin_t;

origin_t origin_of(const flow_t *flow, size_t node);
