// SPDX-License-Identifier: MPL-2.0
// Deliveries: a woken group's next record goes to the consumer with the most room; a lease that
// passes brings it back.
#pragma once

#include "broker/core/state.h"

// Delivers what the woken groups have.
void deliver_run(core_t *core);

// The events of OP_DELIVER.
void deliver_on_read(core_t *core, op_t *op, const event_t *event);
void deliver_on_read_failed(core_t *core, op_t *op, const event_t *event);

// A lease or a backoff has passed.
void deliver_on_due(core_t *core, heap_node_t *node);

// Takes back what the session's consumers hold and lets the consumers go.
void deliver_on_session_ended(core_t *core, session_t *session);

// Writes down the delivery counts of records that are still out after a while.
void deliver_on_notes_due(core_t *core, heap_node_t *node);
void deliver_on_noted(core_t *core, op_t *op, const event_t *event);
