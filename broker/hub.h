// SPDX-License-Identifier: MPL-2.0
// Heartbeats: what actors publish is checked, forwarded to all subscribers, and the last of each
// actor kept for those that come later.
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "broker/auth.h"

typedef struct hub hub_t;

typedef struct {
    const char *in;        // endpoint of the XSUB side
    const char *out;       // endpoint of the XPUB side
    const char *remote_in; // the same for other hosts; NULL: none
    const char *remote_out;
    auth_t *auth;            // who may come over those
    const char *incarnation; // of the broker, for its own heartbeat
} hub_options_t;

// Binds both sides in the ZeroMQ context. ERR_IO names the endpoint.
err_t hub_new(void *context, const hub_options_t *options, hub_t **ret, fault_t *fault);

void hub_destroy(hub_t **hub);

// The two sockets to poll for input.
void *hub_in(const hub_t *hub);
void *hub_out(const hub_t *hub);

// The keys have changed: listeners of other hosts must come in again.
void hub_renew(hub_t *hub);

// Takes what is there on either side, up to a bound.
void hub_process(hub_t *hub);

// Sends the broker's own heartbeat ("starting", "ready" or "goodbye").
void hub_beat(hub_t *hub, const char *state, int64_t handled);

// Heartbeats that were not valid and went nowhere.
int64_t hub_refused(const hub_t *hub);
