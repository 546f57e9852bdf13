// SPDX-License-Identifier: MPL-2.0
#include "bus/link.h"

#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/mem.h"

enum { LINGER_MS = 500, SILENCE_MS = 5000, HEARTBEATS_QUEUED = 16 };

static err_t check_endpoint(const char *endpoint, fault_t *fault)
{
    if (strncmp(endpoint, "ipc://", 6) == 0 || strncmp(endpoint, "tcp://", 6) == 0) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_UNSUPPORTED, "use an ipc:// or tcp:// endpoint",
                     "endpoint '%.200s' is not usable", endpoint);
}

static err_t connect_socket(bus_t *bus, int type, const char *endpoint, void **ret, fault_t *fault)
{
    err_t err = check_endpoint(endpoint, fault);
    if (err) {
        return err;
    }
    int linger_ms = LINGER_MS;
    int on = 1;
    int64_t bytes_max = LIMIT_FRAME_BYTES;
    void *socket = zmq_socket(bus->zmq, type);
    *ret = socket; // closed by link_close, whatever comes
    if (socket) {
        zmq_setsockopt(socket, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
        zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bytes_max, sizeof bytes_max);
    }
    if (socket && type == ZMQ_DEALER) {
        // Nothing is queued for a connection that is not there: what must not be lost is kept here.
        zmq_setsockopt(socket, ZMQ_IMMEDIATE, &on, sizeof on);
    }
    if (socket && type == ZMQ_PUB) {
        int queued = HEARTBEATS_QUEUED;
        zmq_setsockopt(socket, ZMQ_SNDHWM, &queued, sizeof queued);
    }
    if (!socket || zmq_connect(socket, endpoint) < 0) {
        return fault_set(fault, ERR_INVALID, "check the endpoint", "%.200s: %s", endpoint,
                         zmq_strerror(zmq_errno()));
    }
    return ERR_OK;
}

err_t link_open(bus_t *bus, const bus_options_t *options, fault_t *fault)
{
    bus->silence_ms = SILENCE_MS;
    bus->zmq = zmq_ctx_new();
    err_t err = connect_socket(bus, ZMQ_DEALER, options->endpoint, &bus->dealer, fault);
    if (err == ERR_OK && options->publish) {
        err = connect_socket(bus, ZMQ_PUB, options->publish, &bus->publisher, fault);
    }
    if (err == ERR_OK && options->subscribe) {
        err = connect_socket(bus, ZMQ_SUB, options->subscribe, &bus->subscriber, fault);
    }
    return err;
}

void link_close(bus_t *bus)
{
    if (bus->link == LINK_UP) {
        header_t header = {.kind = HDR_goodbye};
        link_send(bus, &header, NULL, 0);
    }
    void *sockets[] = {bus->dealer, bus->publisher, bus->subscriber};
    for (size_t i = 0; i < sizeof sockets / sizeof sockets[0]; i++) {
        if (sockets[i]) {
            zmq_close(sockets[i]);
        }
    }
    if (bus->zmq) {
        zmq_ctx_term(bus->zmq);
    }
}

static int send_part(void *socket, const void *data, size_t size, bool more)
{
    int n;
    do {
        n = zmq_send(socket, data, size, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0));
    } while (n < 0 && zmq_errno() == EINTR);
    return n;
}

// Only the first part can be refused: the others go where it went.
bool link_send(bus_t *bus, const header_t *header, const bytes_t *frames, size_t count)
{
    buf_clear(&bus->scratch);
    envelope_pack(header, &bus->scratch);
    if (send_part(bus->dealer, bus->scratch.data, bus->scratch.size, count > 0) < 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        send_part(bus->dealer, frames[i].data, frames[i].size, i + 1 < count);
    }
    return true;
}

static void send_hello(bus_t *bus, int64_t now_ms)
{
    header_t header = {.kind = HDR_hello,
                       .hello = {.version = ADP_VERSION,
                                 .name = view_of(bus->name),
                                 .instance = view_of(bus->instance),
                                 .attempt = bus->attempt + 1}};
    if (link_send(bus, &header, NULL, 0)) {
        bus->attempt++;
        bus->link = LINK_HELLO;
        bus->hello_ms = now_ms + BUS_HELLO_MS;
    } else {
        bus->hello_ms = now_ms + BUS_CONNECT_MS;
    }
}

static void send_ping(bus_t *bus, int64_t now_ms)
{
    header_t header = {.kind = HDR_ping, .ping = {.time_ms = now_ms}};
    link_send(bus, &header, NULL, 0);
    bus->ping_ms = now_ms + BUS_PING_MS;
}

void link_tend(bus_t *bus, int64_t now_ms)
{
    if (bus->link == LINK_UP && now_ms - bus->heard_ms > bus->silence_ms) {
        link_lost(bus);
    }
    if (bus->link == LINK_UP && now_ms >= bus->ping_ms) {
        send_ping(bus, now_ms);
    }
    if (bus->link != LINK_UP && now_ms >= bus->hello_ms) {
        send_hello(bus, now_ms);
    }
}

void link_lost(bus_t *bus)
{
    if (bus->link == LINK_UP) {
        bus->link = LINK_DOWN;
        bus->hello_ms = 0;
    }
}

bool link_welcome(bus_t *bus, const hdr_welcome_t *welcome, int64_t now_ms)
{
    if (bus->link != LINK_HELLO || welcome->attempt != bus->attempt) {
        return false;
    }
    bus->link = LINK_UP;
    bus->silence_ms = welcome->silence_ms;
    bus->ping_ms = now_ms + BUS_PING_MS;
    bus->trouble = (fault_t){0};
    return true;
}

int64_t link_due_ms(const bus_t *bus)
{
    return bus->link == LINK_UP ? bus->ping_ms : bus->hello_ms;
}
