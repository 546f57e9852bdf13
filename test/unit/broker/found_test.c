// SPDX-License-Identifier: MPL-2.0
// What the simulator has found, each by hand.
#include <stdio.h>
#include <string.h>

#include "rig.h"
#include "test/unit/test.h"

static const topic_preset_t PRESETS[] = {{"three", {.kind = TOPIC_STREAM, .retention_count = 3}}};

static rig_t *rig_with_stream(int64_t segment_bytes)
{
    core_options_t options = {
        .presets = PRESETS, .preset_count = 1, .segment_bytes = segment_bytes, .window = 20};
    rig_t *rig = rig_new(&options);
    rig_hello(rig, "p");
    return rig;
}

static void publish_named(rig_t *rig, const char *topic, const char *id)
{
    rig_publish(rig, "p", topic, NULL, id, "x");
    rig_expect(rig, "p", HDR_published);
}

static void what_may_still_fail_retires_nothing(void **state)
{
    (void)state;
    rig_t *rig = rig_with_stream(0);
    for (int i = 0; i < 3; i++) {
        publish_named(rig, "three", NULL);
    }
    rig->hold_appends = true;
    rig_publish(rig, "p", "three", NULL, NULL, "x");
    rig_publish(rig, "p", "three", NULL, NULL, "x");
    rig_fail(rig, ERR_FULL);
    rig->hold_appends = false;
    rig_expect_fault(rig, "p", HDR_refused, ERR_FULL);
    rig_expect_fault(rig, "p", HDR_refused, ERR_FULL);
    rig_consumer(rig, "c", "three", 10);
    rig_expect_record(rig, "c", 0, 1);
    rig_free(rig);
}

static void retired_message_ids_are_known_after_a_cleaning_and_a_restart(void **state)
{
    (void)state;
    rig_t *rig = rig_with_stream(2048);
    char id[32];
    int64_t count = 0;
    while (rig->trim_before == 0) { // until the first segment was cleaned
        snprintf(id, sizeof id, "m%lld", (long long)count++);
        publish_named(rig, "three", id);
        assert_true(count < 1000);
    }
    rig_restart(rig);
    rig_hello(rig, "p");
    snprintf(id, sizeof id, "m%lld", (long long)count - 10);
    rig_publish(rig, "p", "three", NULL, id, "x");
    const header_t *header = rig_expect(rig, "p", HDR_published);
    assert_true(header->published.duplicate);
    assert_int_equal(header->published.offset, count - 10);
    rig_free(rig);
}

static void gap_waits_for_the_next_consumer(void **state)
{
    (void)state;
    rig_t *rig = rig_with_stream(0);
    rig_consumer(rig, "c", "three", 1);
    rig_gone(rig, "c");
    for (int i = 0; i < 5; i++) {
        publish_named(rig, "three", NULL);
    }
    rig_hello(rig, "d");
    rig_consume(rig, "d", "three", "g", 10);
    assert_true(rig_take(rig, "d"));
    assert_int_equal(rig->header.kind, HDR_gap);
    assert_int_equal(rig->header.gap.lost, 2);
    rig_free(rig);
}

static void expired_record_is_left_to_another_groups_consumer(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    rig_hello(rig, "p");
    rig_consumer(rig, "c", "jobs", 1);
    header_t header = {.kind = HDR_publish,
                       .publish = {.id = 900, .topic = view_of("jobs"), .ttl_ms = 50}};
    rig_send(rig, "p", &header, "x");
    rig_expect(rig, "p", HDR_published);
    rig_expect_record(rig, "c", 0, 1);
    rig->wall_ms += 100;
    rig_hello(rig, "d");
    rig_consume(rig, "d", "jobs", "other", 1);
    rig_expect(rig, "d", HDR_done);
    rig_expect_none(rig, "d");
    rig_ack(rig, "c", "jobs", "g", 0);
    rig_expect(rig, "c", HDR_done);
    rig_free(rig);
}

static void worker_that_comes_with_the_deadline_is_not_given_the_call(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    rig_hello(rig, "p");
    rig_hello(rig, "w");
    rig_call(rig, "p", "svc", 500, false);
    rig->now_ms += 600; // the tick has not come yet
    rig_serve(rig, "w", "svc", 1);
    rig_expect(rig, "w", HDR_done);
    rig_expect_none(rig, "w");
    rig_expect_fault(rig, "p", HDR_answer, ERR_TIMEOUT);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_still_fail_retires_nothing),
        cmocka_unit_test(retired_message_ids_are_known_after_a_cleaning_and_a_restart),
        cmocka_unit_test(gap_waits_for_the_next_consumer),
        cmocka_unit_test(expired_record_is_left_to_another_groups_consumer),
        cmocka_unit_test(worker_that_comes_with_the_deadline_is_not_given_the_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
