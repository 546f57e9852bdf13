// SPDX-License-Identifier: MPL-2.0
#include "rig.h"
#include "test/unit/test.h"

static void publish(rig_t *rig, const char *key, const char *payload)
{
    rig_publish(rig, "p", "jobs", key, NULL, payload);
    rig_expect(rig, "p", HDR_published);
}

static void ack_is_confirmed_when_it_is_on_disk(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    rig_expect_record(rig, "c", 0, 1);
    rig->hold_appends = true;
    int64_t id = rig_ack(rig, "c", "jobs", "g", 0);
    rig_expect_none(rig, "c");
    rig_commit(rig);
    assert_int_equal(rig_expect(rig, "c", HDR_done)->done.id, id);
    rig_free(rig);
}

static void settled_record_is_never_delivered_again(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    rig_expect_record(rig, "c", 0, 1);
    rig_ack(rig, "c", "jobs", "g", 0);
    rig_expect(rig, "c", HDR_done);
    rig_ack(rig, "c", "jobs", "g", 0);
    rig_expect_fault(rig, "c", HDR_refused, ERR_STALE);
    rig_pass_awake(rig, 60000);
    assert_false(rig_take_other(rig, "c"));
    rig_restart(rig);
    rig_consumer(rig, "c", "jobs", 1);
    rig_expect_none(rig, "c");
    rig_free(rig);
}

static void record_comes_back_when_its_consumer_leaves(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(2);
    publish(rig, NULL, "x");
    publish(rig, NULL, "y");
    rig_gone(rig, "c");
    rig_consumer(rig, "d", "jobs", 2);
    rig_expect_record(rig, "d", 0, 2);
    rig_expect_record(rig, "d", 1, 2);
    rig_free(rig);
}

static void say_goodbye(rig_t *rig, const char *client)
{
    header_t goodbye = {.kind = HDR_goodbye};
    rig_send(rig, client, &goodbye, NULL);
}

static void delivery_to_a_consumer_that_says_goodbye_does_not_count(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    for (int i = 0; i < 20; i++) { // more than the group's deliveries_max
        rig_expect_record(rig, "c", 0, 1);
        say_goodbye(rig, "c");
        rig_consumer(rig, "c", "jobs", 1);
    }
    rig_expect_record(rig, "c", 0, 1);
    rig_free(rig);
}

static void goodbye_takes_back_its_own_delivery_only(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    rig_expect_record(rig, "c", 0, 1);
    rig_nack(rig, "c", "jobs", "g", 0, 0);
    rig_expect_record(rig, "c", 0, 2);
    rig_pass_awake(rig, 1000);
    say_goodbye(rig, "c");
    rig_restart(rig);
    rig_consumer(rig, "c", "jobs", 1);
    rig_expect_record(rig, "c", 0, 2);
    rig_free(rig);
}

static void lease_is_thirty_seconds_unless_touched(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    rig_expect_record(rig, "c", 0, 1);
    assert_int_equal(rig->header.record.lease_ms, 30000);
    rig_pass_awake(rig, 20000);
    header_t touch = {
        .kind = HDR_touch,
        .touch = {.id = 99, .topic = view_of("jobs"), .group = view_of("g"), .offset = 0}};
    rig_send(rig, "c", &touch, NULL);
    assert_true(rig_take_other(rig, "c"));
    assert_int_equal(rig->header.kind, HDR_done);
    rig_pass_awake(rig, 29000);
    assert_false(rig_take_other(rig, "c"));
    rig_pass_awake(rig, 1000);
    assert_true(rig_take_other(rig, "c"));
    assert_int_equal(rig->header.kind, HDR_record);
    assert_int_equal(rig->header.record.deliveries, 2);
    rig_free(rig);
}

static void late_ack_is_stale_when_another_has_the_record(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    rig_expect_record(rig, "c", 0, 1);
    rig_consume(rig, "c", "jobs", "g", 0); // takes no more
    rig_expect(rig, "c", HDR_done);
    rig_consumer(rig, "d", "jobs", 1);
    rig_pass_awake(rig, 30000);
    assert_true(rig_take_other(rig, "d"));
    assert_int_equal(rig->header.record.deliveries, 2);
    rig_ack(rig, "c", "jobs", "g", 0);
    assert_true(rig_take_other(rig, "c"));
    assert_int_equal(rig->header.refused.code, ERR_STALE);
    rig_ack(rig, "d", "jobs", "g", 0);
    assert_true(rig_take_other(rig, "d"));
    assert_int_equal(rig->header.kind, HDR_done);
    rig_free(rig);
}

static void late_ack_counts_when_nobody_else_has_the_record(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    rig_expect_record(rig, "c", 0, 1);
    rig_consume(rig, "c", "jobs", "g", 0);
    rig_expect(rig, "c", HDR_done);
    rig_pass_awake(rig, 40000);
    rig_ack(rig, "c", "jobs", "g", 0);
    assert_true(rig_take_other(rig, "c"));
    assert_int_equal(rig->header.kind, HDR_done);
    rig_consumer(rig, "d", "jobs", 1);
    rig_expect_none(rig, "d");
    rig_free(rig);
}

static void nack_comes_back_after_its_delay_or_the_backoff(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    static const int64_t BACKOFF_MS[] = {100, 1000, 5000, 30000, 30000};
    for (int i = 0; i < 5; i++) {
        assert_true(rig_take_other(rig, "c"));
        assert_int_equal(rig->header.kind, HDR_record);
        assert_int_equal(rig->header.record.deliveries, i + 1);
        rig_nack(rig, "c", "jobs", "g", 0, -1);
        assert_true(rig_take_other(rig, "c"));
        assert_int_equal(rig->header.kind, HDR_done);
        rig_pass_awake(rig, BACKOFF_MS[i] - 1);
        assert_false(rig_take_other(rig, "c"));
        rig_pass_awake(rig, 1);
    }
    assert_true(rig_take_other(rig, "c"));
    rig_nack(rig, "c", "jobs", "g", 0, 0);
    assert_true(rig_take_other(rig, "c")); // at once
    rig_free(rig);
}

static void deliveries_are_remembered_over_a_restart(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    publish(rig, NULL, "y");
    rig_expect_record(rig, "c", 0, 1);
    rig_nack(rig, "c", "jobs", "g", 0, 0); // written down before it is confirmed
    rig_restart(rig);
    rig_consumer(rig, "c", "jobs", 2);
    rig_expect_record(rig, "c", 0, 2);
    rig_expect_record(rig, "c", 1, 1);
    rig_free(rig);
}

static void delivery_that_is_open_when_the_broker_ends_does_not_count(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    for (int i = 0; i < 20; i++) { // more than the group's deliveries_max
        rig_expect_record(rig, "c", 0, 1);
        rig_pass_awake(rig, 2000);
        rig_restart(rig);
        rig_consumer(rig, "c", "jobs", 1);
    }
    rig_expect_record(rig, "c", 0, 1);
    rig_free(rig);
}

static void tries_that_ended_are_written_down_with_the_next(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    rig_expect_record(rig, "c", 0, 1);
    rig_pass_awake(rig, 30000); // its lease passes
    assert_true(rig_take_other(rig, "c"));
    assert_int_equal(rig->header.record.deliveries, 2);
    rig_pass_awake(rig, 2000);
    rig_restart(rig);
    rig_consumer(rig, "c", "jobs", 1);
    rig_expect_record(rig, "c", 0, 2);
    rig_free(rig);
}

static void records_of_one_key_are_delivered_one_behind_the_other(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(8);
    publish(rig, "a", "1");
    publish(rig, "a", "2");
    publish(rig, "b", "3");
    publish(rig, NULL, "4");
    publish(rig, "a", "5");
    rig_expect_record(rig, "c", 0, 1);
    rig_expect_record(rig, "c", 2, 1);
    rig_expect_record(rig, "c", 3, 1);
    rig_expect_none(rig, "c");
    rig_nack(rig, "c", "jobs", "g", 0, 2000); // the head blocks its key, its backoff included
    rig_expect(rig, "c", HDR_done);
    rig_pass(rig, 1999);
    rig_expect_none(rig, "c");
    rig_pass(rig, 1);
    rig_expect_record(rig, "c", 0, 2);
    rig_ack(rig, "c", "jobs", "g", 0);
    rig_expect(rig, "c", HDR_done);
    rig_expect_record(rig, "c", 1, 1);
    rig_ack(rig, "c", "jobs", "g", 1);
    rig_expect(rig, "c", HDR_done);
    rig_expect_record(rig, "c", 4, 1);
    rig_free(rig);
}

static void look_ahead_past_blocked_keys_is_bounded(void **state)
{
    (void)state;
    core_options_t options = {.look_ahead = 3};
    rig_t *rig = rig_new(&options);
    rig_hello(rig, "p");
    rig_consumer(rig, "c", "jobs", 8);
    for (int i = 0; i < 3; i++) {
        publish(rig, "a", "blocked");
    }
    publish(rig, NULL, "free");
    rig_expect_record(rig, "c", 0, 1);
    rig_expect_none(rig, "c");
    rig_ack(rig, "c", "jobs", "g", 0);
    rig_expect(rig, "c", HDR_done);
    rig_expect_record(rig, "c", 1, 1);
    rig_expect_record(rig, "c", 3, 1);
    rig_free(rig);
}

static void ack_while_the_next_delivery_is_read_settles_the_record(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, NULL, "x");
    rig_expect_record(rig, "c", 0, 1);
    rig->hold_reads = true;
    rig_pass_awake(rig, 30000); // the lease passes, the same consumer is to get it again
    rig_ack(rig, "c", "jobs", "g", 0);
    rig->hold_reads = false;
    rig_read(rig);
    assert_true(rig_take_other(rig, "c"));
    assert_int_equal(rig->header.kind, HDR_done);
    assert_false(rig_take_other(rig, "c"));
    rig_free(rig);
}

static void group_that_was_not_stored_is_refused(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    rig_hello(rig, "p");
    publish(rig, NULL, "x");
    rig_hello(rig, "c");
    rig->hold_appends = true;
    rig_consume(rig, "c", "jobs", "g", 1);
    rig_expect_none(rig, "c"); // no record ahead of the group
    rig_fail(rig, ERR_FULL);
    rig_expect_fault(rig, "c", HDR_refused, ERR_FULL);
    rig_consume(rig, "c", "jobs", "g", 1);
    rig_commit(rig);
    rig_expect(rig, "c", HDR_done);
    rig_expect_record(rig, "c", 0, 1);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ack_is_confirmed_when_it_is_on_disk),
        cmocka_unit_test(settled_record_is_never_delivered_again),
        cmocka_unit_test(record_comes_back_when_its_consumer_leaves),
        cmocka_unit_test(delivery_to_a_consumer_that_says_goodbye_does_not_count),
        cmocka_unit_test(goodbye_takes_back_its_own_delivery_only),
        cmocka_unit_test(lease_is_thirty_seconds_unless_touched),
        cmocka_unit_test(late_ack_is_stale_when_another_has_the_record),
        cmocka_unit_test(late_ack_counts_when_nobody_else_has_the_record),
        cmocka_unit_test(nack_comes_back_after_its_delay_or_the_backoff),
        cmocka_unit_test(deliveries_are_remembered_over_a_restart),
        cmocka_unit_test(delivery_that_is_open_when_the_broker_ends_does_not_count),
        cmocka_unit_test(tries_that_ended_are_written_down_with_the_next),
        cmocka_unit_test(records_of_one_key_are_delivered_one_behind_the_other),
        cmocka_unit_test(look_ahead_past_blocked_keys_is_bounded),
        cmocka_unit_test(ack_while_the_next_delivery_is_read_settles_the_record),
        cmocka_unit_test(group_that_was_not_stored_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
