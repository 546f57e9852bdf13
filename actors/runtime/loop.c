// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "actors/runtime/runtime.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/signals.h"
#include "base/text.h"
#include "proto/keyfile.h"

void *actor_state(actor_t *actor)
{
    return actor->state;
}

const char *actor_data_dir(const actor_t *actor)
{
    return actor->options->data_dir;
}

const char *actor_instance(const actor_t *actor)
{
    return actor->instance;
}

const char *actor_setting(const actor_t *actor, const char *name)
{
    return settings_text(actor->options->settings, name);
}

int64_t actor_setting_int(const actor_t *actor, const char *name)
{
    return settings_int(actor->options->settings, name);
}

int64_t actor_now_ms(const actor_t *actor)
{
    return actor->now_ms;
}

static void on_signal(actor_t *actor, void *context)
{
    const int *fd = context;
    actor->stopping = signals_stop(*fd) || actor->stopping;
}

static void turn(actor_t *actor, int64_t until_ms)
{
    static zmq_pollitem_t items[WATCHES_MAX + 2];
    int count = 0;
    for (; count < actor->watch_count; count++) {
        items[count] = (zmq_pollitem_t){.fd = actor->watches[count].fd, .events = ZMQ_POLLIN};
    }
    int watches = count;
    items[count++] = (zmq_pollitem_t){.socket = bus_socket(actor->bus), .events = ZMQ_POLLIN};
    if (bus_heartbeat_socket(actor->bus)) {
        items[count++] =
            (zmq_pollitem_t){.socket = bus_heartbeat_socket(actor->bus), .events = ZMQ_POLLIN};
    }
    int64_t wait = until_ms - clock_mono_ms();
    int64_t timer = bus_timer_ms(actor->bus);
    wait = timer < wait ? timer : wait;
    zmq_poll(items, count, wait > 0 ? wait : 0);
    actor->now_ms = clock_mono_ms();
    bus_process(actor->bus);
    watch_run(actor, items, watches);
}

static void tell_ready(actor_t *actor)
{
    if (actor->ready_told || !bus_connected(actor->bus)) {
        return;
    }
    actor->ready_told = true;
    heartbeat_send(actor, "ready");
    log_event(LOG_INFO, "actor.ready", "%s", actor->instance);
    if (actor->options->ready_fd >= 0 && write(actor->options->ready_fd, "R", 1) != 1) {
        log_event(LOG_DEBUG, "actor.unheard", "the starter does not listen");
    }
}

static void run(actor_t *actor)
{
    int64_t tick_ms = actor->now_ms;
    while (!actor->stopping) {
        turn(actor, tick_ms);
        tell_ready(actor);
        if (actor->now_ms >= tick_ms) {
            tick_ms = actor->now_ms + TICK_MS;
            heartbeat_send(actor, actor->ready_told ? "ready" : "starting");
            if (actor->spec->tick) {
                actor->spec->tick(actor, actor->now_ms);
            }
        }
    }
}

// Answers what has been taken, for a while.
static void drain(actor_t *actor)
{
    serve_stop(actor);
    child_kill_all(actor);
    if (actor->spec->stop) {
        actor->spec->stop(actor);
    }
    int64_t end = clock_mono_ms() + DRAIN_MS;
    while ((actor->requests > 0 || actor->pool.in_flight > 0 || actor->children) &&
           clock_mono_ms() < end) {
        turn(actor, end);
    }
    serve_abandon(actor);
}

static err_t find_broker(actor_t *actor, fault_t *fault)
{
    const run_options_t *options = actor->options;
    keyfile_t keyfile;
    err_t err = options->keys ? keyfile_read(options->keys, &keyfile, fault) : ERR_OK;
    for (int i = 0; i < 3 && err == ERR_OK; i++) {
        err = options->keys
                  ? endpoint_remote(actor->endpoints[i], keyfile.endpoint, (endpoint_t)i, fault)
                  : endpoint_path(actor->endpoints[i], options->data_dir, (endpoint_t)i, fault);
    }
    return err;
}

static err_t start(actor_t *actor, const actor_spec_t *spec, const run_options_t *options,
                   fault_t *fault)
{
    actor->spec = spec;
    actor->options = options;
    actor->state = mem_new(spec->state_bytes);
    actor->started_ms = clock_wall_ms();
    actor->now_ms = clock_mono_ms();
    actor->begun_ms = actor->now_ms;
    text_copy(actor->instance, sizeof actor->instance, options->instance);
    id_new(actor->incarnation, "in_");
    err_t err = find_broker(actor, fault);
    err = err ? err : pool_init(actor, fault);
    if (err) {
        return err;
    }
    bus_options_t bus = {
        .endpoint = actor->endpoints[ENDPOINT_BROKER],
        .keys = options->keys,
        .publish = actor->endpoints[ENDPOINT_HEARTBEAT_IN],
        .subscribe = spec->heartbeat ? actor->endpoints[ENDPOINT_HEARTBEAT_OUT] : NULL,
        .name = spec->name,
        .instance = actor->instance,
    };
    actor->bus = bus_new(&bus, fault);
    return actor->bus ? ERR_OK : fault->code;
}

static void stop(actor_t *actor)
{
    if (actor->bus) {
        heartbeat_send(actor, "goodbye");
    }
    pool_fini(actor);
    bus_destroy(&actor->bus);
    free(actor->state);
    free(actor);
}

int actor_run(const actor_spec_t *spec, const run_options_t *options)
{
    actor_t *actor = mem_new(sizeof *actor);
    fault_t fault;
    int signals = signals_open(false);
    err_t err = start(actor, spec, options, &fault);
    bool initialised = err == ERR_OK;
    if (initialised) {
        actor_watch(actor, signals, on_signal, &signals);
        err = spec->init ? spec->init(actor, &fault) : ERR_OK;
    }
    if (err == ERR_OK) {
        serve_start(actor);
        run(actor);
        drain(actor);
    } else {
        log_event(LOG_ERROR, "actor.failed", "%s", fault.detail);
    }
    if (initialised && spec->fini) {
        spec->fini(actor);
    }
    stop(actor);
    close(signals);
    return err_exit(err);
}
