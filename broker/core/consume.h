// SPDX-License-Identifier: MPL-2.0
// Joining a consumer group, which makes it when it is new.
#pragma once

#include "broker/core/emit.h"
#include "broker/core/state.h"

void consume_on_consume(core_t *core, session_t *session, const header_t *header,
                        const event_t *event);

// What is wrong with the names and values, or in the way of a new group. ERR_INVALID, ERR_FULL,
// ERR_CONFLICT.
err_t consume_check(const core_t *core, const hdr_consume_t *consume, fault_t *fault);

// Makes a group that is not there; the session is told when the disk has it. `call`: as an answer
// to a call, and without joining it.
void consume_make_group(core_t *core, int64_t session, const hdr_consume_t *consume, bool call);

// The events of OP_GROUP.
void consume_on_appended(core_t *core, op_t *op, const event_t *event);
void consume_on_failed(core_t *core, op_t *op, const event_t *event);

// Adds marks of what is gone already behind the word on a group that starts, or starts anew, so
// that a restart does not bring it back.
void consume_add_gone(core_t *core, const topic_t *topic, const ent_group_t *group,
                      entries_t *entries);

// The offset that "first" (or nothing), "end", "offset" and "time" speak of.
int64_t consume_start(const topic_t *topic, view_t start, int64_t at);
