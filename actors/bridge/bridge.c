// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/bridge.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "actors/bridge/call.h"
#include "actors/bridge/download.h"
#include "actors/bridge/events.h"
#include "actors/bridge/listener.h"
#include "actors/bridge/metrics.h"
#include "actors/bridge/reply.h"
#include "actors/bridge/server.h"
#include "actors/bridge/upload.h"
#include "base/log.h"
#include "base/text.h"

enum {
    FILES_WANTED = 4096,   // connections, and the files they are sent
    LAST_ANSWERS_MS = 500, // at the end, for what is on its way
};

static const door_ops_t *const DOORS[DOOR_COUNT] = {
    [DOOR_CALL] = &call_door,
    [DOOR_UPLOAD] = &upload_door,
    [DOOR_DATASET_FILE] = &dataset_file_door,
    [DOOR_JOB_FILE] = &job_file_door,
    [DOOR_EVENTS] = &events_door,
    [DOOR_LIVE] = &live_door,
    [DOOR_READY] = &ready_door,
    [DOOR_METRICS] = &metrics_door,
};

static const door_ops_t *door_of(const exchange_t *exchange)
{
    return DOORS[exchange->route->door];
}

static void on_gate(actor_t *actor, void *context)
{
    bridge_t *bridge = context;
    gate_clear(bridge->gate);
    bool left;
    exchange_t *exchange;
    while ((exchange = gate_take(bridge->gate, &left))) {
        if (left) {
            door_of(exchange)->leave(actor, exchange);
            continue;
        }
        list_append(&bridge->held, &exchange->held);
        door_of(exchange)->arrive(actor, exchange);
    }
}

// Lets this process have as many files as the system allows it, up to what the bridge can use.
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < FILES_WANTED) {
        limit.rlim_cur = limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static const char *client_dir(const actor_t *actor)
{
    const char *set = actor_setting(actor, "client_dir");
    return *set ? set : CLIENT_DIR;
}

static err_t serve(actor_t *actor, fault_t *fault)
{
    bridge_t *bridge = actor_state(actor);
    char url[LISTENER_URL_MAX];
    server_options_t options = {.gate = bridge->gate,
                                .site = bridge->site,
                                .limits = {.public_url = actor_setting(actor, "public_url"),
                                           .upload_bytes_max = bridge->upload_bytes_max}};
    err_t err = listener_open(actor_setting(actor, "http_listen"),
                              actor_setting_int(actor, "http_port"), &options.listener, url, fault);
    if (err) {
        return err;
    }
    bridge->server = server_new(&options, fault);
    if (!bridge->server) {
        return fault->code;
    }
    char *folder = text_format("%s/run", actor_data_dir(actor));
    bridge->url_file = text_format("%s/http.url", folder);
    err = listener_announce(folder, bridge->url_file, url, fault);
    free(folder);
    if (!err) {
        log_event(LOG_INFO, "http.listening", "%s", url);
    }
    return err;
}

// Answers what the loop has, or has not taken yet, and lets the rest go: then no connection is
// suspended, and none will be. An open event stream ends when it finds the gate closed.
static void dismiss(bridge_t *bridge)
{
    bool left;
    exchange_t *exchange;
    while ((exchange = gate_take(bridge->gate, &left))) {
        list_append(&bridge->held, &exchange->held);
    }
    fault_t fault;
    fault_set(&fault, ERR_UNAVAILABLE, "try again in a moment", "the platform is shutting down");
    while (!list_empty(&bridge->held)) {
        exchange = LIST_ITEM(bridge->held.next, exchange_t, held);
        if (gate_has(exchange)) {
            door_refuse(exchange, &fault);
        } else {
            door_drop(exchange);
        }
    }
}

// Also after an init that failed on its way.
static void fini(actor_t *actor)
{
    bridge_t *bridge = actor_state(actor);
    if (bridge->url_file) {
        unlink(bridge->url_file);
        free(bridge->url_file);
    }
    if (bridge->gate) {
        actor_unwatch(actor, gate_fd(bridge->gate));
        gate_close(bridge->gate);
        dismiss(bridge);
        gate_drain(bridge->gate, LAST_ANSWERS_MS);
    }
    server_destroy(&bridge->server);
    site_destroy(&bridge->site);
    gate_destroy(&bridge->gate);
}

static err_t init(actor_t *actor, fault_t *fault)
{
    bridge_t *bridge = actor_state(actor);
    list_init(&bridge->held);
    raise_file_limit();
    bridge->session_hours = actor_setting_int(actor, "session_hours");
    bridge->upload_bytes_max = actor_setting_int(actor, "upload_bytes_max");
    bridge->secure = strncmp(actor_setting(actor, "public_url"), "https:", 6) == 0;
    bridge->gate = gate_new(fault);
    if (!bridge->gate) {
        return fault->code;
    }
    actor_watch(actor, gate_fd(bridge->gate), on_gate, bridge);
    bridge->site = site_new(client_dir(actor), fault);
    return bridge->site ? serve(actor, fault) : fault->code;
}

static void tick(actor_t *actor, int64_t now_ms)
{
    bridge_t *bridge = actor_state(actor);
    list_t *next;
    for (list_t *at = bridge->held.next; at != &bridge->held; at = next) {
        next = at->next;
        exchange_t *exchange = LIST_ITEM(at, exchange_t, held);
        if (door_of(exchange)->tick) {
            door_of(exchange)->tick(actor, exchange, now_ms);
        }
    }
}

const actor_spec_t bridge_actor = {
    .name = "bridge",
    .state_bytes = sizeof(bridge_t),
    .init = init,
    .tick = tick,
    .fini = fini,
};
