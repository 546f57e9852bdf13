// SPDX-License-Identifier: MPL-2.0
#include "rig.h"
#include "test/unit/test.h"

static rig_t *rig_with_caller(void)
{
    rig_t *rig = rig_new(NULL);
    rig_hello(rig, "caller");
    return rig;
}

static void worker(rig_t *rig, const char *name, int64_t credit)
{
    rig_hello(rig, name);
    rig_serve(rig, name, "echo", credit);
    rig_expect(rig, name, HDR_done);
}

static int64_t expect_request(rig_t *rig, const char *name)
{
    const header_t *header = rig_expect(rig, name, HDR_request);
    assert_string_equal(rig->payload, "work");
    return header->request.id;
}

static void call_goes_to_the_worker_with_the_most_credit_left(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    worker(rig, "small", 1);
    worker(rig, "large", 3);
    for (int i = 0; i < 4; i++) {
        rig_call(rig, "caller", "echo", 1000, false);
    }
    for (int i = 0; i < 3; i++) {
        expect_request(rig, "large");
    }
    expect_request(rig, "small");
    rig_free(rig);
}

static void answer_carries_the_callers_id_and_the_rest_of_the_time(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    int64_t id = rig_call(rig, "caller", "echo", 1000, false);
    rig_pass(rig, 400);
    worker(rig, "worker", 1);
    const header_t *request = rig_expect(rig, "worker", HDR_request);
    assert_int_equal(request->request.remaining_ms, 600);
    assert_true(view_equals(request->request.client, "caller"));
    assert_true(view_equals(request->request.role, "local"));
    rig_reply(rig, "worker", request->request.id);
    const header_t *answer = rig_expect(rig, "caller", HDR_answer);
    assert_int_equal(answer->answer.id, id);
    assert_int_equal(answer->answer.code, ERR_OK);
    assert_string_equal(rig->payload, "result");
    rig_free(rig);
}

static void calls_wait_in_order_for_credit(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    worker(rig, "worker", 1);
    int64_t first = rig_call(rig, "caller", "echo", 1000, false);
    int64_t second = rig_call(rig, "caller", "echo", 1000, false);
    int64_t request = expect_request(rig, "worker");
    rig_expect_none(rig, "worker");
    rig_reply(rig, "worker", request);
    rig_reply(rig, "worker", expect_request(rig, "worker"));
    assert_int_equal(rig_expect(rig, "caller", HDR_answer)->answer.id, first);
    assert_int_equal(rig_expect(rig, "caller", HDR_answer)->answer.id, second);
    rig_free(rig);
}

static void call_is_answered_at_its_deadline_and_the_late_reply_dropped(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    worker(rig, "worker", 1);
    rig_call(rig, "caller", "echo", 1000, false);
    int64_t request = expect_request(rig, "worker");
    rig_pass(rig, 999);
    rig_expect_none(rig, "caller");
    rig_pass(rig, 1);
    rig_expect_fault(rig, "caller", HDR_answer, ERR_TIMEOUT);
    rig_call(rig, "caller", "echo", 1000, false);
    rig_expect_none(rig, "worker"); // still busy with the first
    rig_reply(rig, "worker", request);
    rig_expect_none(rig, "caller");
    expect_request(rig, "worker");
    rig_free(rig);
}

static void queued_call_times_out_too(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    worker(rig, "worker", 1);
    rig_call(rig, "caller", "echo", 60000, false);
    rig_call(rig, "caller", "echo", 1000, false);
    rig_pass(rig, 1000);
    rig_expect_fault(rig, "caller", HDR_answer, ERR_TIMEOUT);
    rig_free(rig);
}

static void call_of_an_absent_service_waits_two_seconds_then_names_it(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    rig_call(rig, "caller", "echo", 60000, false);
    rig_pass(rig, 1999);
    rig_expect_none(rig, "caller");
    rig_pass(rig, 1);
    rig_expect_fault(rig, "caller", HDR_answer, ERR_UNAVAILABLE);
    assert_string_equal(rig->fault.detail, "service 'echo' has no worker");
    rig_free(rig);
}

static void idempotent_call_is_given_to_another_worker_and_keeps_its_place(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    worker(rig, "first", 2);
    rig_call(rig, "caller", "echo", 60000, true);
    rig_call(rig, "caller", "echo", 60000, true);
    int64_t waiting = rig_call(rig, "caller", "echo", 60000, true);
    rig_gone(rig, "first");
    worker(rig, "second", 3);
    rig_expect(rig, "first", HDR_request);
    rig_expect(rig, "first", HDR_request);
    for (int i = 0; i < 3; i++) {
        rig_reply(rig, "second", expect_request(rig, "second"));
    }
    rig_expect(rig, "caller", HDR_answer);
    rig_expect(rig, "caller", HDR_answer);
    assert_int_equal(rig_expect(rig, "caller", HDR_answer)->answer.id, waiting);
    rig_free(rig);
}

static void idempotent_call_waits_for_the_workers_return_until_its_deadline(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    worker(rig, "worker", 1);
    rig_call(rig, "caller", "echo", 10000, true);
    expect_request(rig, "worker");
    rig_gone(rig, "worker");
    for (int i = 0; i < 2; i++) { // longer than an absent service is waited for
        header_t ping = {.kind = HDR_ping};
        rig_pass(rig, 4000);
        rig_send(rig, "caller", &ping, NULL);
        rig_expect(rig, "caller", HDR_pong);
    }
    worker(rig, "worker", 1);
    rig_reply(rig, "worker", expect_request(rig, "worker"));
    assert_int_equal(rig_expect(rig, "caller", HDR_answer)->answer.code, ERR_OK);
    rig_free(rig);
}

static void call_that_kills_its_workers_is_given_up(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    rig_call(rig, "caller", "echo", 60000, true);
    for (int i = 0; i < CORE_ATTEMPTS_MAX; i++) {
        worker(rig, "worker", 1);
        expect_request(rig, "worker");
        rig_gone(rig, "worker");
    }
    rig_expect_fault(rig, "caller", HDR_answer, ERR_UNAVAILABLE);
    rig_free(rig);
}

static void worker_that_stops_serving_may_still_reply(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    worker(rig, "worker", 2);
    rig_call(rig, "caller", "echo", 60000, false);
    int64_t request = expect_request(rig, "worker");
    rig_serve(rig, "worker", "echo", 0);
    rig_expect(rig, "worker", HDR_done);
    rig_call(rig, "caller", "echo", 60000, false);
    rig_expect_none(rig, "worker");
    rig_reply(rig, "worker", request);
    rig_expect(rig, "caller", HDR_answer);
    rig_pass(rig, 2000);
    rig_expect_fault(rig, "caller", HDR_answer, ERR_UNAVAILABLE); // the second
    rig_free(rig);
}

static void reply_of_another_than_the_worker_is_ignored(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    worker(rig, "worker", 1);
    rig_hello(rig, "thief");
    rig_call(rig, "caller", "echo", 60000, false);
    int64_t request = expect_request(rig, "worker");
    rig_reply(rig, "thief", request);
    rig_expect_none(rig, "caller");
    rig_reply(rig, "worker", request);
    rig_expect(rig, "caller", HDR_answer);
    rig_free(rig);
}

static void cancelled_call_is_not_answered(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    worker(rig, "worker", 1);
    int64_t given = rig_call(rig, "caller", "echo", 60000, false);
    int64_t queued = rig_call(rig, "caller", "echo", 60000, false);
    int64_t request = expect_request(rig, "worker");
    header_t cancel = {.kind = HDR_cancel, .cancel = {.id = queued}};
    rig_send(rig, "caller", &cancel, NULL);
    cancel.cancel.id = given;
    rig_send(rig, "caller", &cancel, NULL);
    rig_reply(rig, "worker", request);
    rig_expect_none(rig, "worker");
    rig_expect_none(rig, "caller");
    rig_free(rig);
}

static void calls_of_a_client_that_left_are_dropped(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    worker(rig, "worker", 1);
    rig_call(rig, "caller", "echo", 60000, true);
    rig_call(rig, "caller", "echo", 60000, true);
    int64_t request = expect_request(rig, "worker");
    header_t goodbye = {.kind = HDR_goodbye};
    rig_send(rig, "caller", &goodbye, NULL);
    rig_reply(rig, "worker", request);
    rig_expect_none(rig, "worker");
    rig_expect_none(rig, "caller");
    rig_free(rig);
}

static void too_many_waiting_calls_are_busy(void **state)
{
    (void)state;
    rig_t *rig = rig_with_caller();
    for (int i = 0; i < CORE_PENDING_MAX; i++) {
        rig_call(rig, "caller", "echo", 60000, false);
    }
    rig_expect_none(rig, "caller");
    rig_call(rig, "caller", "echo", 60000, false);
    rig_expect_fault(rig, "caller", HDR_answer, ERR_BUSY);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(call_goes_to_the_worker_with_the_most_credit_left),
        cmocka_unit_test(answer_carries_the_callers_id_and_the_rest_of_the_time),
        cmocka_unit_test(calls_wait_in_order_for_credit),
        cmocka_unit_test(call_is_answered_at_its_deadline_and_the_late_reply_dropped),
        cmocka_unit_test(queued_call_times_out_too),
        cmocka_unit_test(call_of_an_absent_service_waits_two_seconds_then_names_it),
        cmocka_unit_test(idempotent_call_is_given_to_another_worker_and_keeps_its_place),
        cmocka_unit_test(idempotent_call_waits_for_the_workers_return_until_its_deadline),
        cmocka_unit_test(call_that_kills_its_workers_is_given_up),
        cmocka_unit_test(worker_that_stops_serving_may_still_reply),
        cmocka_unit_test(reply_of_another_than_the_worker_is_ignored),
        cmocka_unit_test(cancelled_call_is_not_answered),
        cmocka_unit_test(calls_of_a_client_that_left_are_dropped),
        cmocka_unit_test(too_many_waiting_calls_are_busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
