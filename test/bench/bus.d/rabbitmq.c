// SPDX-License-Identifier: MPL-2.0
// RabbitMQ, one quorum queue. WHERE is the port.
//
// rabbitmq publish PORT   confirms, --window on the way
// rabbitmq consume PORT   prefetch --batch, one acknowledgement for a tenth of it; AMQP 0-9-1 does
// not confirm
//                         acknowledgements: the time ends when the broker answers a request behind
//                         the last
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

enum { CHANNEL = 1, FRAME_MAX = 131072, ACKS_A_PREFETCH = 10 };

typedef struct {
    options_t options;
    amqp_connection_state_t amqp;
    amqp_bytes_t queue;
    pace_t pace;
    tally_t tally;
} driver_t;

static void check(amqp_rpc_reply_t reply, const char *what)
{
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        die("%s: %s", what,
            reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION
                ? amqp_error_string2(reply.library_error)
                : "the server refuses");
    }
}

static void check_last(const driver_t *driver, const char *what)
{
    check(amqp_get_rpc_reply(driver->amqp), what);
}

static void declare(driver_t *driver)
{
    amqp_table_entry_t entry = {
        .key = amqp_cstring_bytes("x-queue-type"),
        .value = {.kind = AMQP_FIELD_KIND_UTF8, .value.bytes = amqp_cstring_bytes("quorum")}};
    amqp_table_t arguments = {.num_entries = 1, .entries = &entry};
    amqp_queue_declare(driver->amqp, CHANNEL, driver->queue, 0, 1, 0, 0, arguments);
    check_last(driver, "queue.declare");
}

static void open_channel(driver_t *driver)
{
    driver->amqp = amqp_new_connection();
    driver->queue = amqp_cstring_bytes("bench");
    amqp_socket_t *socket = amqp_tcp_socket_new(driver->amqp);
    must(socket && amqp_socket_open(socket, "127.0.0.1",
                                    (int)strtol(driver->options.where, NULL, 10)) == 0,
         "amqp_socket_open");
    check(amqp_login(driver->amqp, "/", 0, FRAME_MAX, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"),
          "login");
    amqp_channel_open(driver->amqp, CHANNEL);
    check_last(driver, "channel.open");
    declare(driver);
}

// --- Publishing

static void publish_one(driver_t *driver)
{
    char body[RECORD_MAX];
    record_fill(body, driver->pace.sent, driver->options.bytes);
    amqp_basic_properties_t properties = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG,
                                          .delivery_mode = AMQP_DELIVERY_PERSISTENT};
    if (amqp_basic_publish(driver->amqp, CHANNEL, amqp_empty_bytes, driver->queue, 0, 0,
                           &properties, (amqp_bytes_t){driver->options.bytes, body})) {
        die("basic.publish");
    }
    driver->pace.sent++;
}

// Confirms come in order or not: `multiple` confirms all up to its tag.
static void take_confirm(driver_t *driver, uint64_t *floor)
{
    amqp_frame_t frame;
    amqp_maybe_release_buffers(driver->amqp);
    if (amqp_simple_wait_frame(driver->amqp, &frame) != AMQP_STATUS_OK ||
        frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD) {
        die("a publish was not confirmed");
    }
    const amqp_basic_ack_t *ack = frame.payload.method.decoded;
    if (!ack->multiple) {
        driver->pace.acked++;
        *floor += ack->delivery_tag == *floor + 1;
    } else if (ack->delivery_tag > *floor) {
        driver->pace.acked += ack->delivery_tag - *floor;
        *floor = ack->delivery_tag;
    }
}

static void publish(driver_t *driver)
{
    uint64_t floor = 0;
    amqp_confirm_select(driver->amqp, CHANNEL);
    check_last(driver, "confirm.select");
    driver->pace = pace_begin(&driver->options);
    while (pace_more(&driver->pace) || driver->pace.acked < driver->pace.sent) {
        while (pace_may_send(&driver->pace)) {
            publish_one(driver);
        }
        if (driver->pace.acked < driver->pace.sent) {
            take_confirm(driver, &floor);
        }
    }
    pace_print(&driver->pace);
}

// --- Consuming

static void take_message(driver_t *driver, uint64_t acks_every)
{
    amqp_envelope_t envelope;
    amqp_maybe_release_buffers(driver->amqp);
    check(amqp_consume_message(driver->amqp, &envelope, NULL, 0), "basic.deliver");
    tally_take(&driver->tally, envelope.message.body.bytes, envelope.message.body.len);
    uint64_t tag = envelope.delivery_tag;
    if ((tag % acks_every == 0 || tally_whole(&driver->tally)) &&
        amqp_basic_ack(driver->amqp, CHANNEL, tag, 1)) {
        die("basic.ack");
    }
    amqp_destroy_envelope(&envelope);
}

static void consume(driver_t *driver)
{
    uint64_t acks_every = driver->options.batch / ACKS_A_PREFETCH + 1;
    driver->tally = tally_of(&driver->options);
    amqp_basic_qos(driver->amqp, CHANNEL, 0, (uint16_t)driver->options.batch, 0);
    check_last(driver, "basic.qos");
    int64_t began_ns = now_ns();
    amqp_basic_consume(driver->amqp, CHANNEL, driver->queue, amqp_empty_bytes, 0, 0, 0,
                       amqp_empty_table);
    check_last(driver, "basic.consume");
    while (!tally_whole(&driver->tally)) {
        take_message(driver, acks_every);
    }
    declare(driver); // its answer comes behind the acknowledgements
    tally_print(&driver->tally, began_ns);
    free(driver->tally.seen);
}

int main(int argc, char **argv)
{
    driver_t driver = {.options = options_read(argc, argv)};
    open_channel(&driver);
    if (strcmp(driver.options.what, "publish") == 0) {
        publish(&driver);
    } else if (strcmp(driver.options.what, "consume") == 0) {
        consume(&driver);
    }
    amqp_connection_close(driver.amqp, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(driver.amqp);
    return 0;
}
