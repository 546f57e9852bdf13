// SPDX-License-Identifier: MPL-2.0
// Changing a flow: for the planner alone.
#pragma once

#include "data/engine/flow.h"

// Adds a node and returns its index.
size_t flow_node(flow_t *flow, node_t node);

// Adds a call at the last stage.
spot_t *flow_spot(flow_t *flow, const step_t *step, size_t *ret_index);

// Begins the stage of the rows that a call leaves.
void flow_begin_stage(flow_t *flow, size_t spot);

// Puts columns in the place of `gone` live ones; names are copied.
void flow_splice(flow_t *flow, size_t place, size_t gone, const live_t *with, size_t count);

// Remembers a column that is no more.
void flow_note_gone(flow_t *flow, const char *name, int32_t step, bool expanded);

// Fills `fault` with COLUMN_UNKNOWN for a name, and a remedy that knows what became of the column,
// or which one was probably meant.
err_t flow_unknown(const flow_t *flow, const step_t *step, const char *name, fault_t *fault);
