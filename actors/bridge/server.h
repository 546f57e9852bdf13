// SPDX-License-Identifier: MPL-2.0
// The HTTP thread: libmicrohttpd on its own epoll loop. It reads requests into exchanges, passes
// them through the gate, and sends the answers; the browser client's files it serves by itself.
#pragma once

#include "actors/bridge/admit.h"
#include "actors/bridge/site.h"

typedef struct server server_t;

typedef struct {
    int listener;       // a listening socket; the server closes it
    gate_t *gate;       // outlives the server
    const site_t *site; // outlives the server
    admit_limits_t limits;
} server_options_t;

// Starts the thread. NULL and a fault when it cannot; then the listener is closed.
server_t *server_new(const server_options_t *options, fault_t *fault);

// Ends the thread and closes all connections. The gate must be closed and no exchange be left in
// the loop's hands.
void server_destroy(server_t **server);
