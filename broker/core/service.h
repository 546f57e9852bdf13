// SPDX-License-Identifier: MPL-2.0
// Services: workers offer credit, calls take it.
#pragma once

#include "broker/core/state.h"

void service_on_serve(core_t *core, session_t *session, const header_t *header,
                      const event_t *event);
void service_on_call(core_t *core, session_t *session, const header_t *header,
                     const event_t *event);
void service_on_reply(core_t *core, session_t *session, const header_t *header,
                      const event_t *event);
void service_on_cancel(core_t *core, session_t *session, const header_t *header,
                       const event_t *event);

// Gives calls of the woken services to workers that have credit.
void service_run(core_t *core);

// A call's deadline has passed, or its patience with an absent service.
void service_on_due(core_t *core, heap_node_t *node);

// Takes back the session's calls: those it made, and those it was given.
void service_on_session_ended(core_t *core, session_t *session);

// Frees a service that has no workers and no calls.
void service_destroy(core_t *core, service_t **service);
