// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "rig.h"
#include "test/unit/test.h"

static rig_t *rig_with_publisher(const core_options_t *options)
{
    rig_t *rig = rig_new(options);
    rig_hello(rig, "p");
    return rig;
}

static void publish_is_acknowledged_only_when_it_is_on_disk(void **state)
{
    (void)state;
    rig_t *rig = rig_with_publisher(NULL);
    rig_consumer(rig, "c", "jobs", 1);
    rig->hold_appends = true;
    int64_t id = rig_publish(rig, "p", "jobs", NULL, NULL, "work");
    rig_expect_none(rig, "p");
    rig_expect_none(rig, "c");
    rig_commit(rig);
    const header_t *published = rig_expect(rig, "p", HDR_published);
    assert_int_equal(published->published.id, id);
    assert_int_equal(published->published.offset, 0);
    assert_false(published->published.duplicate);
    assert_true(view_equals(published->published.sync, "always"));
    rig_expect_record(rig, "c", 0, 1);
    assert_string_equal(rig->payload, "work");
    rig_free(rig);
}

static void record_that_was_not_stored_leaves_no_gap(void **state)
{
    (void)state;
    rig_t *rig = rig_with_publisher(NULL);
    rig->hold_appends = true;
    rig_publish(rig, "p", "jobs", NULL, "a", "1");
    rig_publish(rig, "p", "jobs", NULL, "b", "2");
    rig_publish(rig, "p", "jobs", NULL, "a", "1"); // waits with the first
    rig_fail(rig, ERR_FULL);
    for (int i = 0; i < 3; i++) {
        rig_expect_fault(rig, "p", HDR_refused, ERR_FULL);
    }
    rig->hold_appends = false;
    rig_publish(rig, "p", "jobs", NULL, "b", "2");
    const header_t *published = rig_expect(rig, "p", HDR_published);
    assert_int_equal(published->published.offset, 0);
    assert_false(published->published.duplicate);
    rig_free(rig);
}

static void repeated_message_id_is_a_duplicate_even_before_it_is_on_disk(void **state)
{
    (void)state;
    rig_t *rig = rig_with_publisher(NULL);
    rig->hold_appends = true;
    rig_publish(rig, "p", "jobs", NULL, "id", "1");
    int64_t repeat = rig_publish(rig, "p", "jobs", NULL, "id", "1");
    rig_expect_none(rig, "p");
    rig_commit(rig);
    assert_false(rig_expect(rig, "p", HDR_published)->published.duplicate);
    const header_t *published = rig_expect(rig, "p", HDR_published);
    assert_int_equal(published->published.id, repeat);
    assert_int_equal(published->published.offset, 0);
    assert_true(published->published.duplicate);
    rig->hold_appends = false;
    rig_publish(rig, "p", "jobs", NULL, "id", "1");
    assert_true(rig_expect(rig, "p", HDR_published)->published.duplicate);
    rig_publish(rig, "p", "other", NULL, "id", "1"); // another topic, another window
    assert_false(rig_expect(rig, "p", HDR_published)->published.duplicate);
    rig_free(rig);
}

static void message_id_is_forgotten_when_it_leaves_the_window(void **state)
{
    (void)state;
    core_options_t options = {.window = 3};
    rig_t *rig = rig_with_publisher(&options);
    static const char *const IDS[] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++) {
        rig_publish(rig, "p", "jobs", NULL, IDS[i], "x");
        rig_expect(rig, "p", HDR_published);
    }
    rig_publish(rig, "p", "jobs", NULL, "b", "x");
    assert_true(rig_expect(rig, "p", HDR_published)->published.duplicate);
    rig_publish(rig, "p", "jobs", NULL, "a", "x");
    const header_t *published = rig_expect(rig, "p", HDR_published);
    assert_false(published->published.duplicate);
    assert_int_equal(published->published.offset, 4);
    rig_free(rig);
}

static void window_is_the_same_after_a_restart(void **state)
{
    (void)state;
    core_options_t options = {.window = 3};
    rig_t *rig = rig_with_publisher(&options);
    static const char *const IDS[] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++) {
        rig_publish(rig, "p", "jobs", NULL, IDS[i], "x");
    }
    rig_restart(rig);
    rig_hello(rig, "p");
    rig_publish(rig, "p", "jobs", NULL, "b", "x");
    const header_t *published = rig_expect(rig, "p", HDR_published);
    assert_true(published->published.duplicate);
    assert_int_equal(published->published.offset, 1);
    rig_publish(rig, "p", "jobs", NULL, "a", "x");
    assert_int_equal(rig_expect(rig, "p", HDR_published)->published.offset, 4);
    rig_free(rig);
}

static void time_of_a_record_never_goes_back(void **state)
{
    (void)state;
    rig_t *rig = rig_with_publisher(NULL);
    rig_consumer(rig, "c", "jobs", 2);
    rig_publish(rig, "p", "jobs", NULL, NULL, "1");
    int64_t first_ms = rig_expect(rig, "c", HDR_record)->record.time_ms;
    rig->wall_ms -= 60000;
    rig_publish(rig, "p", "jobs", NULL, NULL, "2");
    assert_int_equal(rig_expect(rig, "c", HDR_record)->record.time_ms, first_ms);
    rig_free(rig);
}

static void records_for_a_consumer_are_bounded_by_its_credit(void **state)
{
    (void)state;
    rig_t *rig = rig_with_publisher(NULL);
    for (int i = 0; i < 5; i++) {
        rig_publish(rig, "p", "jobs", NULL, NULL, "x");
    }
    rig_consumer(rig, "c", "jobs", 2);
    rig_expect_record(rig, "c", 0, 1);
    rig_expect_record(rig, "c", 1, 1);
    rig_expect_none(rig, "c");
    rig_ack(rig, "c", "jobs", "g", 0);
    rig_expect_record(rig, "c", 2, 1);
    rig_expect(rig, "c", HDR_done);
    rig_free(rig);
}

static void records_are_shared_among_the_consumers_of_a_group_and_given_to_each_group(void **state)
{
    (void)state;
    rig_t *rig = rig_with_publisher(NULL);
    rig_consumer(rig, "c1", "jobs", 1);
    rig_consumer(rig, "c2", "jobs", 1);
    rig_hello(rig, "other");
    rig_consume(rig, "other", "jobs", "h", 2);
    rig_expect(rig, "other", HDR_done);
    rig_publish(rig, "p", "jobs", NULL, NULL, "x");
    rig_publish(rig, "p", "jobs", NULL, NULL, "y");
    rig_expect_record(rig, "c1", 0, 1);
    rig_expect_record(rig, "c2", 1, 1);
    rig_expect_record(rig, "other", 0, 1);
    rig_expect_record(rig, "other", 1, 1);
    rig_free(rig);
}

// The group is called like the client.
static void consume_from_the_end(rig_t *rig, const char *client)
{
    header_t consume = {.kind = HDR_consume,
                        .consume = {.id = 1,
                                    .topic = view_of("jobs"),
                                    .group = view_of(client),
                                    .credit = 2,
                                    .start = view_of("end")}};
    rig_send(rig, client, &consume, NULL);
}

static void new_group_starts_at_the_first_record_or_at_the_end(void **state)
{
    (void)state;
    rig_t *rig = rig_with_publisher(NULL);
    rig_publish(rig, "p", "jobs", NULL, NULL, "x");
    rig_hello(rig, "late");
    consume_from_the_end(rig, "late");
    rig_expect(rig, "late", HDR_done);
    rig_publish(rig, "p", "jobs", NULL, NULL, "y");
    rig_expect_record(rig, "late", 1, 1);
    rig_expect_none(rig, "late");
    rig_free(rig);
}

static void group_at_the_end_gets_what_takes_the_place_of_a_refused_record(void **state)
{
    (void)state;
    rig_t *rig = rig_with_publisher(NULL);
    rig_hello(rig, "late");
    rig->hold_appends = true;
    rig_publish(rig, "p", "jobs", NULL, NULL, "refused");
    consume_from_the_end(rig, "late");
    rig_fail_one(rig, ERR_FULL);
    rig->hold_appends = false;
    rig_commit(rig);
    rig_expect(rig, "late", HDR_done);
    rig_publish(rig, "p", "jobs", NULL, NULL, "x");
    rig_expect_record(rig, "late", 0, 1);
    rig_free(rig);
}

static void bad_names_and_values_are_refused(void **state)
{
    (void)state;
    rig_t *rig = rig_with_publisher(NULL);
    rig_publish(rig, "p", "a b", NULL, NULL, "x");
    rig_expect_fault(rig, "p", HDR_refused, ERR_INVALID);
    rig_publish(rig, "p", "dead.jobs.g", NULL, NULL, "x");
    rig_expect_fault(rig, "p", HDR_refused, ERR_FORBIDDEN);
    rig_consume(rig, "p", "jobs", "", 1);
    rig_expect_fault(rig, "p", HDR_refused, ERR_INVALID);
    rig_consume(rig, "p", "a-topic-with-quite-a-long-name-of-forty", "and-a-group-with-a-long-one",
                1);
    rig_expect_fault(rig, "p", HDR_refused, ERR_INVALID);
    rig_ack(rig, "p", "jobs", "nobody", 0);
    rig_expect_fault(rig, "p", HDR_refused, ERR_NOT_FOUND);
    header_t consume = {.kind = HDR_consume,
                        .consume = {.id = 1,
                                    .topic = view_of("jobs"),
                                    .group = view_of("g"),
                                    .credit = 1,
                                    .start = view_of("middle")}};
    rig_send(rig, "p", &consume, NULL);
    rig_expect_fault(rig, "p", HDR_refused, ERR_INVALID);
    rig_free(rig);
}

static void topics_and_groups_are_bounded(void **state)
{
    (void)state;
    rig_t *rig = rig_with_publisher(NULL);
    char name[32];
    for (int i = 0; i < CORE_TOPICS_MAX; i++) {
        snprintf(name, sizeof name, "t%d", i);
        rig_publish(rig, "p", name, NULL, NULL, "x");
        rig_expect(rig, "p", HDR_published);
    }
    rig_publish(rig, "p", "one-more", NULL, NULL, "x");
    rig_expect_fault(rig, "p", HDR_refused, ERR_FULL);
    for (int i = 0; i < CORE_GROUPS_MAX; i++) {
        snprintf(name, sizeof name, "g%d", i);
        rig_consume(rig, "p", "t0", name, 1);
        rig_expect(rig, "p", HDR_done);
        rig_expect_record(rig, "p", 0, 1);
    }
    rig_consume(rig, "p", "t0", "one-more", 1);
    rig_expect_fault(rig, "p", HDR_refused, ERR_FULL);
    rig_free(rig);
}

static void too_much_on_its_way_to_the_disk_is_busy(void **state)
{
    (void)state;
    rig_t *rig = rig_with_publisher(NULL);
    rig->hold_appends = true;
    for (int i = 0; i < CORE_PENDING_MAX; i++) {
        rig_publish(rig, "p", "jobs", NULL, NULL, "x");
    }
    rig_expect_none(rig, "p");
    rig_publish(rig, "p", "jobs", NULL, NULL, "x");
    rig_expect_fault(rig, "p", HDR_refused, ERR_BUSY);
    rig_commit(rig);
    rig_publish(rig, "p", "jobs", NULL, NULL, "x");
    rig_commit(rig);
    for (int i = 0; i <= CORE_PENDING_MAX; i++) {
        assert_int_equal(rig_expect(rig, "p", HDR_published)->published.offset, i);
    }
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(publish_is_acknowledged_only_when_it_is_on_disk),
        cmocka_unit_test(record_that_was_not_stored_leaves_no_gap),
        cmocka_unit_test(repeated_message_id_is_a_duplicate_even_before_it_is_on_disk),
        cmocka_unit_test(message_id_is_forgotten_when_it_leaves_the_window),
        cmocka_unit_test(window_is_the_same_after_a_restart),
        cmocka_unit_test(time_of_a_record_never_goes_back),
        cmocka_unit_test(records_for_a_consumer_are_bounded_by_its_credit),
        cmocka_unit_test(records_are_shared_among_the_consumers_of_a_group_and_given_to_each_group),
        cmocka_unit_test(new_group_starts_at_the_first_record_or_at_the_end),
        cmocka_unit_test(group_at_the_end_gets_what_takes_the_place_of_a_refused_record),
        cmocka_unit_test(bad_names_and_values_are_refused),
        cmocka_unit_test(topics_and_groups_are_bounded),
        cmocka_unit_test(too_much_on_its_way_to_the_disk_is_busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
