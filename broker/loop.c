// SPDX-License-Identifier: MPL-2.0
#include "broker/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "broker/outbox.h"
#include "broker/poller.h"
#include "broker/spool.h"

enum {
    FRAMES_A_RUN = 256,   // messages taken from clients at a time
    BEAT_MS = 1000,       // between the broker's own heartbeats
    RETRY_MS = 5,         // between tries to send what a client did not take
    FINISH_MS = 2000,     // for what is queued for clients at the end
    STALL_MS = 1500,      // a loop that stood still so long hears its clients first
    HEAR_MS = 100,        // which ZeroMQ's thread has to read before
    STALL_FRAMES = 65536, // of them at most
    CALM_MS = 10,         // without records, before it looks for news instead of sleeping
    PROBE_MS = 10,        // after a disconnection, when the router knows it too
    PROBES = 3,           // in case it does not
};

enum { POLL_ROUTER, POLL_COMMITTER, POLL_HUB_IN, POLL_HUB_OUT, POLL_WATCH, POLL_AUTH, POLL_STOP };

struct loop {
    loop_options_t options;
    poller_t poller;
    effects_t effects;
    outbox_t *outbox;
    spool_t *spool;
    buf_t gone; // routing ids to be told to the core: a length byte and the id, again and again
    int64_t turn_ms;   // when the last turn ended
    int64_t stored_ms; // when records were last on their way to the disk
    int64_t hear_ms;   // no client is late before
    int64_t beat_ms;   // of the next heartbeat, when the keys are looked at too
    int64_t probe_ms;  // of the next probe, while there are some left
    int probes;
    int64_t handled;
    bool low; // the core knows that the disk is full
};

loop_t *loop_new(const loop_options_t *options)
{
    loop_t *loop = mem_new(sizeof *loop);
    loop->options = *options;
    loop->outbox = outbox_new(options->router);
    loop->spool = spool_new(options->committer, options->fetcher);
    void *sockets[] = {[POLL_ROUTER] = options->router,
                       [POLL_COMMITTER] = committer_socket(options->committer),
                       [POLL_HUB_IN] = hub_in(options->hub),
                       [POLL_HUB_OUT] = hub_out(options->hub),
                       [POLL_WATCH] = watch_socket(options->watch),
                       [POLL_AUTH] = options->auth ? auth_socket(options->auth) : NULL};
    for (size_t i = 0; i < sizeof sockets / sizeof sockets[0]; i++) {
        poller_add(&loop->poller, sockets[i], -1);
    }
    poller_add(&loop->poller, NULL, options->stop_fd);
    return loop;
}

void loop_destroy(loop_t **loop)
{
    if (!*loop) {
        return;
    }
    outbox_destroy(&(*loop)->outbox);
    spool_destroy(&(*loop)->spool);
    effects_release(&(*loop)->effects);
    buf_release(&(*loop)->gone);
    free(*loop);
    *loop = NULL;
}

static void note_gone(void *context, view_t client)
{
    loop_t *loop = context;
    char size = (char)(unsigned char)client.size;
    buf_add(&loop->gone, &size, 1);
    buf_add(&loop->gone, client.data, client.size);
}

static void carry_out(loop_t *loop, const effect_t *effect)
{
    switch (effect->kind) {
    case EFFECT_SEND:
        if (outbox_send(loop->outbox, effect->client, effect->frames, effect->frame_count) ==
            OUTBOX_GONE) {
            note_gone(loop, effect->client);
        }
        break;
    case EFFECT_APPEND:
        spool_append(loop->spool, effect);
        break;
    case EFFECT_READ:
        spool_read(loop->spool, effect);
        break;
    case EFFECT_TRIM:
        spool_trim(loop->spool, effect);
        break;
    case EFFECT_REPORT:
        log_event(effect->level, effect->report, "%s", effect->text);
        break;
    }
}

static void step(loop_t *loop, event_t *event)
{
    event->now_ms = clock_mono_ms();
    event->wall_ms = clock_wall_ms();
    core_step(loop->options.core, event, &loop->effects);
    for (size_t i = 0; i < loop->effects.count; i++) {
        carry_out(loop, &loop->effects.items[i]);
    }
}

// The reads that effects asked for, and the clients that were found to be gone, until there are
// none.
static void step_on(loop_t *loop)
{
    event_t event;
    while (spool_next_read(loop->spool, &event)) {
        step(loop, &event);
    }
    while (loop->gone.size > 0) {
        char route[256];
        size_t size = (unsigned char)loop->gone.data[0];
        memcpy(route, loop->gone.data + 1, size);
        loop->gone.size -= size + 1;
        memmove(loop->gone.data, loop->gone.data + size + 1, loop->gone.size);
        event = (event_t){.kind = EVENT_GONE, .client = {route, size}};
        step(loop, &event);
        while (spool_next_read(loop->spool, &event)) {
            step(loop, &event);
        }
    }
}

void loop_feed(loop_t *loop, const event_t *event)
{
    event_t copy = *event;
    step(loop, &copy);
    step_on(loop);
}

// Receives one message: the routing id and the frames. Returns the number of frames, of which only
// the first LIMIT_FRAMES are kept; -1 when there is no message.
static int receive(void *router, zmq_msg_t *route, zmq_msg_t frames[LIMIT_FRAMES])
{
    if (zmq_msg_recv(route, router, ZMQ_DONTWAIT) < 0) {
        return -1;
    }
    int count = 0;
    int more = zmq_msg_more(route);
    while (more) {
        zmq_msg_t extra;
        zmq_msg_init(&extra);
        zmq_msg_t *part = count < LIMIT_FRAMES ? &frames[count] : &extra;
        more = zmq_msg_recv(part, router, 0) >= 0 && zmq_msg_more(part);
        zmq_msg_close(&extra);
        count++;
    }
    return count;
}

static view_t view_part(zmq_msg_t *part)
{
    return (view_t){zmq_msg_data(part), zmq_msg_size(part)};
}

static bool take_frame(loop_t *loop)
{
    zmq_msg_t route;
    zmq_msg_t frames[LIMIT_FRAMES];
    zmq_msg_init(&route);
    for (size_t i = 0; i < LIMIT_FRAMES; i++) {
        zmq_msg_init(&frames[i]);
    }
    int count = receive(loop->options.router, &route, frames);
    if (count > 0) {
        event_t event = {
            .kind = EVENT_FRAME, .client = view_part(&route), .frame_count = (size_t)count};
        for (size_t i = 0; i < LIMIT_FRAMES; i++) {
            event.frames[i] = view_part(&frames[i]);
        }
        if (loop->options.auth) {
            event.user = auth_user(&frames[0]);
        }
        step(loop, &event);
        step_on(loop);
        loop->handled++;
    }
    for (size_t i = 0; i < LIMIT_FRAMES; i++) {
        zmq_msg_close(&frames[i]);
    }
    zmq_msg_close(&route);
    return count >= 0;
}

static void take_frames(loop_t *loop)
{
    bool stalled = clock_mono_ms() - loop->turn_ms > STALL_MS;
    int most = stalled ? STALL_FRAMES : FRAMES_A_RUN;
    for (int i = 0; i < most && take_frame(loop); i++) {
    }
}

// What the log thread has done. ERR_IO ends the loop.
static err_t take_commit(loop_t *loop, bool wait, fault_t *fault)
{
    err_t err = spool_receive(loop->spool, wait, fault);
    int64_t took_ms = spool_took_ms(loop->spool);
    if (took_ms >= 0) {
        core_note_sync(loop->options.core, took_ms);
    }
    event_t event;
    while (err == ERR_OK && spool_next_outcome(loop->spool, &event)) {
        step(loop,
             &event); // without the reads it asks for: failures must come one behind the other
    }
    if (err == ERR_OK && spool_low(loop->spool) != loop->low) {
        loop->low = !loop->low;
        event = (event_t){.kind = EVENT_SPACE, .low = loop->low};
        step(loop, &event);
    }
    step_on(loop);
    return err;
}

// Whose connection has ended shows when something is sent to each.
static void probe(loop_t *loop, int64_t now_ms)
{
    if (poller_ready(&loop->poller, POLL_WATCH) && watch_process(loop->options.watch)) {
        loop->probes = PROBES;
        loop->probe_ms = now_ms + PROBE_MS;
    }
    if (loop->probes > 0 && now_ms >= loop->probe_ms) {
        loop->probes--;
        loop->probe_ms = now_ms + PROBE_MS;
        event_t event = {.kind = EVENT_PROBE};
        step(loop, &event);
        step_on(loop);
    }
}

static void touch_hub(loop_t *loop)
{
    poller_touch(&loop->poller, POLL_HUB_IN);
    poller_touch(&loop->poller, POLL_HUB_OUT);
}

// Takes new keys and roles: who lost a right loses it within a second.
static void renew_policy(loop_t *loop)
{
    if (loop->options.auth && auth_refresh(loop->options.auth)) {
        event_t event = {.kind = EVENT_POLICY, .policy = auth_policy(loop->options.auth)};
        loop_feed(loop, &event);
        hub_renew(loop->options.hub);
        touch_hub(loop);
    }
}

static void keep_time(loop_t *loop)
{
    int64_t now_ms = clock_mono_ms();
    probe(loop, now_ms);
    if (now_ms - loop->turn_ms > STALL_MS) {
        loop->hear_ms = now_ms + HEAR_MS;
    }
    if (now_ms >= loop->hear_ms && core_due_ms(loop->options.core) <= now_ms) {
        event_t event = {.kind = EVENT_TICK};
        step(loop, &event);
        step_on(loop);
    }
    if (now_ms >= loop->beat_ms) {
        hub_beat(loop->options.hub, "ready", loop->handled);
        touch_hub(loop);
        loop->beat_ms = now_ms + BEAT_MS;
        renew_policy(loop);
    }
    outbox_flush(loop->outbox, note_gone, loop);
    step_on(loop);
    spool_submit(loop->spool);
    loop->turn_ms = clock_mono_ms();
}

static long wait_ms(const loop_t *loop)
{
    int64_t now_ms = clock_mono_ms();
    int64_t due_ms = core_due_ms(loop->options.core);
    due_ms = due_ms > loop->hear_ms ? due_ms : loop->hear_ms;
    due_ms = due_ms < loop->beat_ms ? due_ms : loop->beat_ms;
    due_ms = loop->probes > 0 && loop->probe_ms < due_ms ? loop->probe_ms : due_ms;
    int64_t left_ms = due_ms > now_ms ? due_ms - now_ms : 0;
    return outbox_empty(loop->outbox) || left_ms < RETRY_MS ? (long)left_ms : RETRY_MS;
}

// While records come to the disk, its thread and the clients need the processor more.
static int64_t look_us(loop_t *loop)
{
    if (spool_busy(loop->spool)) {
        loop->stored_ms = loop->turn_ms;
    }
    return loop->turn_ms - loop->stored_ms > CALM_MS ? loop->options.look_us : 0;
}

// Waits for input and handles it; `*ret_stop` when the stop descriptor is readable.
static err_t turn(loop_t *loop, bool *ret_stop, fault_t *fault)
{
    poller_t *poller = &loop->poller;
    // Both are sent to at any time, and not always read until they are empty.
    poller_touch(poller, POLL_ROUTER);
    poller_touch(poller, POLL_COMMITTER);
    poller->look_most_us = look_us(loop);
    if (!poller_wait(poller, wait_ms(loop))) {
        return fault_errno(fault, ERR_IO, "poll");
    }
    err_t err = ERR_OK;
    if (poller_ready(poller, POLL_COMMITTER)) {
        err = take_commit(loop, false, fault);
    }
    if (poller_ready(poller, POLL_ROUTER)) {
        take_frames(loop);
    }
    if (poller_ready(poller, POLL_AUTH)) {
        auth_process(loop->options.auth);
    }
    if (poller_ready(poller, POLL_HUB_IN) || poller_ready(poller, POLL_HUB_OUT)) {
        hub_process(loop->options.hub);
        touch_hub(loop);
    }
    keep_time(loop);
    *ret_stop = loop->options.stop_fd >= 0 && poller_ready(poller, POLL_STOP);
    return err;
}

// Takes no more frames: what is on its way to the disk gets there, and what is queued for clients
// is sent if they take it.
static err_t finish(loop_t *loop, fault_t *fault)
{
    err_t err = ERR_OK;
    while (err == ERR_OK && spool_busy(loop->spool)) {
        spool_submit(loop->spool);
        err = take_commit(loop, true, fault);
    }
    int64_t until_ms = clock_mono_ms() + FINISH_MS;
    while (!outbox_empty(loop->outbox) && clock_mono_ms() < until_ms) {
        zmq_poll(NULL, 0, RETRY_MS);
        outbox_flush(loop->outbox, note_gone, loop);
    }
    hub_beat(loop->options.hub, "goodbye", loop->handled);
    return err;
}

err_t loop_run(loop_t *loop, fault_t *fault)
{
    err_t err = ERR_OK;
    bool stop = false;
    loop->turn_ms = clock_mono_ms();
    while (err == ERR_OK && !stop) {
        err = turn(loop, &stop, fault);
    }
    return err == ERR_OK ? finish(loop, fault) : err;
}
