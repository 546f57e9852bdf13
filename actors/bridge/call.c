// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/call.h"

#include <stdlib.h>
#include <string.h>

#include "actors/bridge/reply.h"
#include "base/mem.h"
#include "proto/codec_json.h"

enum { READY_DEADLINE_MS = 2000 };

// What the door itself fills in; a body must not.
static const char *const OWN_FIELDS[] = {"token", "id", "idempotency_key"};

static err_t parse(const exchange_t *exchange, json_t **ret, fault_t *fault)
{
    if (!(exchange->route->flags & ROUTE_BODY)) {
        *ret = json_object();
        return ERR_OK;
    }
    json_error_t error;
    json_t *body = json_loadb(exchange->body.data ? exchange->body.data : "", exchange->body.size,
                              JSON_REJECT_DUPLICATES, &error);
    if (!body) {
        fault_set(fault, ERR_INVALID, "send one JSON object as the body",
                  "the body is not JSON: line %d, column %d: %s", error.line, error.column,
                  error.text);
        fault_at(fault, error.line, 0, NULL);
        return ERR_INVALID;
    }
    for (size_t i = 0; i < sizeof OWN_FIELDS / sizeof OWN_FIELDS[0]; i++) {
        if (json_object_get(body, OWN_FIELDS[i])) {
            json_decref(body);
            return fault_set(fault, ERR_INVALID, "check the spelling, or leave it out",
                             "there is no field '%s' here", OWN_FIELDS[i]);
        }
    }
    *ret = body;
    return ERR_OK;
}

static err_t put(json_t *fields, const char *key, const char *value, fault_t *fault)
{
    if (value && json_object_set_new(fields, key, json_string(value))) {
        return fault_set(fault, ERR_INVALID, "encode it as UTF-8", "'%s' is not UTF-8 text", key);
    }
    return ERR_OK;
}

// The request's fields from all the places they come from. A new reference.
static err_t gather(const exchange_t *exchange, json_t **ret, fault_t *fault)
{
    json_t *fields = NULL;
    err_t err = parse(exchange, &fields, fault);
    if (err) {
        return err;
    }
    if (!json_is_object(fields)) {
        *ret = fields; // codec_from_json says what is wrong
        return ERR_OK;
    }
    bool public = exchange->route->flags & ROUTE_PUBLIC;
    err = put(fields, "id", exchange->id, fault);
    err = err ? err : put(fields, "token", public ? NULL : exchange->token, fault);
    err = err ? err : put(fields, "idempotency_key", exchange->idempotency_key, fault);
    if (err) {
        json_decref(fields);
        return err;
    }
    *ret = fields;
    return ERR_OK;
}

// The method's request, allocated.
static err_t make_message(const exchange_t *exchange, const schema_t *schema, void **ret,
                          fault_t *fault)
{
    json_t *fields = NULL;
    err_t err = gather(exchange, &fields, fault);
    if (err) {
        return err;
    }
    void *message = mem_new(schema->size);
    err = codec_from_json(schema, fields, message, fault);
    json_decref(fields);
    if (err) {
        free(message);
        return err;
    }
    *ret = message;
    return ERR_OK;
}

static void answered(actor_t *actor, void *context, const fault_t *fault, void *message,
                     bytes_t payload)
{
    (void)payload;
    exchange_t *exchange = context;
    bridge_t *bridge = actor_state(actor);
    const route_t *route = exchange->route;
    if (fault) {
        door_refuse(exchange, fault);
        return;
    }
    struct MHD_Response *response;
    if (route->status == MHD_HTTP_NO_CONTENT) {
        response = reply_empty();
    } else {
        json_t *answer = codec_to_json(message_schema(method_row(route->method)->answer), message);
        reply_times(answer);
        response = reply_json(answer);
    }
    if (route->flags & ROUTE_LOGIN) {
        msg_session_t *session = message;
        reply_cookie(response, session->token, bridge->session_hours, bridge->secure);
    }
    if (route->flags & ROUTE_LOGOUT) {
        reply_cookie(response, "", 0, bridge->secure);
    }
    door_answer(exchange, route->status, response);
}

static void call_arrive(actor_t *actor, exchange_t *exchange)
{
    const method_row_t *row = method_row(exchange->route->method);
    fault_t fault;
    void *message;
    if (make_message(exchange, message_schema(row->request), &message, &fault)) {
        door_refuse(exchange, &fault);
        return;
    }
    buf_release(&exchange->body);
    actor_call(actor, exchange->route->method, message, (bytes_t){0}, 0, answered, exchange);
    message_release(row->request, message);
    free(message);
}

const door_ops_t call_door = {.arrive = call_arrive};

static void live_arrive(actor_t *actor, exchange_t *exchange)
{
    (void)actor;
    door_answer(exchange, MHD_HTTP_OK, reply_json(json_pack("{ss}", "status", "ok")));
}

const door_ops_t live_door = {.arrive = live_arrive};

static void probed(actor_t *actor, void *context, const fault_t *fault, void *message,
                   bytes_t payload)
{
    (void)message;
    (void)payload;
    bool reached = !fault || fault->code == ERR_UNAUTHENTICATED;
    if (reached) {
        live_arrive(actor, context);
        return;
    }
    fault_t unready;
    fault_set(&unready, ERR_UNAVAILABLE, "see the logs of the broker and the gateway",
              "the gateway does not answer: %s", fault->detail);
    door_refuse(context, &unready);
}

// Asks as nobody: that the gateway refuses is all that is to be known.
static void ready_arrive(actor_t *actor, exchange_t *exchange)
{
    char no_token[] = "";
    msg_authorized_t nobody = {.token = no_token};
    actor_call(actor, METHOD_user_me, &nobody, (bytes_t){0}, READY_DEADLINE_MS, probed, exchange);
}

const door_ops_t ready_door = {.arrive = ready_arrive};
