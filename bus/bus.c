// SPDX-License-Identifier: MPL-2.0
#include "bus/bus.h"

#include <stdlib.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/mem.h"
#include "bus/calling.h"
#include "bus/consuming.h"
#include "bus/heartbeat.h"
#include "bus/lane.h"
#include "bus/link.h"
#include "bus/publishing.h"
#include "bus/serving.h"
#include "proto/name.h"

bus_t *bus_new(const bus_options_t *options, fault_t *fault)
{
    if (name_check(view_of(options->name), "client", fault) ||
        name_check(view_of(options->instance), "instance", fault)) {
        return NULL;
    }
    bus_t *bus = mem_new(sizeof *bus);
    bus->name = mem_strdup(options->name);
    bus->instance = mem_strdup(options->instance);
    bus->pending_max = options->pending_max > 0 ? options->pending_max : BUS_PENDING_MAX;
    id_new(bus->message_prefix, "");
    list_init(&bus->failed);
    for (int kind = 0; kind < ASK_KINDS; kind++) {
        list_init(&bus->lanes[kind].unsent);
        list_init(&bus->lanes[kind].sent);
    }
    if (link_open(bus, options, fault)) {
        bus_destroy(&bus);
    }
    return bus;
}

static void free_asks(bus_t *bus)
{
    list_t *lists[2 * ASK_KINDS + 1] = {&bus->failed};
    for (size_t kind = 0; kind < ASK_KINDS; kind++) {
        lists[1 + 2 * kind] = &bus->lanes[kind].unsent;
        lists[2 + 2 * kind] = &bus->lanes[kind].sent;
    }
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        list_t *link;
        while ((link = list_pop(lists[i]))) {
            ask_free(LIST_ITEM(link, ask_t, link));
        }
    }
}

void bus_destroy(bus_t **bus)
{
    bus_t *old = *bus;
    if (!old) {
        return;
    }
    link_close(old);
    free_asks(old);
    serving_release(old);
    consuming_release(old);
    publishing_release(old);
    heartbeat_release(old);
    map_release(&old->asks);
    heap_release(&old->heap);
    buf_release(&old->scratch);
    buf_release(&old->parts);
    buf_release(&old->payloads);
    free(old->endpoint);
    free(old->name);
    free(old->instance);
    free(old);
    *bus = NULL;
}

void *bus_socket(bus_t *bus)
{
    return bus->dealer;
}

void *bus_heartbeat_socket(bus_t *bus)
{
    return bus->subscriber;
}

bool bus_connected(const bus_t *bus)
{
    return bus->link == LINK_UP;
}

const fault_t *bus_trouble(const bus_t *bus)
{
    return bus->trouble.code ? &bus->trouble : NULL;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t bus_timer_ms(const bus_t *bus)
{
    int64_t due_ms = least(link_due_ms(bus), lane_due_ms(bus));
    due_ms = least(due_ms, least(serving_due_ms(bus), consuming_due_ms(bus)));
    const heap_node_t *first = heap_first(&bus->heap);
    due_ms = first ? least(due_ms, first->due_ms) : due_ms;
    int64_t left_ms = due_ms - clock_mono_ms();
    return left_ms > 0 ? left_ms : 0;
}

// What the broker itself did not take now, and may take later.
static bool waits_out(const ask_t *ask, err_t code)
{
    return (code == ERR_BUSY && ask->kind == ASK_PUBLISH) ||
           (code == ERR_RATE_LIMITED && (ask->kind == ASK_PUBLISH || ask->kind == ASK_CALL));
}

static void on_refused_ask(bus_t *bus, ask_t *ask, const fault_t *fault, int64_t now_ms)
{
    if (fault->code == ERR_UNAUTHENTICATED && ask->kind != ASK_SETTLE) {
        ask->returned = true; // goes again after welcome
    } else if (waits_out(ask, fault->code)) {
        lane_put_back(bus, ask, now_ms);
    } else {
        lane_fail(bus, ask, fault);
    }
}

static void on_refused(bus_t *bus, const hdr_refused_t *refused, const bytes_t frames[2],
                       int64_t now_ms)
{
    fault_t fault;
    message_unpack_fault((err_t)refused->code, frames[0].data, frames[0].size, &fault);
    ask_t *ask = refused->id ? lane_find(bus, refused->id) : NULL;
    if (ask) {
        on_refused_ask(bus, ask, &fault, now_ms);
    } else if (!serving_refused(bus, refused->id, &fault, now_ms) &&
               !consuming_refused(bus, refused->id, &fault, now_ms)) {
        bus->trouble = fault; // of a hello or a ping
    }
    if (fault.code == ERR_UNAUTHENTICATED || (refused->id == 0 && fault.code == ERR_CONFLICT)) {
        link_lost(bus);
        // Another client has our name: taking turns with it must not be a busy loop.
        bus->hello_ms = fault.code == ERR_CONFLICT ? now_ms + BUS_CONFLICT_MS : bus->hello_ms;
    }
}

static void on_welcome(bus_t *bus, const hdr_welcome_t *welcome, int64_t now_ms)
{
    if (link_welcome(bus, welcome, now_ms)) {
        lane_renew(bus);
        serving_renew(bus);
        consuming_renew(bus);
    }
}

static void on_done(bus_t *bus, const hdr_done_t *done)
{
    for (int64_t i = 0; i < (done->count > 1 ? done->count : 1); i++) {
        ask_t *ask = lane_find(bus, done->id + i);
        if (ask && ask->kind == ASK_SETTLE) {
            consuming_settled(bus, ask);
        }
    }
}

static void dispatch(bus_t *bus, const header_t *header, const bytes_t frames[2], int64_t now_ms)
{
    switch (header->kind) {
    case HDR_welcome:
        on_welcome(bus, &header->welcome, now_ms);
        break;
    case HDR_refused:
        on_refused(bus, &header->refused, frames, now_ms);
        break;
    case HDR_request:
        serving_on_request(bus, &header->request, frames);
        break;
    case HDR_answer:
        calling_on_answer(bus, &header->answer, frames);
        break;
    case HDR_published:
        publishing_on_published(bus, &header->published);
        break;
    case HDR_record:
        consuming_on_record(bus, &header->record, frames[0]);
        break;
    case HDR_records:
        consuming_on_records(bus, &header->records, frames);
        break;
    case HDR_gap:
        consuming_on_gap(bus, &header->gap);
        break;
    case HDR_done:
        on_done(bus, &header->done);
        break;
    default:
        break; // a pong has done its work by coming; what is not known is for a newer client
    }
}

static bytes_t part_bytes(zmq_msg_t *part)
{
    return (bytes_t){zmq_msg_data(part), zmq_msg_size(part)};
}

// Receives the parts of one message, of which the first LIMIT_FRAMES are kept. False when there is
// none.
static bool receive(bus_t *bus, zmq_msg_t parts[LIMIT_FRAMES])
{
    int count = 0;
    bool more = true;
    while (more) {
        zmq_msg_t extra;
        zmq_msg_init(&extra);
        zmq_msg_t *part = count < LIMIT_FRAMES ? &parts[count] : &extra;
        bool there = zmq_msg_recv(part, bus->dealer, count == 0 ? ZMQ_DONTWAIT : 0) >= 0;
        more = there && zmq_msg_more(part);
        zmq_msg_close(&extra);
        if (!there) {
            return false;
        }
        count++;
    }
    return true;
}

static bool receive_one(bus_t *bus)
{
    zmq_msg_t parts[LIMIT_FRAMES];
    for (size_t i = 0; i < LIMIT_FRAMES; i++) {
        zmq_msg_init(&parts[i]);
    }
    bool there = receive(bus, parts);
    header_t header;
    bytes_t first = part_bytes(&parts[0]);
    if (there && envelope_unpack(first.data, first.size, &header, NULL) == ERR_OK) {
        int64_t now_ms = clock_mono_ms();
        bus->heard_ms = now_ms;
        bytes_t frames[2] = {part_bytes(&parts[1]), part_bytes(&parts[2])};
        dispatch(bus, &header, frames, now_ms);
    }
    for (size_t i = 0; i < LIMIT_FRAMES; i++) {
        zmq_msg_close(&parts[i]);
    }
    return there;
}

static void tell_failed(ask_t *ask)
{
    switch (ask->kind) {
    case ASK_CALL:
        calling_fail(ask);
        break;
    case ASK_PUBLISH:
        publishing_fail(ask);
        break;
    case ASK_SETTLE:
        consuming_settle_fail(ask);
        break;
    default:
        ask_free(ask);
        break;
    }
}

// Only those that have failed by now: their handlers may add more.
static void tell_all_failed(bus_t *bus)
{
    int64_t newest = bus->ids;
    while (!list_empty(&bus->failed)) {
        ask_t *ask = LIST_ITEM(bus->failed.next, ask_t, link);
        if (ask->id > newest) {
            break;
        }
        list_remove(&ask->link);
        tell_failed(ask);
    }
}

void bus_process(bus_t *bus)
{
    for (int i = 0; i < BUS_MESSAGES_A_RUN && receive_one(bus); i++) {
    }
    heartbeat_process(bus);
    int64_t now_ms = clock_mono_ms();
    calling_expire(bus, now_ms);
    tell_all_failed(bus);
    link_tend(bus, now_ms);
    serving_tend(bus, now_ms);
    consuming_tend(bus, now_ms);
    lane_run(bus, now_ms);
}

void bus_run(bus_t *bus, const bool *stop, int64_t timeout_ms)
{
    int64_t end_ms = timeout_ms < 0 ? INT64_MAX : clock_mono_ms() + timeout_ms;
    while (!*stop) {
        int64_t left_ms = end_ms - clock_mono_ms();
        if (left_ms <= 0) {
            return;
        }
        zmq_pollitem_t items[2] = {{.socket = bus->dealer, .events = ZMQ_POLLIN},
                                   {.socket = bus->subscriber, .events = ZMQ_POLLIN}};
        zmq_poll(items, bus->subscriber ? 2 : 1, (long)least(left_ms, bus_timer_ms(bus)));
        bus_process(bus);
    }
}
