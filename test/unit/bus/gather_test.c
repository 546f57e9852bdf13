// SPDX-License-Identifier: MPL-2.0
// What the library makes of publishes and acks that come together, seen from the broker's side: a
// ROUTER that answers by hand.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "base/mem.h"
#include "bus/bus.h"
#include "proto/envelope.h"
#include "test/unit/test.h"

enum { WAIT_MS = 10000, FRAMES = 4 };

typedef struct {
    void *context;
    void *router;
    char dir[64];
    bus_t *bus;
    zmq_msg_t frames[FRAMES]; // of the last message; the first is the client's routing id
    header_t header;
    int64_t published;
    int64_t duplicates;
    int64_t last_offset;
    int64_t settled;
    int64_t failed;
} stage_t;

// The client's next message that is not a ping; the client runs meanwhile.
static void receive(stage_t *stage)
{
    const bool never = false;
    do {
        for (int tries = 0; zmq_msg_recv(&stage->frames[0], stage->router, ZMQ_DONTWAIT) < 0;
             tries++) {
            assert_true(tries < WAIT_MS);
            bus_run(stage->bus, &never, 1);
        }
        int more = 1;
        for (int i = 1; more; i++) {
            assert_true(i < FRAMES);
            assert_true(zmq_msg_recv(&stage->frames[i], stage->router, 0) >= 0);
            more = zmq_msg_more(&stage->frames[i]);
        }
        assert_int_equal(envelope_unpack(zmq_msg_data(&stage->frames[1]),
                                         zmq_msg_size(&stage->frames[1]), &stage->header, NULL),
                         ERR_OK);
    } while (stage->header.kind == HDR_ping);
}

static void answer(stage_t *stage, const header_t *header, view_t list, view_t payload)
{
    buf_t bytes = {0};
    envelope_pack(header, &bytes);
    zmq_send(stage->router, zmq_msg_data(&stage->frames[0]), zmq_msg_size(&stage->frames[0]),
             ZMQ_SNDMORE);
    zmq_send(stage->router, bytes.data, bytes.size, list.data ? ZMQ_SNDMORE : 0);
    if (list.data) {
        zmq_send(stage->router, list.data, list.size, ZMQ_SNDMORE);
        zmq_send(stage->router, payload.data, payload.size, 0);
    }
    buf_release(&bytes);
}

static void run_until(stage_t *stage, const int64_t *counter, int64_t value)
{
    const bool never = false;
    for (int tries = 0; *counter < value; tries++) {
        assert_true(tries < WAIT_MS);
        bus_run(stage->bus, &never, 1);
    }
    assert_int_equal(*counter, value);
}

static void welcome(stage_t *stage)
{
    receive(stage);
    assert_int_equal(stage->header.kind, HDR_hello);
    header_t header = {.kind = HDR_welcome,
                       .welcome = {.version = 1,
                                   .broker = view_of("br_1"),
                                   .frame_bytes = LIMIT_FRAME_BYTES,
                                   .silence_ms = 60000,
                                   .attempt = stage->header.hello.attempt}};
    answer(stage, &header, (view_t){0}, (view_t){0});
    const bool never = false;
    for (int tries = 0; !bus_connected(stage->bus); tries++) {
        assert_true(tries < WAIT_MS);
        bus_run(stage->bus, &never, 1);
    }
}

static int setup(void **state)
{
    stage_t *stage = mem_new(sizeof *stage);
    snprintf(stage->dir, sizeof stage->dir, "/tmp/autodp-gather-XXXXXX");
    assert_non_null(mkdtemp(stage->dir));
    char endpoint[96];
    snprintf(endpoint, sizeof endpoint, "ipc://%s/s", stage->dir);
    stage->context = zmq_ctx_new();
    stage->router = zmq_socket(stage->context, ZMQ_ROUTER);
    assert_int_equal(zmq_bind(stage->router, endpoint), 0);
    for (size_t i = 0; i < FRAMES; i++) {
        zmq_msg_init(&stage->frames[i]);
    }
    bus_options_t options = {.endpoint = endpoint, .name = "me", .instance = "1"};
    stage->bus = bus_new(&options, NULL);
    welcome(stage);
    *state = stage;
    return 0;
}

static int teardown(void **state)
{
    stage_t *stage = *state;
    for (size_t i = 0; i < FRAMES; i++) {
        zmq_msg_close(&stage->frames[i]);
    }
    int linger_ms = 0;
    zmq_setsockopt(stage->router, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    bus_destroy(&stage->bus);
    zmq_close(stage->router);
    zmq_ctx_term(stage->context);
    rmdir(stage->dir);
    free(stage);
    return 0;
}

static void on_published(void *context, const fault_t *fault, int64_t offset, bool duplicate)
{
    stage_t *stage = context;
    assert_null(fault);
    stage->published++;
    stage->duplicates += duplicate;
    stage->last_offset = offset;
}

static void publish(stage_t *stage, const char *topic, int count)
{
    for (int i = 0; i < count; i++) {
        bus_publish_t record = {.topic = topic, .payload = {"x", 1}};
        assert_int_equal(bus_publish(stage->bus, &record, on_published, stage, NULL), ERR_OK);
    }
}

static void first_publish_goes_at_once_and_the_others_together(void **state)
{
    stage_t *stage = *state;
    publish(stage, "jobs", 10);
    receive(stage);
    assert_int_equal(stage->header.kind, HDR_publish);
    assert_int_equal(stage->header.publish.sequence, 0);
    int64_t first = stage->header.publish.id;
    receive(stage);
    assert_int_equal(stage->header.kind, HDR_publish_batch);
    assert_int_equal(stage->header.publish_batch.count, 9);
    assert_int_equal(stage->header.publish_batch.sequence, 1);
    assert_int_equal(stage->header.publish_batch.id, first + 1);
    assert_int_equal(zmq_msg_size(&stage->frames[3]), 9);
    header_t header = {.kind = HDR_published,
                       .published = {.id = first, .sync = view_of("always"), .count = 10}};
    answer(stage, &header, (view_t){0}, (view_t){0});
    run_until(stage, &stage->published, 10);
    assert_int_equal(stage->last_offset, 9);
}

static void another_topic_is_another_message(void **state)
{
    stage_t *stage = *state;
    publish(stage, "jobs", 1);
    receive(stage);
    publish(stage, "jobs", 2);
    publish(stage, "mails", 2);
    receive(stage);
    assert_true(view_equals(stage->header.publish_batch.topic, "jobs"));
    receive(stage);
    assert_true(view_equals(stage->header.publish_batch.topic, "mails"));
    assert_int_equal(stage->header.publish_batch.sequence, 0);
    assert_int_equal(stage->header.publish_batch.count, 2);
}

static void what_had_no_answer_is_sent_again_with_its_numbers(void **state)
{
    stage_t *stage = *state;
    publish(stage, "jobs", 5);
    receive(stage);
    char producer[LIMIT_NAME_BYTES + 1] = "";
    memcpy(producer, stage->header.publish.producer.data, stage->header.publish.producer.size);
    receive(stage);
    fault_t fault;
    fault_set(&fault, ERR_UNAUTHENTICATED, "say hello first", "the broker has started anew");
    buf_t message = {0};
    message_pack_fault(&fault, &message);
    header_t refused = {.kind = HDR_refused, .refused = {.code = ERR_UNAUTHENTICATED}};
    buf_t bytes = {0};
    envelope_pack(&refused, &bytes);
    zmq_send(stage->router, zmq_msg_data(&stage->frames[0]), zmq_msg_size(&stage->frames[0]),
             ZMQ_SNDMORE);
    zmq_send(stage->router, bytes.data, bytes.size, ZMQ_SNDMORE);
    zmq_send(stage->router, message.data, message.size, 0);
    buf_release(&bytes);
    buf_release(&message);
    welcome(stage);
    receive(stage);
    assert_int_equal(stage->header.kind, HDR_publish_batch);
    assert_int_equal(stage->header.publish_batch.count, 5);
    assert_int_equal(stage->header.publish_batch.sequence, 0);
    assert_true(view_equals(stage->header.publish_batch.producer, producer));
}

static void on_settled(void *context, const fault_t *fault)
{
    stage_t *stage = context;
    stage->settled++;
    stage->failed += fault != NULL;
}

static void on_record(void *context, const bus_record_t *record)
{
    stage_t *stage = context;
    assert_int_equal(record->payload.size, 2);
    bus_ack(stage->bus, record->topic, record->group, record->offset, on_settled, stage);
}

// Items of two bytes each, from offset 0 on.
static void give_records(stage_t *stage, int64_t count)
{
    buf_t list = {0};
    codec_pack_list((uint32_t)count, &list);
    for (int64_t i = 0; i < count; i++) {
        hdr_item_t item = {.bytes = 2, .offset = i, .deliveries = 1};
        codec_pack_array(&envelope_row(HDR_item)->schema, &item, &list);
    }
    header_t header = {
        .kind = HDR_records,
        .records = {
            .topic = view_of("jobs"), .group = view_of("g"), .count = count, .lease_ms = 1000}};
    answer(stage, &header, (view_t){list.data, list.size},
           (view_t){"aabbccddee", (size_t)count * 2});
    buf_release(&list);
}

static void acks_of_a_batch_become_a_range(void **state)
{
    stage_t *stage = *state;
    bus_consume_t options = {.topic = "jobs", .group = "g", .credit = 10};
    assert_int_equal(bus_consume(stage->bus, &options, on_record, stage, NULL), ERR_OK);
    receive(stage);
    assert_int_equal(stage->header.consume.batch, LIMIT_BATCH);
    give_records(stage, 5);
    receive(stage);
    assert_int_equal(stage->header.kind, HDR_ack);
    assert_int_equal(stage->header.ack.offset, 0);
    header_t done = {.kind = HDR_done, .done = {.id = stage->header.ack.id}};
    answer(stage, &done, (view_t){0}, (view_t){0});
    receive(stage);
    assert_int_equal(stage->header.ack.offset, 1);
    assert_int_equal(stage->header.ack.count, 4);
    done.done = (hdr_done_t){.id = stage->header.ack.id, .count = 4};
    answer(stage, &done, (view_t){0}, (view_t){0});
    run_until(stage, &stage->settled, 5);
    assert_int_equal(stage->failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_publish_goes_at_once_and_the_others_together, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(another_topic_is_another_message, setup, teardown),
        cmocka_unit_test_setup_teardown(what_had_no_answer_is_sent_again_with_its_numbers, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(acks_of_a_batch_become_a_range, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
