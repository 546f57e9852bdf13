// SPDX-License-Identifier: MPL-2.0
#include "broker/core/session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "broker/core/access.h"
#include "broker/core/emit.h"
#include "proto/name.h"

session_t *session_of(const core_t *core, view_t route)
{
    return map_get(&core->routes, route.data, route.size);
}

// It is known no more; what it had is taken back at the end of the step.
static void end(core_t *core, session_t *session, const char *why)
{
    session->ended = true;
    heap_remove(&core->heap, &session->due);
    map_remove(&core->routes, session->route, session->route_size);
    map_remove(&core->identities, session->identity, strlen(session->identity));
    list_append(&core->ended, &session->link);
    if (session->user) {
        session->user->sessions--;
    }
    emit_report(core, LOG_DEBUG, "client.gone", "%s: %s", session->identity, why);
}

static err_t check_hello(const core_t *core, const hdr_hello_t *hello, fault_t *fault)
{
    if (hello->version != ADP_VERSION) {
        return fault_set(fault, ERR_UNSUPPORTED, "use a client of ADP/1",
                         "the client speaks ADP/%lld, the broker ADP/%d", (long long)hello->version,
                         ADP_VERSION);
    }
    err_t err = name_check(hello->name, "client", fault);
    if (err == ERR_OK) {
        err = name_check(hello->instance, "instance", fault);
    }
    if (err == ERR_OK && core->sessions.live >= CORE_SESSIONS_MAX) {
        err = fault_set(fault, ERR_FULL, "close other clients", "%d clients are connected already",
                        CORE_SESSIONS_MAX);
    }
    return err;
}

// The same client has started anew: what it had before is taken back at once.
static void replace(core_t *core, const char *identity, view_t route)
{
    session_t *earlier = map_get(&core->identities, identity, strlen(identity));
    if (earlier) {
        view_t earlier_route = {earlier->route, earlier->route_size};
        if (route.size != earlier_route.size ||
            memcmp(route.data, earlier_route.data, route.size) != 0) {
            fault_t fault;
            fault_set(&fault, ERR_CONFLICT, "give each client its own instance name",
                      "another client has said hello as '%s'", identity);
            emit_refused(core, earlier_route, 0, &fault);
        }
        end(core, earlier, "it said hello anew");
    }
    session_t *same_route = session_of(core, route);
    if (same_route) {
        end(core, same_route, "it said hello as another");
    }
}

static session_t *add(core_t *core, view_t route, const hdr_hello_t *hello, user_t *user,
                      char *identity)
{
    session_t *session = mem_new(sizeof *session);
    session->serial = ++core->serials;
    memcpy(session->route, route.data, route.size);
    session->route_size = route.size;
    session->name = view_dup(hello->name);
    session->identity = identity;
    session->user = user;
    if (user) {
        user->sessions++;
    }
    session->heard_ms = core->now_ms;
    session->due.kind = DUE_SESSION;
    list_init(&session->workers);
    list_init(&session->consumers);
    list_init(&session->link);
    map_add(&core->routes, session->route, session->route_size, session);
    map_add(&core->identities, session->identity, strlen(identity), session);
    map_add(&core->sessions, &session->serial, sizeof session->serial, session);
    heap_set(&core->heap, &session->due, core->now_ms + core->options.silence_ms);
    return session;
}

session_t *session_from(core_t *core, const event_t *event)
{
    session_t *session = session_of(core, event->client);
    if (session && !access_is(session, event->user)) {
        end(core, session, "another client has its routing id");
        return NULL;
    }
    return session;
}

// A name of one user is not that of another.
static char *identity_of(const user_t *user, const hdr_hello_t *hello)
{
    return text_format("%s%s%.*s/%.*s", user ? user->name : "", user ? ":" : "",
                       (int)hello->name.size, hello->name.data, (int)hello->instance.size,
                       hello->instance.data);
}

void session_on_hello(core_t *core, const event_t *event, const hdr_hello_t *hello)
{
    view_t route = event->client;
    assert(route.size < sizeof((session_t *)0)->route);
    session_from(core, event); // one of another user is not there any more
    fault_t fault;
    user_t *user = NULL;
    if (check_hello(core, hello, &fault) || access_admit(core, event, &user, &fault)) {
        emit_refused(core, route, 0, &fault);
        return;
    }
    char *identity = identity_of(user, hello);
    replace(core, identity, route);
    const session_t *session = add(core, route, hello, user, identity);
    header_t header = {.kind = HDR_welcome,
                       .welcome = {.version = ADP_VERSION,
                                   .broker = view_of(core->options.incarnation),
                                   .frame_bytes = LIMIT_FRAME_BYTES,
                                   .silence_ms = core->options.silence_ms,
                                   .attempt = hello->attempt}};
    emit_send(core, session, &header, NULL, 0);
    emit_report(core, LOG_DEBUG, "client.hello", "%s", session->identity);
}

void session_on_ping(core_t *core, session_t *session, const header_t *header, const event_t *event)
{
    (void)event;
    header_t pong = {.kind = HDR_pong, .pong = {.time_ms = header->ping.time_ms}};
    emit_send(core, session, &pong, NULL, 0);
}

void session_on_goodbye(core_t *core, session_t *session, const header_t *header,
                        const event_t *event)
{
    (void)header;
    (void)event;
    session->left = true;
    end(core, session, "goodbye");
}

void session_on_gone(core_t *core, view_t route)
{
    session_t *session = session_of(core, route);
    if (session) {
        end(core, session, "it cannot be reached");
    }
}

void session_refuse(core_t *core, session_t *session, const fault_t *fault)
{
    emit_refused(core, (view_t){session->route, session->route_size}, 0, fault);
    end(core, session, fault->detail);
}

void session_probe(core_t *core)
{
    header_t pong = {.kind = HDR_pong};
    size_t at = 0;
    const session_t *session;
    while ((session = map_next(&core->sessions, &at))) {
        emit_send(core, session, &pong, NULL, 0);
    }
}

void session_on_due(core_t *core, heap_node_t *node)
{
    session_t *session = LIST_ITEM(node, session_t, due);
    int64_t due_ms = session->heard_ms + core->options.silence_ms;
    if (due_ms > core->now_ms) {
        heap_set(&core->heap, node, due_ms);
    } else {
        end(core, session, "it was silent");
    }
}

void session_free(core_t *core, session_t *session)
{
    map_remove(&core->sessions, &session->serial, sizeof session->serial);
    heap_remove(&core->heap, &session->due);
    list_remove(&session->link);
    map_release(&session->calls);
    free(session->name);
    free(session->identity);
    free(session);
}
