// SPDX-License-Identifier: MPL-2.0
// Publishing: a record gets its offset at once and is acknowledged when it is on disk, or by the
// topic's sync interval.
#pragma once

#include "broker/core/state.h"

// What clients send: one record, or many.
void publish_on_publish(core_t *core, session_t *session, const header_t *header,
                        const event_t *event);
void publish_on_batch(core_t *core, session_t *session, const header_t *header,
                      const event_t *event);

// The events of OP_PUBLISH.
void publish_on_appended(core_t *core, op_t *op, const event_t *event);
void publish_on_failed(core_t *core, op_t *op, const event_t *event);
