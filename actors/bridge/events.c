// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "actors/bridge/reply.h"
#include "base/mem.h"

enum {
    BLOCK_BYTES = 16384,
    RECONNECT_MS = 2000,
    PAUSE_MS = 2000,
    WATCH_MS = 10000, // a client that left is noticed at the first write after it
};

// HTTP thread: the next bytes of the stream; without any, the loop's turn.
static ssize_t read_stream(void *context, uint64_t position, char *to, size_t room)
{
    (void)position;
    exchange_t *exchange = context;
    stream_t *stream = &exchange->stream;
    size_t left = exchange->body.size - stream->sent;
    if (left > 0) {
        size_t n = left < room ? left : room;
        memcpy(to, exchange->body.data + stream->sent, n);
        stream->sent += n;
        return (ssize_t)n;
    }
    buf_clear(&exchange->body);
    stream->sent = 0;
    return !exchange->ended && gate_pass(exchange) ? 0 : MHD_CONTENT_READER_END_OF_STREAM;
}

static struct MHD_Response *stream_response(exchange_t *exchange)
{
    struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES,
                                                                      read_stream, exchange, NULL);
    if (!response) {
        mem_exhausted(BLOCK_BYTES);
    }
    MHD_add_response_header(response, "Content-Type", "text/event-stream");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Accel-Buffering", "no"); // nginx would hold events back
    return response;
}

// The last event's id; -1, from now on, when there is none that we made.
static int64_t since_of(const char *last_event_id)
{
    char *end;
    errno = 0;
    long long since = last_event_id ? strtoll(last_event_id, &end, 10) : -1;
    return last_event_id && (errno || *end || end == last_event_id || since < 0) ? -1 : since;
}

static void begin(actor_t *actor, exchange_t *exchange)
{
    bridge_t *bridge = actor_state(actor);
    exchange->stream = (stream_t){.since = since_of(exchange->last_event_id), .open = true};
    buf_clear(&exchange->body);
    buf_addf(&exchange->body, "retry: %d\n\n", RECONNECT_MS);
    bridge->streams++;
    exchange_answer(exchange, exchange->route->status, stream_response(exchange));
    gate_resume(exchange);
}

static void recognised(actor_t *actor, void *context, const fault_t *fault, void *message,
                       bytes_t payload)
{
    (void)message;
    (void)payload;
    bridge_t *bridge = actor_state(actor);
    fault_t full;
    if (!fault && bridge->streams >= STREAMS_MAX) {
        fault_set(&full, ERR_BUSY, "try again later, or ask GET /api/v1/jobs from time to time",
                  "%d event streams are open already", STREAMS_MAX);
        fault = &full;
    }
    if (fault) {
        door_refuse(context, fault);
        return;
    }
    begin(actor, context);
}

static void write_event(buf_t *to, json_t *job, int64_t id)
{
    json_t *data = json_pack("{sO}", "job", job);
    reply_times(data);
    char *text = reply_line(data);
    if (id >= 0) {
        buf_addf(to, "id: %lld\n", (long long)id);
    }
    buf_addf(to, "event: job\ndata: %s\n\n", text);
    free(text);
}

// All events of an answer but the last carry the id of the answer before: a client that is cut off
// between them asks for all of them again.
static void write_changes(exchange_t *exchange, const msg_job_changes_t *changes)
{
    size_t count = json_array_size(changes->jobs);
    for (size_t i = 0; i < count; i++) {
        int64_t id = i + 1 < count ? exchange->stream.since : changes->since;
        write_event(&exchange->body, json_array_get(changes->jobs, i), id);
    }
    if (count == 0) {
        buf_addf(&exchange->body, ": nothing new\nid: %lld\n\n", (long long)changes->since);
    }
    exchange->stream.since = changes->since;
}

static void changed(actor_t *actor, void *context, const fault_t *fault, void *message,
                    bytes_t payload)
{
    (void)payload;
    exchange_t *exchange = context;
    if (fault && err_http(fault->code) < MHD_HTTP_INTERNAL_SERVER_ERROR) {
        exchange->ended = true; // the session is over
        gate_resume(exchange);
        return;
    }
    if (!fault) {
        write_changes(exchange, message);
    } else {
        buf_addf(&exchange->body, ": waiting for the gateway\n\n");
        bool quiet = fault->code == ERR_TIMEOUT;
        exchange->stream.retry_ms = quiet ? 0 : actor_now_ms(actor) + PAUSE_MS;
    }
    gate_resume(exchange);
}

static void watch(actor_t *actor, exchange_t *exchange)
{
    exchange->stream.parked = false;
    msg_job_watch_t request = {.token = exchange->token, .since = exchange->stream.since};
    actor_call(actor, METHOD_job_watch, &request, (bytes_t){0}, WATCH_MS, changed, exchange);
}

static void events_arrive(actor_t *actor, exchange_t *exchange)
{
    if (!exchange->stream.open) {
        door_call_authorized(actor, exchange, METHOD_user_me, recognised);
    } else if (exchange->stream.retry_ms > actor_now_ms(actor)) {
        exchange->stream.parked = true;
    } else {
        watch(actor, exchange);
    }
}

static void events_leave(actor_t *actor, exchange_t *exchange)
{
    bridge_t *bridge = actor_state(actor);
    bridge->streams--;
    door_drop(exchange);
}

static void events_tick(actor_t *actor, exchange_t *exchange, int64_t now_ms)
{
    if (exchange->stream.parked && now_ms >= exchange->stream.retry_ms) {
        watch(actor, exchange);
    }
}

const door_ops_t events_door = {
    .arrive = events_arrive, .leave = events_leave, .tick = events_tick};
