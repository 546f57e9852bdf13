// SPDX-License-Identifier: MPL-2.0
#include "test/unit/actors/port.h"

#include <assert.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "test/unit/actors/port_private.h"

enum { START_MS = 1000000, SECOND_MS = 1000, LEASE_MS = 30000, AWAIT_MS = 10000 };

// --- The actor under test

actor_t *port_new(const actor_spec_t *spec)
{
    char dir[] = "/tmp/autodp-test-XXXXXX";
    actor_t *actor = mem_new(sizeof *actor);
    actor->spec = spec;
    actor->data_dir = mem_strdup(mkdtemp(dir));
    actor->settings = settings_new(NULL, NULL);
    actor->changed = json_object();
    actor->now_ms = START_MS;
    assert(actor->data_dir && actor->settings);
    return actor;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static void output_destroy(port_output_t *output)
{
    if (output->message) {
        message_release(output->message_kind, output->message);
        free(output->message);
    }
    buf_release(&output->payload);
    free(output->topic);
    free(output->group);
    free(output->key);
    free(output->message_id);
    free(output->text);
    free(output);
}

void port_destroy(actor_t **actor)
{
    actor_t *gone = *actor;
    if (!gone) {
        return;
    }
    port_stop(gone);
    while (gone->first) {
        port_output_t *next = gone->first->next;
        output_destroy(gone->first);
        gone->first = next;
    }
    nftw(gone->data_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(gone->data_dir);
    settings_destroy(&gone->settings);
    json_decref(gone->changed);
    free(gone);
    *actor = NULL;
}

void port_set(actor_t *actor, const char *name, const char *value)
{
    settings_text(actor->settings, name); // ends the test when there is no such setting
    json_object_set_new(actor->changed, name, json_string(value));
}

static void end(actor_t *actor)
{
    if (actor->spec->fini) {
        actor->spec->fini(actor);
    }
    for (port_output_t *output = actor->first; output; output = output->next) {
        output->settled = true; // nothing is answered any more
    }
    free(actor->state);
    actor->state = NULL;
    actor->started = false;
    actor->watch_count = 0;
}

err_t port_start(actor_t *actor, fault_t *fault)
{
    assert(!actor->started);
    actor->state = mem_new(actor->spec->state_bytes);
    err_t err = actor->spec->init ? actor->spec->init(actor, fault) : ERR_OK;
    actor->started = err == ERR_OK;
    if (err) {
        end(actor);
    }
    return err;
}

void port_stop(actor_t *actor)
{
    if (actor->started) {
        if (actor->spec->stop) {
            actor->spec->stop(actor);
        }
        port_run(actor);
        end(actor);
    }
}

void port_advance(actor_t *actor, int64_t ms)
{
    int64_t end_ms = actor->now_ms + ms;
    while (actor->now_ms < end_ms) {
        int64_t next_ms = (actor->now_ms / SECOND_MS + 1) * SECOND_MS;
        actor->now_ms = next_ms < end_ms ? next_ms : end_ms;
        if (actor->now_ms % SECOND_MS == 0 && actor->spec->tick) {
            actor->spec->tick(actor, actor->now_ms);
        }
    }
}

void port_leap(actor_t *actor, int64_t ms)
{
    actor->now_ms += ms;
    if (actor->spec->tick) {
        actor->spec->tick(actor, actor->now_ms);
    }
}

// --- What comes in

static actor_method_fn *route(const actor_spec_t *spec, method_t method)
{
    for (size_t s = 0; s < spec->service_count; s++) {
        for (size_t r = 0; r < spec->services[s].count; r++) {
            if (spec->services[s].routes[r].method == method) {
                return spec->services[s].routes[r].handle;
            }
        }
    }
    return NULL;
}

int64_t port_request(actor_t *actor, method_t method, const void *message, bytes_t payload)
{
    const method_row_t *row = method_row(method);
    actor_method_fn *handle = route(actor->spec, method);
    assert(handle);
    request_t request = {.id = ++actor->requests,
                         .deadline_ms = actor->now_ms + row->deadline_ms,
                         .method = method,
                         .client = "test",
                         .here = true};
    buf_t frame = {0};
    message_pack(row->request, message, &frame);
    void *copy = mem_new(message_schema(row->request)->size);
    err_t err = message_unpack(row->request, frame.data, frame.size, copy, NULL);
    assert(err == ERR_OK);
    (void)err;
    handle(actor, &request, copy, payload);
    message_release(row->request, copy);
    free(copy);
    buf_release(&frame);
    return request.id;
}

static const actor_topic_t *topic_of(const actor_spec_t *spec, const char *topic)
{
    for (size_t i = 0; i < spec->topic_count; i++) {
        if (strcmp(spec->topics[i].options.topic, topic) == 0) {
            return &spec->topics[i];
        }
    }
    return NULL;
}

void port_deliver_record(actor_t *actor, const bus_record_t *record)
{
    const actor_topic_t *topic = topic_of(actor->spec, record->topic);
    assert(topic);
    topic->handle(actor, record);
}

int64_t port_deliver(actor_t *actor, const char *topic, bytes_t payload)
{
    const actor_topic_t *row = topic_of(actor->spec, topic);
    assert(row);
    int64_t lease_ms = row->options.ack_wait_ms ? row->options.ack_wait_ms : LEASE_MS;
    bus_record_t record = {.topic = topic,
                           .group = row->options.group,
                           .offset = ++actor->offsets,
                           .deliveries = 1,
                           .time_ms = clock_wall_ms(),
                           .key = "",
                           .message_id = "",
                           .lease_ms = lease_ms,
                           .origin_topic = "",
                           .reason = "",
                           .payload = payload};
    port_deliver_record(actor, &record);
    return record.offset;
}

int64_t port_deliver_message(actor_t *actor, const char *topic, message_kind_t kind,
                             const void *message)
{
    buf_t frame = {0};
    message_pack(kind, message, &frame);
    int64_t offset = port_deliver(actor, topic, (bytes_t){frame.data, frame.size});
    buf_release(&frame);
    return offset;
}

void port_heartbeat(actor_t *actor, const msg_heartbeat_t *heartbeat)
{
    assert(actor->spec->heartbeat);
    actor->spec->heartbeat(actor, heartbeat);
}

// --- What goes out

port_output_t *port_take(actor_t *actor, port_kind_t kind)
{
    port_output_t *output = actor->first;
    while (output && (output->taken || output->kind != kind)) {
        output = output->next;
    }
    if (output) {
        output->taken = true;
    }
    return output;
}

size_t port_count(const actor_t *actor, port_kind_t kind)
{
    size_t count = 0;
    for (const port_output_t *output = actor->first; output; output = output->next) {
        count += !output->taken && output->kind == kind;
    }
    return count;
}

// Handles what is readable until `end_ms`; `own` (-1: none) is looked at too, and makes it true.
static bool pump(actor_t *actor, int own, int64_t end_ms)
{
    struct pollfd fds[PORT_WATCHES_MAX + 1];
    port_watch_t watches[PORT_WATCHES_MAX];
    size_t count = actor->watch_count;
    memcpy(watches, actor->watches, sizeof watches);
    for (size_t i = 0; i < count; i++) {
        fds[i] = (struct pollfd){.fd = watches[i].fd, .events = POLLIN};
    }
    fds[count] = (struct pollfd){.fd = own, .events = POLLIN};
    int64_t left_ms = end_ms - clock_mono_ms();
    poll(fds, count + 1, left_ms > 0 ? (int)left_ms : 0);
    for (size_t i = 0; i < count; i++) {
        if (fds[i].revents) {
            watches[i].on_input(actor, watches[i].context);
        }
    }
    return fds[count].revents;
}

port_output_t *port_await(actor_t *actor, port_kind_t kind)
{
    int64_t end_ms = clock_mono_ms() + AWAIT_MS;
    port_output_t *output = port_take(actor, kind);
    while (!output && clock_mono_ms() < end_ms) {
        pump(actor, -1, end_ms);
        output = port_take(actor, kind);
    }
    return output;
}

void port_poll(actor_t *actor)
{
    pump(actor, -1, 0);
}

bool port_await_input(actor_t *actor, int fd)
{
    int64_t end_ms = clock_mono_ms() + AWAIT_MS;
    bool there = false;
    while (!there && clock_mono_ms() < end_ms) {
        there = pump(actor, fd, end_ms);
    }
    return there;
}

// --- Answers to what went out

static void once(port_output_t *output, port_kind_t kind)
{
    assert(output && output->kind == kind && !output->settled);
    (void)kind;
    output->taken = true;
    output->settled = true;
}

void port_answer(actor_t *actor, port_output_t *call, const void *message, bytes_t payload)
{
    once(call, PORT_CALL);
    message_kind_t kind = method_row(call->method)->answer;
    buf_t frame = {0};
    message_pack(kind, message, &frame);
    void *copy = mem_new(message_schema(kind)->size);
    err_t err = message_unpack(kind, frame.data, frame.size, copy, NULL);
    assert(err == ERR_OK);
    (void)err;
    call->on_answer(actor, call->context, NULL, copy, payload);
    message_release(kind, copy);
    free(copy);
    buf_release(&frame);
}

void port_fail(actor_t *actor, port_output_t *call, err_t code, const char *detail)
{
    once(call, PORT_CALL);
    fault_t fault;
    fault_set(&fault, code, NULL, "%s", detail);
    call->on_answer(actor, call->context, &fault, NULL, (bytes_t){0});
}

void port_published(actor_t *actor, port_output_t *publish, const fault_t *fault)
{
    once(publish, PORT_PUBLISH);
    if (publish->on_published) {
        publish->on_published(actor, publish->context, fault);
    }
}

size_t port_run(actor_t *actor)
{
    size_t count = 0;
    port_output_t *job;
    while ((job = port_take(actor, PORT_OFFLOAD))) {
        once(job, PORT_OFFLOAD);
        job->work(job->context);
        job->done(actor, job->context);
        count++;
    }
    return count;
}

void port_line(actor_t *actor, port_output_t *spawn, const char *line)
{
    assert(spawn && spawn->kind == PORT_SPAWN && !spawn->settled);
    spawn->on_line(actor, spawn->context, line);
}

void port_exit(actor_t *actor, port_output_t *spawn, int status)
{
    once(spawn, PORT_SPAWN);
    spawn->on_exit(actor, spawn->context, status);
}

void port_fetched(actor_t *actor, port_output_t *fetch, const fault_t *fault, const char *path)
{
    once(fetch, PORT_FETCH);
    fetch->on_path(actor, fetch->context, fault, path);
}

void port_stored(actor_t *actor, port_output_t *store, const fault_t *fault, const char *blob,
                 int64_t bytes)
{
    once(store, PORT_STORE);
    store->on_stored(actor, store->context, fault, blob, bytes);
}
