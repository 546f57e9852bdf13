// SPDX-License-Identifier: MPL-2.0
// The owners of keys, and what their clients may do.
#pragma once

#include "broker/core/policy.h"
#include "broker/core/state.h"

// Takes the new table: sessions whose user is gone, or may do something else than before, end.
void access_on_policy(core_t *core, const event_t *event);

// The user of an event, NULL when it is of this host. ERR_UNAUTHENTICATED: nobody knows it;
// ERR_BUSY: it has as many connections as it may; ERR_INVALID: it chose its own routing id.
err_t access_admit(core_t *core, const event_t *event, user_t **ret, fault_t *fault);

// Whether a session may send this header. ERR_FORBIDDEN names role, right and thing.
err_t access_check(const session_t *session, const header_t *header, fault_t *fault);

// Whether a session may call this method of service `broker`, which changes something.
err_t access_admin(const session_t *session, view_t method, fault_t *fault);

// Whether a session belongs to this user.
bool access_is(const session_t *session, view_t user);

// The role that is stamped on what a session asks for.
const char *access_role(const session_t *session);

// Frees the users.
void access_release(core_t *core);
