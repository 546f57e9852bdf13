// SPDX-License-Identifier: MPL-2.0
// Space comes back from the oldest segment: what still lives in it is written again at the end of
// the log, with a snapshot of all topics and groups, and then the segment goes.
#pragma once

#include "broker/core/state.h"

// Starts a cleaning when it is worth it, and keeps one going.
void clean_run(core_t *core);

// Whether it wants to go on without waiting for an event.
bool clean_busy(const core_t *core);

// The events of OP_COPY_READ, OP_COPY and OP_TURN.
void clean_on_read(core_t *core, op_t *op, const event_t *event);
void clean_on_copied(core_t *core, op_t *op, const event_t *event);
void clean_on_turned(core_t *core, op_t *op, const event_t *event);
void clean_on_failed(core_t *core, op_t *op, const event_t *event);

// A topic is going to be deleted: the cleaning looks at it no more.
void clean_forget_topic(core_t *core, const topic_t *topic);
