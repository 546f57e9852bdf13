// SPDX-License-Identifier: MPL-2.0
#include "bus/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/mem.h"
#include "proto/keyfile.h"

enum { LINGER_MS = 500, SILENCE_MS = 5000, HEARTBEATS_QUEUED = 16, BEAT_MS = 5000 };

// Nothing is said in the clear to another host.
static err_t check_endpoint(const char *endpoint, const keyfile_t *keys, fault_t *fault)
{
    if (strncmp(endpoint, "ipc://", 6) == 0) {
        return ERR_OK;
    }
    if (strncmp(endpoint, "tcp://", 6) == 0) {
        return keys ? ERR_OK
                    : fault_set(fault, ERR_UNAUTHENTICATED,
                                "name a key file ('autodp keys new' makes one)",
                                "endpoint '%.200s' takes clients with keys only", endpoint);
    }
    return fault_set(fault, ERR_UNSUPPORTED, "use an ipc:// or tcp:// endpoint",
                     "endpoint '%.200s' is not usable", endpoint);
}

static bool set_keys(void *socket, const char *endpoint, const keyfile_t *keys)
{
    return strncmp(endpoint, "tcp://", 6) != 0 ||
           (zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, keys->broker, KEY_SIZE) == 0 &&
            zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, keys->public_key, KEY_SIZE) == 0 &&
            zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, keys->secret_key, KEY_SIZE) == 0);
}

static void set_options(void *socket, int type)
{
    int linger_ms = LINGER_MS;
    int on = 1;
    int queued = HEARTBEATS_QUEUED;
    int beat_ms = BEAT_MS;
    int64_t bytes_max = LIMIT_FRAME_BYTES;
    zmq_setsockopt(socket, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bytes_max, sizeof bytes_max);
    zmq_setsockopt(socket, ZMQ_HEARTBEAT_IVL, &beat_ms, sizeof beat_ms);
    if (type == ZMQ_DEALER) {
        // Nothing is queued for a connection that is not there: what must not be lost is kept here.
        zmq_setsockopt(socket, ZMQ_IMMEDIATE, &on, sizeof on);
    }
    if (type == ZMQ_PUB) {
        zmq_setsockopt(socket, ZMQ_SNDHWM, &queued, sizeof queued);
    }
}

static err_t connect_socket(bus_t *bus, int type, const char *endpoint, const keyfile_t *keys,
                            void **ret, fault_t *fault)
{
    err_t err = check_endpoint(endpoint, keys, fault);
    if (err) {
        return err;
    }
    void *socket = zmq_socket(bus->zmq, type);
    *ret = socket; // closed by link_close, whatever comes
    if (socket) {
        set_options(socket, type);
    }
    if (!socket || !set_keys(socket, endpoint, keys) || zmq_connect(socket, endpoint) < 0) {
        return fault_set(fault, ERR_INVALID, "check the endpoint", "%.200s: %s", endpoint,
                         zmq_strerror(zmq_errno()));
    }
    return ERR_OK;
}

static err_t connect_all(bus_t *bus, const bus_options_t *options, const keyfile_t *keys,
                         fault_t *fault)
{
    err_t err = connect_socket(bus, ZMQ_DEALER, bus->endpoint, keys, &bus->dealer, fault);
    if (err == ERR_OK && options->publish) {
        err = connect_socket(bus, ZMQ_PUB, options->publish, keys, &bus->publisher, fault);
    }
    if (err == ERR_OK && options->subscribe) {
        err = connect_socket(bus, ZMQ_SUB, options->subscribe, keys, &bus->subscriber, fault);
    }
    return err;
}

// libzmq does not come back by itself once its key was refused; the admin may make it valid later.
static void watch_refusal(bus_t *bus, const bus_options_t *options)
{
    static const char ENDPOINT[] = "inproc://refused";
    const char *const peers[] = {bus->endpoint, options->publish, options->subscribe};
    int event = ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
    for (size_t i = 0; i < 3; i++) {
        bus->peers[i] = peers[i] ? mem_strdup(peers[i]) : NULL;
    }
    bus->monitor = zmq_socket(bus->zmq, ZMQ_PAIR);
    if (bus->monitor && (zmq_socket_monitor(bus->dealer, ENDPOINT, event) < 0 ||
                         zmq_connect(bus->monitor, ENDPOINT) < 0)) {
        zmq_close(bus->monitor);
        bus->monitor = NULL;
    }
}

static bool was_refused(bus_t *bus)
{
    bool any = false;
    char part[ENDPOINT_SIZE];
    while (bus->monitor && zmq_recv(bus->monitor, part, sizeof part, ZMQ_DONTWAIT) >= 0) {
        any = true; // two frames an event, and only events of this kind
    }
    return any;
}

static void knock_again(bus_t *bus)
{
    void *const sockets[] = {bus->dealer, bus->publisher, bus->subscriber};
    for (size_t i = 0; i < 3; i++) {
        if (sockets[i] && bus->peers[i]) {
            zmq_disconnect(sockets[i], bus->peers[i]); // it may be gone already
            zmq_connect(sockets[i], bus->peers[i]);
        }
    }
}

static void tend_refusal(bus_t *bus, int64_t now_ms)
{
    if (was_refused(bus)) {
        fault_set(&bus->trouble, ERR_UNAUTHENTICATED, "ask the admin for a new key",
                  "the broker at %.200s refuses the key", bus->endpoint);
        bus->knock_ms = now_ms + BUS_REFUSED_MS;
    }
    if (bus->knock_ms > 0 && now_ms >= bus->knock_ms) {
        bus->knock_ms = 0;
        knock_again(bus);
    }
}

err_t link_open(bus_t *bus, const bus_options_t *options, fault_t *fault)
{
    keyfile_t keys;
    bus->silence_ms = SILENCE_MS;
    bus->zmq = zmq_ctx_new();
    err_t err = options->keys ? keyfile_read(options->keys, &keys, fault) : ERR_OK;
    if (err) {
        return err;
    }
    if (!options->endpoint && !options->keys) {
        return fault_set(fault, ERR_INVALID, "name an endpoint or a key file",
                         "it is not said where the broker is");
    }
    bus->endpoint = mem_strdup(options->endpoint ? options->endpoint : keys.endpoint);
    err = connect_all(bus, options, options->keys ? &keys : NULL, fault);
    explicit_bzero(&keys, sizeof keys);
    if (err == ERR_OK && options->keys) {
        watch_refusal(bus, options);
    }
    return err;
}

void link_close(bus_t *bus)
{
    if (bus->link == LINK_UP) {
        header_t header = {.kind = HDR_goodbye};
        link_send(bus, &header, NULL, 0);
    }
    if (bus->monitor) {
        zmq_socket_monitor(bus->dealer, NULL, 0);
    }
    void *sockets[] = {bus->monitor, bus->dealer, bus->publisher, bus->subscriber};
    for (size_t i = 0; i < sizeof sockets / sizeof sockets[0]; i++) {
        if (sockets[i]) {
            zmq_close(sockets[i]);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        free(bus->peers[i]);
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
    tend_refusal(bus, now_ms);
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
