// SPDX-License-Identifier: MPL-2.0
// What a consumer says of a record it holds: ack, nack, touch, term.
#pragma once

#include "broker/core/state.h"

void settle_on_ack(core_t *core, session_t *session, const header_t *header, const event_t *event);
void settle_on_nack(core_t *core, session_t *session, const header_t *header, const event_t *event);
void settle_on_touch(core_t *core, session_t *session, const header_t *header,
                     const event_t *event);
void settle_on_term(core_t *core, session_t *session, const header_t *header, const event_t *event);

// The events of OP_RETURN: the delivery count of a nack is on disk, or not.
void settle_on_returned(core_t *core, op_t *op, const event_t *event);
void settle_on_return_failed(core_t *core, op_t *op, const event_t *event);
