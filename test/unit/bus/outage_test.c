// SPDX-License-Identifier: MPL-2.0
// A broker whose disk, directory or neighbour is not as it should be.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "fixture.h"
#include "test/unit/log/faulty_disk.h"
#include "test/unit/test.h"

static faulty_disk_t disk;

static int setup(void **state)
{
    fixture_t *fixture = malloc(sizeof *fixture);
    fixture_new(fixture);
    faulty_disk_init(&disk);
    fixture->disk = &disk.calls;
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    fixture_release(*state);
    free(*state);
    return 0;
}

static err_t publish(bus_t *bus, int64_t deadline_ms, fault_t *fault)
{
    static char payload[1024];
    bus_publish_t record = {.topic = "jobs", .payload = {payload, sizeof payload}};
    return bus_publish_wait(bus, &record, deadline_ms, NULL, fault);
}

static void failed_sync_ends_the_broker_and_nothing_is_acknowledged(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    bus_t *bus = fixture_bus(fixture, "gateway", "1");
    fault_t fault;
    assert_int_equal(publish(bus, FIXTURE_WAIT_MS, &fault), ERR_OK);
    disk.fail_sync = EIO;
    assert_int_equal(publish(bus, 200, &fault), ERR_TIMEOUT);
    fixture_join(fixture);
    assert_int_equal(fixture->result, ERR_IO);
    assert_non_null(strstr(fixture->fault.detail, "fdatasync"));
    bus_destroy(&bus);
}

static void full_disk_refuses_publishes_until_there_is_room(void **state)
{
    fixture_t *fixture = *state;
    fixture->core.segment_bytes = 16384;
    fixture_start(fixture);
    bus_t *bus = fixture_bus(fixture, "gateway", "1");
    fault_t fault;
    disk.fail_allocate = ENOSPC;
    err_t err = ERR_OK;
    for (int i = 0; i < 64 && err == ERR_OK; i++) {
        err = publish(bus, FIXTURE_WAIT_MS, &fault);
    }
    assert_int_equal(err, ERR_FULL);
    assert_int_equal(publish(bus, FIXTURE_WAIT_MS, &fault), ERR_FULL);
    disk.fail_allocate = 0; // the broker looks for room once a second
    int64_t until_ms = clock_mono_ms() + FIXTURE_WAIT_MS;
    const bool never = false;
    while ((err = publish(bus, FIXTURE_WAIT_MS, &fault)) == ERR_FULL &&
           clock_mono_ms() < until_ms) {
        bus_run(bus, &never, 20);
    }
    assert_int_equal(err, ERR_OK);
    bus_destroy(&bus);
}

static void second_broker_on_the_directory_is_refused(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    broker_options_t options = {.data_dir = fixture->dir, .ready_fd = -1};
    fault_t fault;
    assert_int_equal(broker_run_until(&options, -1, &fault), ERR_CONFLICT);
    assert_non_null(strstr(fault.detail, fixture->dir));
}

static void damaged_log_is_not_started_on(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    bus_t *bus = fixture_bus(fixture, "gateway", "1");
    fault_t fault;
    assert_int_equal(publish(bus, FIXTURE_WAIT_MS, &fault), ERR_OK);
    assert_int_equal(publish(bus, FIXTURE_WAIT_MS, &fault), ERR_OK);
    bus_destroy(&bus);
    fixture_stop(fixture);
    char path[128];
    snprintf(path, sizeof path, "%s/log/0000000001.log", fixture->dir);
    int file = open(path, O_RDWR);
    assert_int_equal(pwrite(file, "\xff", 1, 200), 1);
    close(file);
    broker_options_t options = {.data_dir = fixture->dir, .ready_fd = -1};
    assert_int_equal(broker_run_until(&options, -1, &fault), ERR_CORRUPT);
    assert_non_null(strstr(fault.detail, "0000000001.log"));
}

static void path_too_long_for_a_socket_is_refused(void **state)
{
    (void)state;
    char path[256];
    memset(path, 'x', sizeof path);
    memcpy(path, "/tmp/", 5);
    path[sizeof path - 1] = '\0';
    broker_options_t options = {.data_dir = path, .ready_fd = -1};
    fault_t fault;
    assert_int_equal(broker_run_until(&options, -1, &fault), ERR_INVALID);
    assert_string_equal(fault.remedy, "use a data directory with a shorter path");
    assert_int_not_equal(access(path, F_OK), 0);
}

static void sockets_are_for_the_owner_alone(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    char path[128];
    struct stat status;
    snprintf(path, sizeof path, "%s/run", fixture->dir);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(failed_sync_ends_the_broker_and_nothing_is_acknowledged,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(full_disk_refuses_publishes_until_there_is_room, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(second_broker_on_the_directory_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(damaged_log_is_not_started_on, setup, teardown),
        cmocka_unit_test(path_too_long_for_a_socket_is_refused),
        cmocka_unit_test_setup_teardown(sockets_are_for_the_owner_alone, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
