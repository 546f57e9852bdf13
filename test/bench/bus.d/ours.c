// SPDX-License-Identifier: MPL-2.0
// Our broker through our client library. WHERE is the broker's endpoint.
//
// ours publish E   one connection, --window records on the way, to --topics topics in turn
// ours consume E   groups of those topics with a credit of --batch; each record is compared,
// acknowledged,
//                  and the acknowledgement confirmed
// ours serve E     a service that sends back what it gets
// ours call E      one call of --bytes at a time
//
// With --curve the broker is where the key file --file says.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "bus/bus.h"
#include "measure.h"

enum { WAIT_MS = 30000, NAME_BYTES = 32 };

typedef struct {
    bus_t *bus;
    pace_t pace;
    tally_t tally;
} driver_t;

static void topic_name(char name[NAME_BYTES], uint64_t number)
{
    snprintf(name, NAME_BYTES, "bench.%llu", (unsigned long long)number);
}

static bus_t *connect_bus(const options_t *options)
{
    bus_options_t bus_options = {.name = "bench", .instance = options->what};
    bus_options.endpoint = options->curve ? NULL : options->where;
    bus_options.keys = options->curve ? options->file : NULL;
    fault_t fault;
    bus_t *bus = bus_new(&bus_options, &fault);
    if (!bus) {
        die("%s", fault.detail);
    }
    int64_t end_ms = clock_mono_ms() + WAIT_MS;
    while (!bus_connected(bus) && clock_mono_ms() < end_ms) {
        bus_run(bus, &(bool){false}, 1);
    }
    if (!bus_connected(bus)) {
        die("no broker at %s", options->where);
    }
    return bus;
}

static void step(bus_t *bus)
{
    zmq_pollitem_t item = {.socket = bus_socket(bus), .events = ZMQ_POLLIN};
    zmq_poll(&item, 1, (long)bus_timer_ms(bus));
    bus_process(bus);
}

static void on_published(void *context, const fault_t *fault, int64_t offset, bool duplicate)
{
    driver_t *driver = context;
    if (fault || offset < 0 || duplicate) {
        die("a publish: %s", fault ? fault->detail : "a duplicate");
    }
    driver->pace.acked++;
}

static void publish_one(driver_t *driver, const options_t *options)
{
    char body[RECORD_MAX];
    char topic[NAME_BYTES];
    fault_t fault;
    topic_name(topic, driver->pace.sent % options->topics);
    record_fill(body, driver->pace.sent, options->bytes);
    bus_publish_t record = {.topic = topic, .payload = {body, options->bytes}};
    if (bus_publish(driver->bus, &record, on_published, driver, &fault)) {
        die("%s", fault.detail);
    }
    driver->pace.sent++;
}

static void publish(driver_t *driver, const options_t *options)
{
    driver->pace = pace_begin(options);
    while (pace_more(&driver->pace) || driver->pace.acked < driver->pace.sent) {
        while (pace_may_send(&driver->pace)) {
            publish_one(driver, options);
        }
        step(driver->bus);
    }
    pace_print(&driver->pace);
}

static void on_settled(void *context, const fault_t *fault)
{
    driver_t *driver = context;
    if (fault) {
        die("an acknowledgement: %s", fault->detail);
    }
    driver->pace.acked++;
}

static void on_record(void *context, const bus_record_t *record)
{
    driver_t *driver = context;
    tally_take(&driver->tally, record->payload.data, record->payload.size);
    driver->pace.sent++;
    if (bus_ack(driver->bus, record->topic, record->group, record->offset, on_settled, driver)) {
        die("offset %lld could not be acknowledged", (long long)record->offset);
    }
}

static void consume(driver_t *driver, const options_t *options)
{
    driver->tally = tally_of(options);
    int64_t began_ns = now_ns();
    for (uint64_t i = 0; i < options->topics; i++) {
        char topic[NAME_BYTES];
        topic_name(topic, i);
        bus_consume_t group = {.topic = topic, .group = "bench", .credit = (int64_t)options->batch};
        fault_t fault;
        if (bus_consume(driver->bus, &group, on_record, driver, &fault)) {
            die("%s", fault.detail);
        }
    }
    while (!tally_whole(&driver->tally) || driver->pace.acked < driver->pace.sent) {
        step(driver->bus);
    }
    tally_print(&driver->tally, began_ns);
    free(driver->tally.seen);
}

static void on_request(void *context, const bus_request_t *request)
{
    driver_t *driver = context;
    bus_reply(driver->bus, request->id, NULL, request->message, request->payload);
}

static void serve(driver_t *driver)
{
    fault_t fault;
    if (bus_serve(driver->bus, "echo", 16, on_request, driver, &fault)) {
        die("%s", fault.detail);
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        step(driver->bus);
    }
}

static void call_one(driver_t *driver, bytes_t body)
{
    static const char EMPTY_MAP[] = "\x80";
    buf_t answer = {0};
    fault_t fault;
    if (bus_call_wait(driver->bus, "echo", "echo", (bytes_t){EMPTY_MAP, 1}, body, WAIT_MS, false,
                      NULL, &answer, &fault)) {
        die("a call: %s", fault.detail);
    }
    if (answer.size != body.size || memcmp(answer.data, body.data, body.size) != 0) {
        die("an answer is not what was sent");
    }
    buf_release(&answer);
}

static void call(driver_t *driver, const options_t *options)
{
    char body[RECORD_MAX];
    samples_t samples = {0};
    record_fill(body, 0, options->bytes);
    call_one(driver, (bytes_t){body, options->bytes}); // waits until the service is there
    for (pace_t pace = pace_begin(options); pace_more(&pace); pace.sent++) {
        record_fill(body, pace.sent, options->bytes);
        int64_t began_ns = now_ns();
        call_one(driver, (bytes_t){body, options->bytes});
        samples_add(&samples, now_ns() - began_ns);
    }
    samples_print(&samples, 0);
    free(samples.ns);
}

int main(int argc, char **argv)
{
    options_t options = options_read(argc, argv);
    driver_t driver = {.bus = connect_bus(&options)};
    if (strcmp(options.what, "publish") == 0) {
        publish(&driver, &options);
    } else if (strcmp(options.what, "consume") == 0) {
        consume(&driver, &options);
    } else if (strcmp(options.what, "serve") == 0) {
        serve(&driver);
    } else {
        call(&driver, &options);
    }
    bus_destroy(&driver.bus);
    return 0;
}
