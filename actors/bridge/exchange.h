// SPDX-License-Identifier: MPL-2.0
// One HTTP request and its answer, and the gate it passes between the HTTP thread and the actor's
// loop.
//
// An exchange has one owner at a time, so its fields need no lock: the HTTP thread while the
// connection runs, the loop while it is suspended. The gate makes the change of owner safe. It
// needs no bound of its own: each connection waits in it at most once, and connections are bounded.
#pragma once

#include <jansson.h>
#include <microhttpd.h>

#include "actors/bridge/route.h"
#include "base/buf.h"
#include "base/list.h"
#include "proto/limits.h"

enum { BODY_BYTES_MAX = LIMIT_FRAME_BYTES }; // a JSON body; a chunk of an upload

// Where the HTTP thread is with a request.
typedef enum {
    STEP_OPEN,     // the headers are there
    STEP_GREETED,  // the loop decides whether the body may come (uploads only)
    STEP_READING,  // the body comes
    STEP_WAITING,  // the loop makes the answer
    STEP_DRAINING, // the answer is there, the rest of the body is thrown away
} step_t;

typedef struct {
    char id[LIMIT_ID_BYTES + 1]; // "" until the blob store has given one
    int64_t stored;              // bytes that are in the blob store
} upload_t;

typedef struct {
    int64_t since;    // of the next job.watch
    int64_t retry_ms; // monotonic; no job.watch before
    size_t sent;      // bytes of `body` that went out
    bool open;        // the headers went out
    bool parked;      // waits for retry_ms
} stream_t;

typedef struct gate gate_t;
typedef struct exchange exchange_t;
struct exchange {
    // The request. Texts are NULL where the request has none.
    struct MHD_Connection *connection;
    const route_t *route;
    step_t step;
    bool head;
    char *id;              // {id} of the path
    char *name;            // {name} of the path, the query's `name`, or a file's
    json_t *options;       // of an upload: how its file is read
    char *token;           // session or API token
    char *idempotency_key; // and other headers of that name
    char *last_event_id;
    char *range;
    char *if_range;
    char *if_none_match;
    buf_t body;      // JSON: all of it; upload: the next chunk; events: what goes out
    int64_t drained; // bytes thrown away
    int64_t drain_max;
    size_t charged; // bytes of the server's budget for bodies
    bool ended;     // the body is complete; events: the stream is over

    // The answer.
    struct MHD_Response *response;
    int status;

    // What the route's door keeps.
    union {
        upload_t upload;
        char blob[LIMIT_ID_BYTES + 1]; // of a file
        stream_t stream;
    };
    list_t held; // in the bridge's list

    // The gate's own, under its lock.
    gate_t *gate;
    list_t waiting;
    bool held_by_loop;
    bool suspended;
    bool left;
};

// An exchange for a connection, that will pass through the gate; texts are NULL.
exchange_t *exchange_new(struct MHD_Connection *connection, gate_t *gate);

void exchange_destroy(exchange_t **exchange);

// Sets status and response, which the exchange takes over; an earlier response is dropped.
void exchange_answer(exchange_t *exchange, int status, struct MHD_Response *response);

// NULL and a fault when the system has no event descriptor left.
gate_t *gate_new(fault_t *fault);
void gate_destroy(gate_t **gate);

// Readable when gate_take has something; gate_clear makes it unreadable until there is more.
int gate_fd(const gate_t *gate);
void gate_clear(gate_t *gate);

// HTTP thread: suspends the connection and hands the exchange to the loop. False, and nothing is
// done, when the gate is closed.
bool gate_pass(exchange_t *exchange);

// HTTP thread: the connection has ended. The exchange goes to the loop when the loop still holds
// it, else it is freed.
void gate_leave(exchange_t *exchange);

// Loop: the next exchange that was passed or left; NULL when there is none. `*ret_left`: its client
// is gone, and gate_release is all that may be done with it.
exchange_t *gate_take(gate_t *gate, bool *ret_left);

// Loop: lets the connection run on; the loop still holds the exchange and hears when it ends.
void gate_resume(exchange_t *exchange);

// Loop: does not need the exchange any more, and lets its connection run on when it is suspended.
// It is freed now when the client is gone, else when the connection ends.
void gate_release(exchange_t *exchange);

// Loop: whether the exchange is the loop's at the moment, that is, its connection is suspended.
bool gate_has(exchange_t *exchange);

// Loop: gate_pass refuses from now on.
void gate_close(gate_t *gate);

// Loop: waits until no exchange is left, at most this long: so that last answers go out.
void gate_drain(gate_t *gate, int64_t wait_ms);
