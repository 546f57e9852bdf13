// SPDX-License-Identifier: MPL-2.0
// What the doors share: the bridge's state, and the two ways out of the loop. A door is one way to
// answer a request; bridge.c has the table of them.
#pragma once

#include "actors/bridge/exchange.h"
#include "actors/runtime/actor.h"

typedef struct server server_t;
typedef struct site site_t;

// Event streams at once: each holds a call of the gateway, which must have room for all others.
enum { STREAMS_MAX = 256 };

typedef struct {
    gate_t *gate;
    server_t *server;
    site_t *site;
    list_t held; // exchanges that are in the loop's hands
    int64_t streams;
    int64_t session_hours;
    int64_t upload_bytes_max;
    bool secure; // the public address is https
    char *url_file;
} bridge_t;

typedef struct {
    // The request, or the next part of it, is there; its connection is suspended.
    void (*arrive)(actor_t *actor, exchange_t *exchange);

    // Its client is gone while the connection ran; NULL for doors that answer once. door_drop ends
    // the exchange.
    void (*leave)(actor_t *actor, exchange_t *exchange);

    // Once a second; may be NULL.
    void (*tick)(actor_t *actor, exchange_t *exchange, int64_t now_ms);
} door_ops_t;

// Sends the answer, or puts it behind what is left of the body, and lets go of the exchange.
void door_answer(exchange_t *exchange, int status, struct MHD_Response *response);

// The same with a problem document and the fault's own status.
void door_refuse(exchange_t *exchange, const fault_t *fault);

// Lets go of an exchange; its connection, if it is still there, runs on.
void door_drop(exchange_t *exchange);

// Calls a method with only a token in its request (msg_authorized_t); marks the exchange as
// calling.
void door_call_authorized(actor_t *actor, exchange_t *exchange, method_t method,
                          actor_answer_fn *on_answer);
