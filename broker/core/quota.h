// SPDX-License-Identifier: MPL-2.0
// What the clients of one key send in a second: a token bucket for bytes and one for messages, each
// with room for one second's worth. What is left may be negative: a message larger than a second's
// worth goes when the bucket is full, and the next one waits for it.
#pragma once

#include "broker/core/state.h"

// Counts a message of this session. ERR_RATE_LIMITED: it is over the quota, and was not counted;
// the fault says when to try again. Only calls and publishes are refused: what answers or settles
// is counted and always taken.
err_t quota_take(core_t *core, const session_t *session, const header_t *header,
                 const event_t *event, fault_t *fault);
