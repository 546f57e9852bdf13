// SPDX-License-Identifier: MPL-2.0
#include "bus/lane.h"

#include "base/clock.h"
#include "base/mem.h"
#include "bus/bundle.h"
#include "bus/link.h"

static bool has_room(const bus_t *bus, ask_kind_t kind)
{
    const lane_t *lane = &bus->lanes[kind];
    switch (kind) {
    case ASK_CALL:
        return lane->sent_count < BUS_CALLS_MAX;
    case ASK_PUBLISH:
        return lane->sent_count < BUS_PUBLISHES_MAX &&
               (lane->sent_count == 0 || lane->sent_bytes < BUS_PUBLISHES_BYTES_MAX);
    case ASK_SETTLE:
        return lane->sent_count < BUS_SETTLES_MAX;
    default:
        return true;
    }
}

static void note_sent(bus_t *bus, ask_t *ask, bool sent)
{
    lane_t *lane = &bus->lanes[ask->kind];
    int64_t sign = sent - ask->sent;
    lane->sent_count += sign;
    lane->sent_bytes += sign * (int64_t)ask_size(ask);
    ask->sent = sent;
}

// How many more may be sent without an answer.
static size_t room_left(const bus_t *bus, ask_kind_t kind)
{
    int64_t most = kind == ASK_PUBLISH ? BUS_PUBLISHES_MAX : BUS_SETTLES_MAX;
    int64_t left = most - bus->lanes[kind].sent_count;
    return left > 0 ? (size_t)left : 1;
}

static bool send_bundle(bus_t *bus, lane_t *lane, ask_kind_t kind)
{
    size_t count = bundle_count(lane, room_left(bus, kind));
    if (!bundle_send(bus, lane, count)) {
        bus->blocked = true;
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        ask_t *ask = LIST_ITEM(lane->unsent.next, ask_t, link);
        ask->returned = false;
        note_sent(bus, ask, true);
        list_append(&lane->sent, &ask->link);
    }
    return true;
}

static bool send_ask(bus_t *bus, ask_t *ask, int64_t now_ms)
{
    if (ask->kind == ASK_PUBLISH || ask->kind == ASK_SETTLE) {
        return send_bundle(bus, &bus->lanes[ask->kind], ask->kind);
    }
    if (ask->kind == ASK_CALL) {
        int64_t left_ms = ask->deadline_ms - now_ms;
        ask->header.call.remaining_ms = left_ms > 1 ? left_ms : 1;
    }
    if (!link_send(bus, &ask->header, ask->frames, ask->frame_count)) {
        bus->blocked = true;
        return false;
    }
    if (ask->kind == ASK_REPLY) {
        list_remove(&ask->link);
        ask_free(ask);
        return true;
    }
    ask->returned = false;
    note_sent(bus, ask, true);
    list_append(&bus->lanes[ask->kind].sent, &ask->link);
    return true;
}

void lane_run(bus_t *bus, int64_t now_ms)
{
    bus->blocked = false;
    bus->gathered = false;
    for (int kind = 0; bus->link == LINK_UP && kind < ASK_KINDS; kind++) {
        lane_t *lane = &bus->lanes[kind];
        while (!bus->blocked && !list_empty(&lane->unsent) && has_room(bus, (ask_kind_t)kind) &&
               now_ms >= lane->pause_until_ms) {
            send_ask(bus, LIST_ITEM(lane->unsent.next, ask_t, link), now_ms);
        }
    }
}

int64_t lane_due_ms(const bus_t *bus)
{
    if (!list_empty(&bus->failed) || (bus->gathered && bus->link == LINK_UP)) {
        return 0;
    }
    int64_t due_ms = INT64_MAX;
    for (int kind = 0; bus->link == LINK_UP && kind < ASK_KINDS; kind++) {
        const lane_t *lane = &bus->lanes[kind];
        if (!list_empty(&lane->unsent) && has_room(bus, (ask_kind_t)kind)) {
            int64_t retry_ms = clock_mono_ms() + BUS_RETRY_MS;
            retry_ms = lane->pause_until_ms > retry_ms ? lane->pause_until_ms : retry_ms;
            due_ms = retry_ms < due_ms ? retry_ms : due_ms;
        }
    }
    return due_ms;
}

err_t lane_add(bus_t *bus, ask_t *ask, int64_t *ret_id, fault_t *fault)
{
    if ((int64_t)bus->asks.live >= bus->pending_max) {
        ask_free(ask);
        return fault_set(fault, ERR_BUSY, "wait until some are answered",
                         "%lld calls and publishes have no answer yet",
                         (long long)bus->pending_max);
    }
    ask->id = ++bus->ids;
    ask->header.call.id = ask->id; // all headers of asks begin with it
    map_add(&bus->asks, &ask->id, sizeof ask->id, ask);
    list_append(&bus->lanes[ask->kind].unsent, &ask->link);
    if (ask->kind == ASK_CALL) {
        heap_set(&bus->heap, &ask->due, ask->deadline_ms);
    }
    if (ret_id) {
        *ret_id = ask->id;
    }
    return ERR_OK;
}

// A first one goes at once; those that come while it is on its way are gathered for a while.
void lane_submit(bus_t *bus, const ask_t *ask)
{
    lane_t *lane = &bus->lanes[ask->kind];
    if (lane->sent_count > 0 && ++lane->gathered < BUNDLE_GATHER) {
        bus->gathered = true;
        return;
    }
    lane->gathered = 0;
    lane_run(bus, clock_mono_ms());
}

ask_t *lane_find(const bus_t *bus, int64_t id)
{
    return map_get(&bus->asks, &id, sizeof id);
}

void lane_take(bus_t *bus, ask_t *ask)
{
    map_remove(&bus->asks, &ask->id, sizeof ask->id);
    heap_remove(&bus->heap, &ask->due);
    list_remove(&ask->link);
    note_sent(bus, ask, false);
}

void lane_fail(bus_t *bus, ask_t *ask, const fault_t *fault)
{
    lane_take(bus, ask);
    ask->fault = mem_new(sizeof *fault);
    *ask->fault = *fault;
    list_append(&bus->failed, &ask->link);
}

void lane_put_back(bus_t *bus, ask_t *ask, int64_t now_ms)
{
    lane_t *lane = &bus->lanes[ask->kind];
    note_sent(bus, ask, false);
    list_prepend(&lane->unsent, &ask->link);
    lane->pause_until_ms = now_ms + BUS_BUSY_MS;
}

static bool may_repeat(const ask_t *ask)
{
    return ask->kind == ASK_PUBLISH || ask->returned ||
           (ask->kind == ASK_CALL && ask->header.call.idempotent);
}

static void fail_lost(bus_t *bus, ask_t *ask)
{
    fault_t fault;
    if (ask->kind == ASK_SETTLE) {
        fault_set(&fault, ERR_UNAVAILABLE, "the record will be delivered again",
                  "the connection to the broker was lost before the record was settled");
    } else {
        fault_set(&fault, ERR_UNAVAILABLE, "look whether it was done, then try again",
                  "the connection to the broker was lost during '%.*s' of service '%.*s'",
                  (int)ask->header.call.method.size, ask->header.call.method.data,
                  (int)ask->header.call.service.size, ask->header.call.service.data);
    }
    lane_fail(bus, ask, &fault);
}

// From the last to the first, so that what is sent again stays in order in front of what was never
// sent.
static void renew_sent(bus_t *bus, lane_t *lane)
{
    while (!list_empty(&lane->sent)) {
        ask_t *ask = LIST_ITEM(lane->sent.prev, ask_t, link);
        if (may_repeat(ask)) {
            note_sent(bus, ask, false);
            list_prepend(&lane->unsent, &ask->link);
        } else {
            fail_lost(bus, ask);
        }
    }
}

void lane_renew(bus_t *bus)
{
    for (int kind = 0; kind < ASK_KINDS; kind++) {
        renew_sent(bus, &bus->lanes[kind]);
        bus->lanes[kind].pause_until_ms = 0;
    }
    list_t *link;
    while ((link = list_pop(&bus->lanes[ASK_REPLY].unsent))) {
        ask_free(LIST_ITEM(link, ask_t, link)); // the broker has answered for us
    }
    // What becomes of records of the last session is nobody's business in this one.
    lane_t *settles = &bus->lanes[ASK_SETTLE];
    while (!list_empty(&settles->unsent)) {
        fail_lost(bus, LIST_ITEM(settles->unsent.next, ask_t, link));
    }
}
