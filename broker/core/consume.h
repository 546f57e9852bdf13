// SPDX-License-Identifier: MPL-2.0
// Joining a consumer group, which makes it when it is new.
#pragma once

#include "broker/core/state.h"

void consume_on_consume(core_t *core, session_t *session, const header_t *header,
                        const event_t *event);

// The events of OP_GROUP.
void consume_on_appended(core_t *core, op_t *op, const event_t *event);
void consume_on_failed(core_t *core, op_t *op, const event_t *event);

// The offset that "first" (or nothing), "end", "offset" and "time" speak of.
int64_t consume_start(const topic_t *topic, view_t start, int64_t at);
