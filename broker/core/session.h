// SPDX-License-Identifier: MPL-2.0
// Clients: hello makes a session; goodbye, silence, a lost connection or a new hello of the same
// client ends it.
#pragma once

#include "broker/core/state.h"

// The session of a routing id; NULL when it has not said hello.
session_t *session_of(const core_t *core, view_t route);

// The session a frame belongs to; NULL when there is none. A session whose routing id has come to
// another user has lost its connection, and ends.
session_t *session_from(core_t *core, const event_t *event);

// Takes a hello from a routing id that may have a session already.
void session_on_hello(core_t *core, const event_t *event, const hdr_hello_t *hello);

// Ends a session and tells it why.
void session_refuse(core_t *core, session_t *session, const fault_t *fault);

void session_on_ping(core_t *core, session_t *session, const header_t *header,
                     const event_t *event);
void session_on_goodbye(core_t *core, session_t *session, const header_t *header,
                        const event_t *event);

// The client cannot be reached.
void session_on_gone(core_t *core, view_t route);

// Sends something harmless to every client.
void session_probe(core_t *core);

// The client was silent for long.
void session_on_due(core_t *core, heap_node_t *node);

// Frees a session whose workers, consumers and calls are gone.
void session_free(core_t *core, session_t *session);
