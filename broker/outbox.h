// SPDX-License-Identifier: MPL-2.0
// Sends to the clients of a ROUTER socket without ever waiting: what a client does not take at once
// is kept in order, up to a limit.
#pragma once

#include <stdbool.h>

#include "proto/codec.h"

enum {
    OUTBOX_MESSAGES_MAX = 8192,  // kept for one client
    OUTBOX_BYTES_MAX = 32 << 20, // the same in bytes
    OUTBOX_PARTS_MAX = 4,        // routing id not counted
};

typedef struct outbox outbox_t;

typedef enum {
    OUTBOX_TAKEN, // sent or kept
    OUTBOX_GONE,  // there is no such client, or it does not read: what was kept for it is dropped
} outbox_result_t;

// `router` is a ZeroMQ ROUTER socket with ZMQ_ROUTER_MANDATORY; it stays the caller's.
outbox_t *outbox_new(void *router);

void outbox_destroy(outbox_t **outbox);

// Sends a message of at most OUTBOX_PARTS_MAX parts.
outbox_result_t outbox_send(outbox_t *outbox, view_t client, const view_t *parts, size_t count);

// Tries again what was kept. Calls `on_gone` for each client that has gone.
void outbox_flush(outbox_t *outbox, void (*on_gone)(void *context, view_t client), void *context);

// Whether nothing is kept.
bool outbox_empty(const outbox_t *outbox);
