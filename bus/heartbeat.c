// SPDX-License-Identifier: MPL-2.0
#include "bus/heartbeat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/mem.h"
#include "base/text.h"

void bus_heartbeat(bus_t *bus, const msg_heartbeat_t *heartbeat)
{
    if (!bus->publisher) {
        return;
    }
    char *subject = text_format("hb.%s.%s", heartbeat->name, heartbeat->instance);
    buf_clear(&bus->scratch);
    message_pack(MSG_heartbeat, heartbeat, &bus->scratch);
    if (zmq_send(bus->publisher, subject, strlen(subject), ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0) {
        zmq_send(bus->publisher, bus->scratch.data, bus->scratch.size, ZMQ_DONTWAIT);
    }
    free(subject);
}

void bus_on_heartbeat(bus_t *bus, bus_heartbeat_fn *on_heartbeat, void *context)
{
    bus->on_heartbeat = on_heartbeat;
    bus->heartbeat_context = context;
    if (bus->subscriber) {
        zmq_setsockopt(bus->subscriber, ZMQ_SUBSCRIBE, "hb.", 3);
    }
}

static void forget_all(bus_t *bus)
{
    size_t at = 0;
    heard_t *heard;
    while ((heard = map_next(&bus->heard, &at))) {
        free(heard->subject);
        free(heard);
    }
    map_release(&bus->heard);
}

static heard_t *heard_of(bus_t *bus, view_t subject)
{
    heard_t *heard = map_get(&bus->heard, subject.data, subject.size);
    if (!heard) {
        if (bus->heard.live >= BUS_ACTORS_MAX) {
            forget_all(bus); // the worst that comes of it is a heartbeat heard twice
        }
        heard = mem_new(sizeof *heard);
        heard->subject = view_dup(subject);
        map_add(&bus->heard, heard->subject, subject.size, heard);
    }
    return heard;
}

// The broker sends the last heartbeats again to everybody when somebody new listens: a repeat is no
// sign of life.
static bool is_new(bus_t *bus, view_t subject, const msg_heartbeat_t *heartbeat)
{
    heard_t *heard = heard_of(bus, subject);
    bool same = strcmp(heard->incarnation, heartbeat->incarnation) == 0;
    if (same && heartbeat->sequence <= heard->sequence) {
        return false;
    }
    text_copy(heard->incarnation, sizeof heard->incarnation, heartbeat->incarnation);
    heard->sequence = heartbeat->sequence;
    return true;
}

static void take(bus_t *bus, zmq_msg_t *subject, zmq_msg_t *message)
{
    msg_heartbeat_t heartbeat;
    if (message_unpack(MSG_heartbeat, zmq_msg_data(message), zmq_msg_size(message), &heartbeat,
                       NULL)) {
        return;
    }
    view_t name = {zmq_msg_data(subject), zmq_msg_size(subject)};
    if (is_new(bus, name, &heartbeat) && bus->on_heartbeat) {
        bus->on_heartbeat(bus->heartbeat_context, &heartbeat);
    }
    message_release(MSG_heartbeat, &heartbeat);
}

static bool receive_one(bus_t *bus)
{
    zmq_msg_t subject;
    zmq_msg_t message;
    zmq_msg_init(&subject);
    zmq_msg_init(&message);
    bool there = zmq_msg_recv(&subject, bus->subscriber, ZMQ_DONTWAIT) >= 0;
    if (there && zmq_msg_more(&subject) && zmq_msg_recv(&message, bus->subscriber, 0) >= 0) {
        take(bus, &subject, &message);
    }
    zmq_msg_close(&subject);
    zmq_msg_close(&message);
    return there;
}

void heartbeat_process(bus_t *bus)
{
    for (int i = 0; bus->subscriber && i < BUS_MESSAGES_A_RUN && receive_one(bus); i++) {
    }
}

void heartbeat_release(bus_t *bus)
{
    forget_all(bus);
}
