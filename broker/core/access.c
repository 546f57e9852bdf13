// SPDX-License-Identifier: MPL-2.0
#include "broker/core/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/session.h"

enum { MADE_ROUTE_BYTES = 5 }; // libzmq makes routing ids of a zero byte and a number

static void end_sessions(core_t *core, const user_t *user, const fault_t *fault)
{
    size_t at = 0;
    session_t *session;
    while ((session = map_next(&core->sessions, &at))) {
        if (session->user == user && !session->ended) {
            session_refuse(core, session, fault);
        }
    }
}

// A user without sessions is forgotten only with its key, or it could renew its quota by hanging
// up.
static void renew(core_t *core, user_t *user, const role_t *role)
{
    fault_t fault;
    if (!role) {
        fault_set(&fault, ERR_UNAUTHENTICATED, "ask the admin for a new key",
                  "key '%s' was removed", user->name);
        end_sessions(core, user, &fault);
    } else if (user->role && !role_equals(user->role, role)) {
        fault_set(&fault, ERR_UNAUTHENTICATED, "say hello again",
                  "the rights of key '%s' have changed", user->name);
        end_sessions(core, user, &fault);
    }
    user->role = role;
}

void access_on_policy(core_t *core, const event_t *event)
{
    size_t at = 0;
    user_t *user;
    while ((user = map_next(&core->users, &at))) {
        renew(core, user, policy_role_of(event->policy, view_of(user->name)));
    }
    core->policy = event->policy;
}

static user_t *open_user(core_t *core, view_t name, const role_t *role)
{
    user_t *user = map_get(&core->users, name.data, name.size);
    if (!user) {
        user = mem_new(sizeof *user);
        user->name = view_dup(name);
        map_add(&core->users, user->name, name.size, user);
    }
    user->role = role;
    return user;
}

// With a routing id of its own choice a client would get what was meant for the one that had it
// before.
static bool chose_route(view_t route)
{
    return route.size != MADE_ROUTE_BYTES || route.data[0] != '\0';
}

err_t access_admit(core_t *core, const event_t *event, user_t **ret, fault_t *fault)
{
    if (core->options.remote && chose_route(event->client)) {
        return fault_set(fault, ERR_INVALID, "leave ZMQ_ROUTING_ID as it is",
                         "the client has a routing id of its own choice");
    }
    if (event->user.size == 0) {
        *ret = NULL;
        return ERR_OK;
    }
    const role_t *role = policy_role_of(core->policy, event->user);
    if (!role) {
        return fault_set(fault, ERR_UNAUTHENTICATED, "ask the admin for a new key",
                         "key '%.*s' was removed", (int)event->user.size, event->user.data);
    }
    user_t *user = open_user(core, event->user, role);
    int64_t most = role_limits(role)->connections;
    const session_t *present = session_of(core, event->client);
    if (most > 0 && user->sessions - (present != NULL) >= most) {
        return fault_set(fault, ERR_RATE_LIMITED,
                         "close some, or ask the admin to raise 'connections' of the role",
                         "key '%s' has %lld connections: 'connections' of role '%s' is %lld",
                         user->name, (long long)user->sessions, role_name(role), (long long)most);
    }
    *ret = user;
    return ERR_OK;
}

static err_t check(const session_t *session, right_t right, view_t name, view_t method,
                   const char *what, fault_t *fault)
{
    const role_t *role = session->user->role;
    if (role_allows(role, right, name, method)) {
        return ERR_OK;
    }
    char thing[FAULT_REMEDY_MAX / 2];
    snprintf(thing, sizeof thing, "%.*s%s%.*s", (int)name.size, name.data,
             method.size > 0 ? "/" : "", (int)method.size, method.size > 0 ? method.data : "");
    char remedy[FAULT_REMEDY_MAX];
    snprintf(remedy, sizeof remedy, "ask the admin to give role '%s' the right '%s' for it",
             role_name(role), right_name(right));
    return fault_set(fault, ERR_FORBIDDEN, remedy,
                     "role '%s' of key '%s' has no right '%s' for %s '%s'", role_name(role),
                     session->user->name, right_name(right), what, thing);
}

// What a session holds it may settle: it was allowed when it began.
err_t access_check(const session_t *session, const header_t *header, fault_t *fault)
{
    if (!session->user) {
        return ERR_OK;
    }
    switch (header->kind) {
    case HDR_publish:
        return check(session, ACCESS_PUBLISH, header->publish.topic, (view_t){0}, "topic", fault);
    case HDR_publish_batch:
        return check(session, ACCESS_PUBLISH, header->publish_batch.topic, (view_t){0}, "topic",
                     fault);
    case HDR_consume:
        return check(session, ACCESS_CONSUME, header->consume.topic, (view_t){0}, "topic", fault);
    case HDR_serve:
        return check(session, ACCESS_SERVE, header->serve.service, (view_t){0}, "service", fault);
    case HDR_call:
        return check(session, ACCESS_CALL, header->call.service, header->call.method, "service",
                     fault);
    default:
        return ERR_OK;
    }
}

err_t access_admin(const session_t *session, view_t method, fault_t *fault)
{
    return session->user
               ? check(session, ACCESS_ADMIN, method, (view_t){0}, "the broker's method", fault)
               : ERR_OK;
}

bool access_is(const session_t *session, view_t user)
{
    view_t own = session->user ? view_of(session->user->name) : (view_t){0};
    return own.size == user.size && (own.size == 0 || memcmp(own.data, user.data, own.size) == 0);
}

const char *access_role(const session_t *session)
{
    return session->user ? role_name(session->user->role) : POLICY_LOCAL;
}

void access_release(core_t *core)
{
    size_t at = 0;
    user_t *user;
    while ((user = map_next(&core->users, &at))) {
        free(user->name);
        free(user);
    }
    map_release(&core->users);
}
