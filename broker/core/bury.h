// SPDX-License-Identifier: MPL-2.0
// Dead letters: a record that a group gives up on moves to the topic dead.<topic>.<group>, with the
// reason; the copy and the settlement are one append.
#pragma once

#include "broker/core/emit.h"
#include "broker/core/state.h"

// Starts to move an item that nobody holds. `session` (0: none) is told when it is done. The
// records of a dead-letter topic are dropped.
void bury_start(core_t *core, item_t *item, view_t reason, int64_t session, int64_t id);

// Begins to settle an item that nobody holds, and the ones right behind it with the same op;
// `session` (0: none) is told when the log has it, which bury_settle_end asks for.
op_t *bury_settle(core_t *core, item_t *item, int64_t session, int64_t id);
void bury_settle_more(core_t *core, op_t *op, item_t *item);
void bury_settle_end(core_t *core, op_t *op);

// The events of OP_BURY_READ, OP_BURY and OP_SETTLE.
void bury_on_read(core_t *core, op_t *op, const event_t *event);
void bury_on_appended(core_t *core, op_t *op, const event_t *event);
void bury_on_settled(core_t *core, op_t *op, const event_t *event);
void bury_on_failed(core_t *core, op_t *op, const event_t *event);
