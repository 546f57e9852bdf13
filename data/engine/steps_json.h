// SPDX-License-Identifier: MPL-2.0
// A fitted recipe as the `steps` document (docs/documents.md), and back.
#pragma once

#include <jansson.h>

#include "data/engine/flow.h"

enum {
    STEPS_LEVELS_ALL = 0,
    STEPS_LEVELS_SHOWN = 100, // what previews and results show of a column's levels
};

// The recipe with each step's parameters. At most `levels_max` levels a column, STEPS_LEVELS_ALL
// for all; `levels_total` tells how many there are. A new reference.
json_t *steps_json(const flow_t *flow, size_t levels_max);

// Fills the calls of a flow with what a complete document says, planning on the way; nothing is
// read. Errors: INVALID, the first issue of the plan, COLUMN_COLLISION, LEVELS; UNSUPPORTED for a
// step whose parameters hold for one table only.
err_t steps_restore(flow_t *flow, const json_t *steps, fault_t *fault);
