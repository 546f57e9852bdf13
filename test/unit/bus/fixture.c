// SPDX-License-Identifier: MPL-2.0
#include "fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/log.h"
#include "proto/endpoint.h"
#include "test/unit/test.h"

void fixture_new(fixture_t *fixture)
{
    *fixture = (fixture_t){0};
    snprintf(fixture->dir, sizeof fixture->dir, "/tmp/autodp-bus-XXXXXX");
    assert_non_null(mkdtemp(fixture->dir));
    log_open("broker", LOG_ERROR);
}

static void *run_broker(void *context)
{
    fixture_t *fixture = context;
    broker_options_t options = {.data_dir = fixture->dir,
                                .ready_fd = fixture->ready[1],
                                .disk = fixture->disk,
                                .core = fixture->core};
    fixture->result = broker_run_until(&options, fixture->stop[0], &fixture->fault);
    close(fixture->ready[1]); // so that whoever waits for it does not wait for ever
    return NULL;
}

void fixture_start(fixture_t *fixture)
{
    char byte = 0;
    assert_int_equal(pipe(fixture->stop), 0);
    assert_int_equal(pipe(fixture->ready), 0);
    assert_int_equal(pthread_create(&fixture->thread, NULL, run_broker, fixture), 0);
    fixture->running = true;
    if (read(fixture->ready[0], &byte, 1) != 1) {
        fail_msg("the broker did not start: %s", fixture->fault.detail);
    }
}

void fixture_join(fixture_t *fixture)
{
    pthread_join(fixture->thread, NULL);
    fixture->running = false;
    close(fixture->stop[0]);
    close(fixture->stop[1]);
    close(fixture->ready[0]);
}

void fixture_stop(fixture_t *fixture)
{
    assert_int_equal(write(fixture->stop[1], "x", 1), 1);
    fixture_join(fixture);
    assert_int_equal(fixture->result, ERR_OK);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

void fixture_release(fixture_t *fixture)
{
    if (fixture->running) {
        fixture_stop(fixture);
    }
    nftw(fixture->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

bus_t *fixture_bus(const fixture_t *fixture, const char *name, const char *instance)
{
    char broker[ENDPOINT_SIZE];
    char in[ENDPOINT_SIZE];
    char out[ENDPOINT_SIZE];
    endpoint_path(broker, fixture->dir, ENDPOINT_BROKER, NULL);
    endpoint_path(in, fixture->dir, ENDPOINT_HEARTBEAT_IN, NULL);
    endpoint_path(out, fixture->dir, ENDPOINT_HEARTBEAT_OUT, NULL);
    bus_options_t options = {
        .endpoint = broker, .publish = in, .subscribe = out, .name = name, .instance = instance};
    fault_t fault;
    bus_t *bus = bus_new(&options, &fault);
    assert_non_null(bus);
    return bus;
}

void fixture_run(bus_t *bus, const bool *done)
{
    bus_run(bus, done, FIXTURE_WAIT_MS);
    assert_true(*done);
}

void fixture_run_two(bus_t *one, bus_t *other, const bool *done)
{
    int64_t end_ms = clock_mono_ms() + FIXTURE_WAIT_MS;
    while (!*done && clock_mono_ms() < end_ms) {
        zmq_pollitem_t items[] = {{.socket = bus_socket(one), .events = ZMQ_POLLIN},
                                  {.socket = bus_socket(other), .events = ZMQ_POLLIN},
                                  {.socket = bus_heartbeat_socket(one), .events = ZMQ_POLLIN},
                                  {.socket = bus_heartbeat_socket(other), .events = ZMQ_POLLIN}};
        int64_t first = bus_timer_ms(one);
        int64_t second = bus_timer_ms(other);
        zmq_poll(items, 4, (long)(first < second ? first : second));
        bus_process(one);
        bus_process(other);
    }
    assert_true(*done);
}
