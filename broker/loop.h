// SPDX-License-Identifier: MPL-2.0
// The loop around the core: receives frames, carries out effects, keeps the time.
#pragma once

#include "broker/auth.h"
#include "broker/committer.h"
#include "broker/core/core.h"
#include "broker/hub.h"
#include "broker/log/fetcher.h"
#include "broker/watch.h"

typedef struct loop loop_t;

// All belong to the caller and outlive the loop.
typedef struct {
    core_t *core;
    void *router; // a bound ROUTER socket with ZMQ_ROUTER_MANDATORY
    committer_t *committer;
    fetcher_t *fetcher;
    hub_t *hub;
    auth_t *auth;    // NULL: all clients are of this host
    watch_t *watch;  // of the router
    int stop_fd;     // -1: none
    int64_t look_us; // before it sleeps (broker/poller.h)
} loop_options_t;

loop_t *loop_new(const loop_options_t *options);

void loop_destroy(loop_t **loop);

// Feeds one event to the core and carries out what comes of it (for the recovery).
void loop_feed(loop_t *loop, const event_t *event);

// Runs until the stop descriptor is readable; then finishes what was accepted. ERR_IO: the log
// failed.
err_t loop_run(loop_t *loop, fault_t *fault);
