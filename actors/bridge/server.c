// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum {
    CONNECTIONS_MAX = 1024,
    IDLE_S = 60,                // of a connection that neither sends nor takes
    MEMORY_BYTES = 64 * 1024,   // of a connection: bounds its header, and its read buffer
    INCREMENT_BYTES = 16384,    // so that bodies are read in large pieces
    DRAIN_BYTES_MAX = 16 << 20, // of a refused body, read so that the client sees the answer
};

static const size_t BODIES_BYTES_MAX = 256 << 20; // of all bodies in memory

struct server {
    struct MHD_Daemon *daemon;
    gate_t *gate;
    const site_t *site;
    char *public_url;
    int64_t upload_bytes_max;
    size_t bodies_bytes; // the HTTP thread's own, as all below
};

static enum MHD_Result send_answer(exchange_t *exchange)
{
    assert(exchange->response);
    struct MHD_Response *response = exchange->response;
    exchange->response = NULL;
    enum MHD_Result queued =
        MHD_queue_response(exchange->connection, (unsigned)exchange->status, response);
    MHD_destroy_response(response);
    return queued;
}

// Sends a refusal made before the body came. A body that is not too long is read first: MHD closes
// the connection after an answer that comes in front of it, and the reset that unread bytes cause
// keeps many clients from seeing it.
static enum MHD_Result refuse(exchange_t *exchange)
{
    int64_t length = admit_length(exchange->connection);
    bool asks = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "Expect");
    if (length > exchange->drain_max || asks) {
        return send_answer(exchange);
    }
    exchange->step = STEP_DRAINING;
    return MHD_YES;
}

static enum MHD_Result open_exchange(server_t *server, exchange_t *exchange, const char *path,
                                     const char *verb)
{
    admit_limits_t limits = {server->public_url, server->upload_bytes_max};
    exchange->drain_max = DRAIN_BYTES_MAX;
    admit(exchange, verb, path, &limits);
    if (exchange->response) {
        return refuse(exchange);
    }
    if (exchange->route->door == DOOR_UPLOAD) {
        exchange->step = STEP_GREETED;
        return gate_pass(exchange) ? MHD_YES : MHD_NO;
    }
    exchange->step = STEP_READING;
    return MHD_YES;
}

static void refuse_body(exchange_t *exchange, err_t code, const char *remedy, const char *detail)
{
    fault_t fault;
    fault_set(&fault, code, remedy, "%s", detail);
    admit_refuse(exchange, &fault, 0);
    buf_release(&exchange->body);
    exchange->step = STEP_DRAINING;
}

// Counts what the body holds in memory; an answer is set when the server has too much already.
static void charge(server_t *server, exchange_t *exchange)
{
    if (exchange->body.size <= exchange->charged) {
        return;
    }
    server->bodies_bytes += exchange->body.size - exchange->charged;
    exchange->charged = exchange->body.size;
    if (server->bodies_bytes > BODIES_BYTES_MAX && exchange->route->door != DOOR_UPLOAD) {
        refuse_body(exchange, ERR_BUSY, "try again later", "too many requests have large bodies");
    }
}

static enum MHD_Result drain(exchange_t *exchange, size_t *size)
{
    exchange->drained += (int64_t)*size;
    *size = 0;
    return exchange->drained <= exchange->drain_max ? MHD_YES : MHD_NO;
}

static enum MHD_Result take_body(server_t *server, exchange_t *exchange, const char *bytes,
                                 size_t *size)
{
    bool upload = exchange->route && exchange->route->door == DOOR_UPLOAD;
    if (exchange->response) { // an upload that failed on its way
        exchange->step = STEP_DRAINING;
        exchange->drain_max = upload ? server->upload_bytes_max : exchange->drain_max;
    }
    if (exchange->step == STEP_DRAINING) {
        return drain(exchange, size);
    }
    size_t room = BODY_BYTES_MAX - exchange->body.size;
    if (*size > room && !upload) {
        refuse_body(exchange, ERR_TOO_LARGE, "send a smaller document",
                    "the body is larger than the limit of 1048576 bytes");
        return drain(exchange, size);
    }
    size_t taken = *size < room ? *size : room;
    buf_add(&exchange->body, bytes, taken);
    *size -= taken;
    charge(server, exchange);
    if (upload && exchange->body.size == BODY_BYTES_MAX) {
        return gate_pass(exchange) ? MHD_YES : MHD_NO;
    }
    return MHD_YES;
}

static enum MHD_Result end_body(exchange_t *exchange)
{
    if (exchange->response) {
        return send_answer(exchange);
    }
    exchange->ended = exchange->route->door != DOOR_EVENTS;
    exchange->step = STEP_WAITING;
    return gate_pass(exchange) ? MHD_YES : MHD_NO;
}

// The loop has decided whether the body of an upload may come.
static enum MHD_Result go_on(exchange_t *exchange)
{
    if (exchange->response) {
        return refuse(exchange);
    }
    exchange->step = STEP_READING;
    return MHD_YES;
}

// In the place of an exchange, for a request that needs none.
static char site_waits;

// The client's files. The answer waits for MHD's second call, as in `refuse`.
static enum MHD_Result on_site(const server_t *server, struct MHD_Connection *connection,
                               const char *path, const char *verb, void **own)
{
    if (!*own && admit_length(connection) == 0) {
        *own = &site_waits;
        return MHD_YES;
    }
    return site_serve(server->site, connection, path, verb);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *path, const char *verb, const char *version,
                                  const char *bytes, size_t *size, void **own)
{
    (void)version;
    server_t *server = context;
    if (!route_is_api(path)) {
        return on_site(server, connection, path, verb, own);
    }
    exchange_t *exchange = *own;
    if (exchange) {
        if (*size > 0) {
            return take_body(server, exchange, bytes, size);
        }
        return exchange->step == STEP_GREETED ? go_on(exchange) : end_body(exchange);
    }
    *own = exchange = exchange_new(connection, server->gate);
    return open_exchange(server, exchange, path, verb);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **own,
                         enum MHD_RequestTerminationCode why)
{
    (void)connection;
    (void)why;
    server_t *server = context;
    exchange_t *exchange = *own == &site_waits ? NULL : *own;
    if (exchange) {
        server->bodies_bytes -= exchange->charged;
        gate_leave(exchange);
        *own = NULL;
    }
}

server_t *server_new(const server_options_t *options, fault_t *fault)
{
    server_t *server = mem_new(sizeof *server);
    server->gate = options->gate;
    server->site = options->site;
    server->public_url = mem_strdup(options->limits.public_url);
    server->upload_bytes_max = options->limits.upload_bytes_max;
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL, NULL,
        on_request, server, MHD_OPTION_LISTEN_SOCKET, options->listener,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_BYTES,
        MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)INCREMENT_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (!server->daemon) {
        fault_errno(fault, ERR_INTERNAL, "MHD_start_daemon");
        close(options->listener);
        server_destroy(&server);
    }
    return server;
}

void server_destroy(server_t **server)
{
    if (!*server) {
        return;
    }
    if ((*server)->daemon) {
        MHD_stop_daemon((*server)->daemon);
    }
    free((*server)->public_url);
    free(*server);
    *server = NULL;
}
