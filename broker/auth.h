// SPDX-License-Identifier: MPL-2.0
// Who may connect over tcp: CURVE with the keys of DATA/keys, asked for by libzmq through ZAP
// (ZeroMQ RFC 27) in the broker's own loop. A message then carries the name of its key as
// "User-Id".
#pragma once

#include <zmq.h>

#include "broker/core/policy.h"

typedef struct auth auth_t;

typedef enum { AUTH_BUS, AUTH_HEARTBEAT_IN, AUTH_HEARTBEAT_OUT } auth_door_t;

// Reads the keys, and answers for the context from now on: before any socket is bound.
err_t auth_new(void *context, const char *data_dir, auth_t **ret, fault_t *fault);

// After the sockets of the context that use it are closed.
void auth_destroy(auth_t **auth);

// Makes what the socket binds from now on a door for keys; what it has bound before stays as it
// was.
err_t auth_guard(const auth_t *auth, void *socket, auth_door_t door, fault_t *fault);

// The socket to poll for input, and what to do then.
void *auth_socket(const auth_t *auth);
void auth_process(auth_t *auth);

// Who may do what now. It lives until the second auth_refresh that returns true from now.
const policy_t *auth_policy(const auth_t *auth);

// Reads again what has changed on disk; true when there is a new policy. What is not valid is
// logged, and what was in force stays so.
bool auth_refresh(auth_t *auth);

// The user of a message that came through a guarded door or a local one (size 0). What is neither
// is nobody's: "?".
view_t auth_user(zmq_msg_t *message);
