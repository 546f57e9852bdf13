// SPDX-License-Identifier: MPL-2.0
// What a hostile or broken client may send to the broker's port: each gets a clear fault, and the
// next request works.
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/mem.h"
#include "fixture.h"
#include "proto/endpoint.h"
#include "test/unit/test.h"

// A client without the library.
typedef struct {
    fixture_t broker;
    void *context;
    void *socket;
    char answer[4096]; // the last one received
    size_t answer_size;
    fault_t fault; // of a refusal
} raw_t;

static int setup(void **state)
{
    raw_t *raw = mem_new(sizeof *raw);
    fixture_new(&raw->broker);
    raw->broker.core.silence_ms = 60000;
    fixture_start(&raw->broker);
    char endpoint[ENDPOINT_SIZE];
    endpoint_path(endpoint, raw->broker.dir, ENDPOINT_BROKER, NULL);
    int wait_ms = FIXTURE_WAIT_MS;
    int linger_ms = 0;
    raw->context = zmq_ctx_new();
    raw->socket = zmq_socket(raw->context, ZMQ_DEALER);
    zmq_setsockopt(raw->socket, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
    zmq_setsockopt(raw->socket, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    zmq_connect(raw->socket, endpoint);
    *state = raw;
    return 0;
}

static int teardown(void **state)
{
    raw_t *raw = *state;
    zmq_close(raw->socket);
    zmq_ctx_term(raw->context);
    fixture_release(&raw->broker);
    free(raw);
    return 0;
}

static void send_frame(raw_t *raw, const void *bytes, size_t size, bool more)
{
    assert_int_equal(zmq_send(raw->socket, bytes, size, more ? ZMQ_SNDMORE : 0), (int)size);
}

static void send_header(raw_t *raw, const header_t *header, bool more)
{
    buf_t bytes = {0};
    envelope_pack(header, &bytes);
    send_frame(raw, bytes.data, bytes.size, more);
    buf_release(&bytes);
}

// Receives one answer: its header, and the fault behind it when it is a refusal.
static header_t receive(raw_t *raw)
{
    header_t header = {0};
    int size = zmq_recv(raw->socket, raw->answer, sizeof raw->answer, 0);
    assert_true(size > 0);
    assert_int_equal(envelope_unpack(raw->answer, (size_t)size, &header, NULL), ERR_OK);
    int more = 0;
    size_t more_size = sizeof more;
    zmq_getsockopt(raw->socket, ZMQ_RCVMORE, &more, &more_size);
    if (more) {
        char message[4096];
        size = zmq_recv(raw->socket, message, sizeof message, 0);
        message_unpack_fault(ERR_INTERNAL, message, (size_t)size, &raw->fault);
    }
    return header;
}

static void expect_refused(raw_t *raw, int64_t id, err_t code)
{
    header_t header = receive(raw);
    assert_int_equal(header.kind, HDR_refused);
    assert_int_equal(header.refused.id, id);
    assert_int_equal(header.refused.code, code);
    assert_int_equal(raw->fault.code, code);
    assert_string_not_equal(raw->fault.detail, "");
}

static void say_hello(raw_t *raw)
{
    header_t hello = {.kind = HDR_hello,
                      .hello = {.version = 1, .name = view_of("raw"), .instance = view_of("1")}};
    send_header(raw, &hello, false);
    assert_int_equal(receive(raw).kind, HDR_welcome);
}

static void expect_alive(raw_t *raw)
{
    header_t ping = {.kind = HDR_ping, .ping = {.time_ms = 42}};
    send_header(raw, &ping, false);
    header_t pong = receive(raw);
    assert_int_equal(pong.kind, HDR_pong);
    assert_int_equal(pong.pong.time_ms, 42);
}

static header_t publish_header(void)
{
    return (header_t){.kind = HDR_publish, .publish = {.id = 7, .topic = view_of("jobs")}};
}

static void malformed_frames_are_refused(void **state)
{
    raw_t *raw = *state;
    say_hello(raw);
    static const struct {
        const char *bytes;
        size_t size;
    } FRAMES[] = {
        {"", 0},                     // nothing
        {"\xc1", 1},                 // not MessagePack
        {"\xdd\xff\xff\xff\xff", 5}, // announces four billion items
        {"\x91\x63", 2},             // no such header
        {"\x92\x03", 2},             // cut short
        {"\x80", 1},                 // a map
        {"GET / HTTP/1.1\r\n", 16},
    };
    for (size_t i = 0; i < sizeof FRAMES / sizeof FRAMES[0]; i++) {
        send_frame(raw, FRAMES[i].bytes, FRAMES[i].size, false);
        expect_refused(raw, 0, ERR_MALFORMED);
        expect_alive(raw);
    }
}

static void wrong_fields_are_refused_by_name_and_id(void **state)
{
    raw_t *raw = *state;
    say_hello(raw);
    send_frame(raw, "\x93\x14\x07\xc0", 4, false); // publish 7 without a topic
    expect_refused(raw, 7, ERR_INVALID);
    assert_non_null(strstr(raw->fault.detail, "topic"));
    send_frame(raw, "\x92\x04\x00", 3, false); // pong is the broker's to send
    expect_refused(raw, 0, ERR_INVALID);
    expect_alive(raw);
}

static void oversized_frames_are_refused(void **state)
{
    raw_t *raw = *state;
    say_hello(raw);
    char *bytes = mem_new(LIMIT_FRAME_BYTES + 1);
    header_t header = publish_header();
    send_header(raw, &header, true);
    send_frame(raw, bytes, LIMIT_FRAME_BYTES + 1, false);
    expect_refused(raw, 7, ERR_TOO_LARGE);
    send_header(raw, &header, true);
    send_frame(raw, bytes, LIMIT_FRAME_BYTES, false);
    assert_int_equal(receive(raw).kind, HDR_published);
    send_frame(raw, bytes, LIMIT_HEADER_BYTES + 1, false);
    expect_refused(raw, 0, ERR_TOO_LARGE);
    expect_alive(raw);
    free(bytes);
}

static void too_many_frames_are_refused(void **state)
{
    raw_t *raw = *state;
    say_hello(raw);
    header_t header = publish_header();
    send_header(raw, &header, true);
    for (int i = 0; i < 100; i++) {
        send_frame(raw, "x", 1, i < 99);
    }
    expect_refused(raw, 7, ERR_MALFORMED);
    expect_alive(raw);
}

static void client_that_has_not_said_hello_is_told_to(void **state)
{
    raw_t *raw = *state;
    header_t header = publish_header();
    send_header(raw, &header, true);
    send_frame(raw, "x", 1, false);
    expect_refused(raw, 7, ERR_UNAUTHENTICATED);
    assert_string_equal(raw->fault.remedy, "say hello first");
    say_hello(raw);
    expect_alive(raw);
}

static void other_version_is_refused(void **state)
{
    raw_t *raw = *state;
    header_t hello = {.kind = HDR_hello,
                      .hello = {.version = 2, .name = view_of("raw"), .instance = view_of("1")}};
    send_header(raw, &hello, false);
    expect_refused(raw, 0, ERR_UNSUPPORTED);
    hello.hello.version = 1;
    hello.hello.name = view_of("no spaces");
    send_header(raw, &hello, false);
    expect_refused(raw, 0, ERR_INVALID);
    say_hello(raw);
}

static void frame_far_over_the_limit_costs_only_its_sender_the_connection(void **state)
{
    raw_t *raw = *state;
    say_hello(raw);
    bus_t *other = fixture_bus(&raw->broker, "other", "1");
    size_t size = 64 << 20;
    char *bytes = mem_new(size);
    send_frame(raw, bytes, size, false);
    bus_publish_t record = {.topic = "jobs", .payload = {"x", 1}};
    fault_t fault;
    assert_int_equal(bus_publish_wait(other, &record, FIXTURE_WAIT_MS, NULL, &fault), ERR_OK);
    free(bytes);
    bus_destroy(&other);
}

static void on_answer(void *context, const fault_t *fault, bytes_t message, bytes_t payload)
{
    (void)message;
    (void)payload;
    assert_non_null(fault);
    assert_int_equal(fault->code, ERR_UNAVAILABLE);
    *(bool *)context = true;
}

// Long before its silence would show it: the fixture lets clients be silent for a minute.
static void worker_that_vanishes_is_noticed_at_once(void **state)
{
    raw_t *raw = *state;
    say_hello(raw);
    header_t serve = {.kind = HDR_serve,
                      .serve = {.id = 1, .service = view_of("echo"), .credit = 1}};
    send_header(raw, &serve, false);
    assert_int_equal(receive(raw).kind, HDR_done);
    bus_t *caller = fixture_bus(&raw->broker, "cli", "1");
    bool answered = false;
    fault_t fault;
    bus_call(caller, "echo", "do", (bytes_t){"\x80", 1}, (bytes_t){0}, 60000, false, on_answer,
             &answered, NULL, &fault);
    bool never = false;
    int more = 0;
    while (more == 0) { // until the worker has the request
        bus_run(caller, &never, 5);
        zmq_pollitem_t item = {.socket = raw->socket, .events = ZMQ_POLLIN};
        more = zmq_poll(&item, 1, 0);
    }
    zmq_close(raw->socket); // without a goodbye
    fixture_run(caller, &answered);
    raw->socket = zmq_socket(raw->context, ZMQ_DEALER);
    bus_destroy(&caller);
}

static void heartbeats_that_are_none_do_no_harm(void **state)
{
    raw_t *raw = *state;
    bus_t *other = fixture_bus(&raw->broker, "other", "1");
    char endpoint[ENDPOINT_SIZE];
    endpoint_path(endpoint, raw->broker.dir, ENDPOINT_HEARTBEAT_IN, NULL);
    void *publisher = zmq_socket(raw->context, ZMQ_PUB);
    zmq_connect(publisher, endpoint);
    for (int i = 0; i < 100; i++) {
        zmq_send(publisher, "hb.a.1", 6, ZMQ_SNDMORE);
        zmq_send(publisher, "\xdd\xff\xff\xff\xff", 5, 0);
        zmq_send(publisher, "", 0, 0);
    }
    bus_publish_t record = {.topic = "jobs", .payload = {"x", 1}};
    fault_t fault;
    assert_int_equal(bus_publish_wait(other, &record, FIXTURE_WAIT_MS, NULL, &fault), ERR_OK);
    zmq_close(publisher);
    bus_destroy(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(malformed_frames_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_fields_are_refused_by_name_and_id, setup, teardown),
        cmocka_unit_test_setup_teardown(oversized_frames_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(too_many_frames_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(client_that_has_not_said_hello_is_told_to, setup, teardown),
        cmocka_unit_test_setup_teardown(other_version_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(
            frame_far_over_the_limit_costs_only_its_sender_the_connection, setup, teardown),
        cmocka_unit_test_setup_teardown(worker_that_vanishes_is_noticed_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(heartbeats_that_are_none_do_no_harm, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
