// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "test/unit/test.h"

// What a call came to.
typedef struct {
    bool done;
    err_t code;
    char detail[FAULT_DETAIL_MAX];
    char message[256];
    size_t payload_size;
} outcome_t;

static void on_answer(void *context, const fault_t *fault, bytes_t message, bytes_t payload)
{
    outcome_t *outcome = context;
    outcome->done = true;
    outcome->code = fault ? fault->code : ERR_OK;
    if (fault) {
        strcpy(outcome->detail, fault->detail); // NOLINT: of the same size
        return;
    }
    memcpy(outcome->message, message.data, message.size < 255 ? message.size : 255);
    outcome->payload_size = payload.size;
}

// A worker that answers with the method's name, or keeps the request.
typedef struct {
    bus_t *bus;
    int64_t requests;
    int64_t kept;
    bool keep;
    bool got;
} worker_t;

static void on_request(void *context, const bus_request_t *request)
{
    worker_t *worker = context;
    worker->requests++;
    worker->got = true;
    assert_string_equal(request->role, "local");
    assert_string_equal(request->client, "cli");
    if (worker->keep) {
        worker->kept = request->id;
        return;
    }
    bus_reply(worker->bus, request->id, NULL, (bytes_t){request->method, strlen(request->method)},
              request->payload);
}

static int setup(void **state)
{
    fixture_t *fixture = malloc(sizeof *fixture);
    fixture_new(fixture);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    fixture_release(*state);
    free(*state);
    return 0;
}

static void call(bus_t *bus, const char *method, int64_t deadline_ms, bool idempotent,
                 outcome_t *outcome)
{
    fault_t fault;
    *outcome = (outcome_t){0};
    bytes_t payload = {"0123456789", 10};
    assert_int_equal(bus_call(bus, "echo", method, (bytes_t){"\x80", 1}, payload, deadline_ms,
                              idempotent, on_answer, outcome, NULL, &fault),
                     ERR_OK);
}

static void call_is_answered_by_the_worker(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    worker_t worker = {.bus = fixture_bus(fixture, "worker", "1")};
    bus_t *caller = fixture_bus(fixture, "cli", "1");
    fault_t fault;
    assert_int_equal(bus_serve(worker.bus, "echo", 4, on_request, &worker, &fault), ERR_OK);
    outcome_t outcome;
    call(caller, "shout", 5000, false, &outcome);
    fixture_run_two(worker.bus, caller, &outcome.done);
    assert_int_equal(outcome.code, ERR_OK);
    assert_string_equal(outcome.message, "shout");
    assert_int_equal(outcome.payload_size, 10);
    bus_destroy(&worker.bus);
    bus_destroy(&caller);
}

static void call_made_before_the_broker_is_there_is_answered(void **state)
{
    fixture_t *fixture = *state;
    worker_t worker = {.bus = fixture_bus(fixture, "worker", "1")};
    bus_t *caller = fixture_bus(fixture, "cli", "1");
    fault_t fault;
    assert_int_equal(bus_serve(worker.bus, "echo", 4, on_request, &worker, &fault), ERR_OK);
    outcome_t outcome;
    call(caller, "early", 10000, false, &outcome);
    bool never = false;
    bus_run(caller, &never, 50);
    fixture_start(fixture);
    fixture_run_two(worker.bus, caller, &outcome.done);
    assert_string_equal(outcome.message, "early");
    bus_destroy(&worker.bus);
    bus_destroy(&caller);
}

static void call_without_a_broker_is_unavailable_at_its_deadline(void **state)
{
    fixture_t *fixture = *state;
    bus_t *caller = fixture_bus(fixture, "cli", "1");
    outcome_t outcome;
    call(caller, "nobody", 50, false, &outcome);
    fixture_run(caller, &outcome.done);
    assert_int_equal(outcome.code, ERR_UNAVAILABLE);
    assert_non_null(strstr(outcome.detail, "broker.sock"));
    bus_destroy(&caller);
}

static void service_without_a_worker_is_named(void **state)
{
    fixture_t *fixture = *state;
    fixture->core.absence_ms = 50;
    fixture_start(fixture);
    bus_t *caller = fixture_bus(fixture, "cli", "1");
    outcome_t outcome;
    call(caller, "nobody", 5000, false, &outcome);
    fixture_run(caller, &outcome.done);
    assert_int_equal(outcome.code, ERR_UNAVAILABLE);
    assert_string_equal(outcome.detail, "service 'echo' has no worker");
    bus_destroy(&caller);
}

static void idempotent_call_of_a_dead_worker_goes_to_another(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    worker_t first = {.bus = fixture_bus(fixture, "worker", "1"), .keep = true};
    worker_t second = {.bus = fixture_bus(fixture, "worker", "2")};
    bus_t *caller = fixture_bus(fixture, "cli", "1");
    fault_t fault;
    bus_serve(first.bus, "echo", 1, on_request, &first, &fault);
    outcome_t repeated;
    call(caller, "again", 10000, true, &repeated);
    fixture_run_two(first.bus, caller, &first.got);
    bus_destroy(&first.bus); // without a reply
    bus_serve(second.bus, "echo", 1, on_request, &second, &fault);
    fixture_run_two(second.bus, caller, &repeated.done);
    assert_int_equal(repeated.code, ERR_OK);
    assert_int_equal(second.requests, 1);
    bus_destroy(&second.bus);
    bus_destroy(&caller);
}

static void other_call_of_a_dead_worker_fails_at_once(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    worker_t worker = {.bus = fixture_bus(fixture, "worker", "1"), .keep = true};
    bus_t *caller = fixture_bus(fixture, "cli", "1");
    fault_t fault;
    bus_serve(worker.bus, "echo", 1, on_request, &worker, &fault);
    outcome_t outcome;
    call(caller, "once", 600000, false, &outcome);
    fixture_run_two(worker.bus, caller, &worker.got);
    bus_destroy(&worker.bus);
    fixture_run(caller, &outcome.done);
    assert_int_equal(outcome.code, ERR_UNAVAILABLE);
    bus_destroy(&caller);
}

static void late_reply_is_dropped_and_the_worker_serves_on(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    worker_t worker = {.bus = fixture_bus(fixture, "worker", "1"), .keep = true};
    bus_t *caller = fixture_bus(fixture, "cli", "1");
    fault_t fault;
    bus_serve(worker.bus, "echo", 1, on_request, &worker, &fault);
    outcome_t late;
    call(caller, "late", 100, false, &late);
    fixture_run_two(worker.bus, caller, &worker.got);
    fixture_run(caller, &late.done);
    assert_int_equal(late.code, ERR_TIMEOUT);
    bus_reply(worker.bus, worker.kept, NULL, (bytes_t){"\x80", 1}, (bytes_t){0});
    worker.keep = false;
    outcome_t next;
    call(caller, "next", 5000, false, &next);
    fixture_run_two(worker.bus, caller, &next.done);
    assert_string_equal(next.message, "next");
    bus_destroy(&worker.bus);
    bus_destroy(&caller);
}

static void service_is_served_again_after_a_broker_restart(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    worker_t worker = {.bus = fixture_bus(fixture, "worker", "1")};
    bus_t *caller = fixture_bus(fixture, "cli", "1");
    fault_t fault;
    bus_serve(worker.bus, "echo", 1, on_request, &worker, &fault);
    outcome_t outcome;
    call(caller, "before", 5000, false, &outcome);
    fixture_run_two(worker.bus, caller, &outcome.done);
    fixture_stop(fixture);
    fixture_start(fixture);
    call(caller, "after", 15000, true, &outcome);
    fixture_run_two(worker.bus, caller, &outcome.done);
    assert_int_equal(outcome.code, ERR_OK);
    assert_string_equal(outcome.message, "after");
    bus_destroy(&worker.bus);
    bus_destroy(&caller);
}

static void too_many_pending_calls_are_busy(void **state)
{
    fixture_t *fixture = *state;
    bus_options_t options = {.endpoint = "ipc:///tmp/autodp-nobody.sock",
                             .name = "cli",
                             .instance = "1",
                             .pending_max = 2};
    fault_t fault;
    bus_t *caller = bus_new(&options, &fault);
    outcome_t outcomes[2];
    call(caller, "one", 5000, false, &outcomes[0]);
    call(caller, "two", 5000, false, &outcomes[1]);
    assert_int_equal(bus_call(caller, "echo", "three", (bytes_t){0}, (bytes_t){0}, 5000, false,
                              NULL, NULL, NULL, &fault),
                     ERR_BUSY);
    bus_destroy(&caller);
    (void)fixture;
}

static void ws_endpoint_is_refused(void **state)
{
    (void)state;
    bus_options_t options = {.endpoint = "ws://127.0.0.1:1", .name = "cli", .instance = "1"};
    fault_t fault;
    assert_null(bus_new(&options, &fault));
    assert_int_equal(fault.code, ERR_UNSUPPORTED);
}

static void on_heartbeat(void *context, const msg_heartbeat_t *heartbeat)
{
    outcome_t *outcome = context;
    if (strcmp(heartbeat->name, "worker") == 0) {
        outcome->payload_size++;
        outcome->done = heartbeat->sequence == 3;
    }
}

static void late_subscriber_gets_the_last_heartbeat_once(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    bus_t *worker = fixture_bus(fixture, "worker", "1");
    bus_t *early = fixture_bus(fixture, "health", "1");
    outcome_t heard = {0};
    bus_on_heartbeat(early, on_heartbeat, &heard);
    msg_heartbeat_t heartbeat = {
        .name = "worker", .instance = "1", .incarnation = "a", .sequence = 1, .state = "ready"};
    bool connected = false;
    while (!connected) { // until the publisher is connected, what it sends goes nowhere
        bool never = false;
        bus_heartbeat(worker, &heartbeat);
        bus_run(worker, &never, 5);
        bus_run(early, &never, 5);
        connected = heard.payload_size > 0;
    }
    heartbeat.sequence = 3;
    bus_heartbeat(worker, &heartbeat);
    fixture_run_two(worker, early, &heard.done);
    bus_t *late = fixture_bus(fixture, "health", "2");
    outcome_t heard_late = {0};
    bus_on_heartbeat(late, on_heartbeat, &heard_late);
    fixture_run_two(early, late, &heard_late.done);
    assert_int_equal(heard_late.payload_size, 1);
    assert_int_equal(heard.payload_size, 2); // what was sent again for the other is not heard again
    bus_destroy(&worker);
    bus_destroy(&early);
    bus_destroy(&late);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(call_is_answered_by_the_worker, setup, teardown),
        cmocka_unit_test_setup_teardown(call_made_before_the_broker_is_there_is_answered, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(call_without_a_broker_is_unavailable_at_its_deadline, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(service_without_a_worker_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(idempotent_call_of_a_dead_worker_goes_to_another, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(other_call_of_a_dead_worker_fails_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(late_reply_is_dropped_and_the_worker_serves_on, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(service_is_served_again_after_a_broker_restart, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(too_many_pending_calls_are_busy, setup, teardown),
        cmocka_unit_test(ws_endpoint_is_refused),
        cmocka_unit_test_setup_teardown(late_subscriber_gets_the_last_heartbeat_once, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
