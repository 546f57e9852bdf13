// SPDX-License-Identifier: MPL-2.0
// Many clients of our broker in one process: plain DEALER sockets that speak the wire, so that the
// client library's threads are not what is measured. Each frame is one record, whatever the number
// of clients. WHERE is the endpoint.
//
// clients publish E   --connections clients, --window records of all together on the way, to
// --topics
//                     topics in turn
// clients bare E      the same to `bare serve`
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zmq.h>

#include "measure.h"
#include "proto/envelope.h"

enum { EVENTS = 256, NAME_BYTES = 32 };

typedef struct {
    void *dealer;
    uint64_t window;
    uint64_t inflight;
    int64_t ids;
} client_t;

typedef struct {
    options_t options;
    bool bare;
    void *context;
    client_t *clients;
    int epoll;
    uint64_t welcomes;
    buf_t scratch;
    pace_t pace;
} driver_t;

static view_t view(const char *text)
{
    return (view_t){text, strlen(text)};
}

static void send_header(driver_t *driver, const client_t *client, const header_t *header, int flags)
{
    buf_clear(&driver->scratch);
    envelope_pack(header, &driver->scratch);
    must(zmq_send(client->dealer, driver->scratch.data, driver->scratch.size, flags) >= 0,
         "zmq_send");
}

static void greet(driver_t *driver, const client_t *client, uint64_t number)
{
    char instance[NAME_BYTES];
    snprintf(instance, sizeof instance, "%llu", (unsigned long long)number);
    header_t hello = {.kind = HDR_hello,
                      .hello = {.version = ADP_VERSION,
                                .name = view("clients"),
                                .instance = view(instance),
                                .attempt = 1}};
    send_header(driver, client, &hello, 0);
}

static void open_client(driver_t *driver, client_t *client)
{
    client->dealer = zmq_socket(driver->context, ZMQ_DEALER);
    must(client->dealer && zmq_connect(client->dealer, driver->options.where) == 0,
         driver->options.where);
    client->window =
        (driver->options.window + driver->options.connections - 1) / driver->options.connections;
    int fd = -1;
    size_t size = sizeof fd;
    must(zmq_getsockopt(client->dealer, ZMQ_FD, &fd, &size) == 0, "ZMQ_FD");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    must(epoll_ctl(driver->epoll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
}

static void publish_one(driver_t *driver, client_t *client)
{
    zmq_msg_t body;
    must(zmq_msg_init_size(&body, driver->options.bytes) == 0, "zmq_msg_init_size");
    record_fill(zmq_msg_data(&body), driver->pace.sent, driver->options.bytes);
    if (!driver->bare) {
        char topic[NAME_BYTES];
        snprintf(topic, sizeof topic, "bench.%llu",
                 (unsigned long long)(driver->pace.sent % driver->options.topics));
        header_t publish = {.kind = HDR_publish,
                            .publish = {.id = ++client->ids, .topic = view(topic)}};
        send_header(driver, client, &publish, ZMQ_SNDMORE);
    }
    must(zmq_msg_send(&body, client->dealer, 0) >= 0, "zmq_msg_send");
    client->inflight++;
    driver->pace.sent++;
}

static void take_header(driver_t *driver, client_t *client, zmq_msg_t *frame)
{
    header_t header;
    fault_t fault;
    if (envelope_unpack(zmq_msg_data(frame), zmq_msg_size(frame), &header, &fault)) {
        die("%s", fault.detail);
    }
    if (header.kind == HDR_published) {
        client->inflight--;
        driver->pace.acked++;
    } else if (header.kind == HDR_welcome) {
        driver->welcomes++;
    } else if (header.kind == HDR_refused) {
        die("the broker refuses with code %lld", (long long)header.refused.code);
    }
}

static bool receive(driver_t *driver, client_t *client)
{
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    bool there = zmq_msg_recv(&frame, client->dealer, ZMQ_DONTWAIT) >= 0;
    if (there && driver->bare) {
        uint64_t records = 0;
        memcpy(&records, zmq_msg_data(&frame), sizeof records);
        client->inflight -= records;
        driver->pace.acked += records;
    } else if (there) {
        take_header(driver, client, &frame);
    }
    while (there && zmq_msg_more(&frame)) {
        must(zmq_msg_recv(&frame, client->dealer, 0) >= 0, "zmq_msg_recv");
    }
    zmq_msg_close(&frame);
    return there;
}

static bool has_input(const client_t *client)
{
    int events = 0;
    size_t size = sizeof events;
    must(zmq_getsockopt(client->dealer, ZMQ_EVENTS, &events, &size) == 0, "ZMQ_EVENTS");
    return events & ZMQ_POLLIN;
}

// ZMQ_FD tells only that something has changed: all is taken, also what came while we sent.
static void tend(driver_t *driver, client_t *client, bool publishing)
{
    do {
        while (receive(driver, client)) {
        }
        while (publishing && client->inflight < client->window && pace_may_send(&driver->pace)) {
            publish_one(driver, client);
        }
    } while (has_input(client));
}

static void step(driver_t *driver, bool publishing)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(driver->epoll, events, EVENTS, 10);
    for (int i = 0; i < count; i++) {
        tend(driver, events[i].data.ptr, publishing);
    }
}

static void tend_all(driver_t *driver, bool publishing)
{
    for (uint64_t i = 0; i < driver->options.connections; i++) {
        tend(driver, &driver->clients[i], publishing);
    }
}

static void open_clients(driver_t *driver)
{
    struct rlimit files;
    must(getrlimit(RLIMIT_NOFILE, &files) == 0, "getrlimit");
    files.rlim_cur = files.rlim_max;
    must(setrlimit(RLIMIT_NOFILE, &files) == 0, "setrlimit");
    uint64_t count = driver->options.connections;
    driver->context = zmq_ctx_new();
    zmq_ctx_set(driver->context, ZMQ_MAX_SOCKETS, (int)count + 16);
    driver->epoll = epoll_create1(EPOLL_CLOEXEC);
    driver->clients = calloc(count, sizeof *driver->clients);
    must(driver->clients && driver->epoll >= 0, "calloc");
    for (uint64_t i = 0; i < count; i++) {
        open_client(driver, &driver->clients[i]);
        if (!driver->bare) {
            greet(driver, &driver->clients[i], i);
        }
    }
    tend_all(driver, false);
    while (!driver->bare && driver->welcomes < count) {
        step(driver, false);
    }
}

static void close_clients(driver_t *driver)
{
    header_t goodbye = {.kind = HDR_goodbye};
    for (uint64_t i = 0; i < driver->options.connections; i++) {
        if (!driver->bare) {
            send_header(driver, &driver->clients[i], &goodbye, 0);
        }
        zmq_close(driver->clients[i].dealer);
    }
    zmq_ctx_term(driver->context);
    close(driver->epoll);
    free(driver->clients);
    buf_release(&driver->scratch);
}

int main(int argc, char **argv)
{
    driver_t driver = {.options = options_read(argc, argv)};
    driver.bare = strcmp(driver.options.what, "bare") == 0;
    open_clients(&driver);
    driver.pace = pace_begin(&driver.options);
    tend_all(&driver, true);
    while (pace_more(&driver.pace) || driver.pace.acked < driver.pace.sent) {
        step(&driver, true);
    }
    pace_print(&driver.pace);
    close_clients(&driver);
    return 0;
}
