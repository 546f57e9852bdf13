// SPDX-License-Identifier: MPL-2.0
// Queues and streams, priorities, delays, expiry, replay, limits.
#include <string.h>

#include "rig.h"
#include "test/unit/test.h"

static const topic_preset_t PRESETS[] = {
    {"three", {.kind = TOPIC_STREAM, .retention_count = 3}},
    {"minute", {.kind = TOPIC_STREAM, .retention_ms = 60000}},
    {"kept", {.kind = TOPIC_STREAM, .retention_count = 1000}},
    {"small", {.record_bytes_max = 4, .bytes_max = 300, .groups_max = 1, .consumers_max = 1}},
    {"soon", {.sync_ms = 100}},
};

static rig_t *rig_with_presets(void)
{
    core_options_t options = {.presets = PRESETS,
                              .preset_count = sizeof PRESETS / sizeof PRESETS[0]};
    rig_t *rig = rig_new(&options);
    rig_hello(rig, "p");
    rig_hello(rig, "c");
    return rig;
}

static void publish(rig_t *rig, const char *topic, const hdr_publish_t *how)
{
    header_t header = {.kind = HDR_publish};
    header.publish = *how;
    header.publish.id = ++rig->next_id;
    header.publish.topic = view_of(topic);
    rig_send(rig, "p", &header, "x");
}

static void publish_plain(rig_t *rig, const char *topic, int count)
{
    for (int i = 0; i < count; i++) {
        publish(rig, topic, &(hdr_publish_t){0});
        rig_expect(rig, "p", HDR_published);
    }
}

static void consume(rig_t *rig, const char *topic, const char *group, const hdr_consume_t *how)
{
    header_t header = {.kind = HDR_consume};
    header.consume = *how;
    header.consume.id = ++rig->next_id;
    header.consume.topic = view_of(topic);
    header.consume.group = view_of(group);
    header.consume.credit = how->credit > 0 ? how->credit : 10;
    rig_send(rig, "c", &header, NULL);
}

static void join(rig_t *rig, const char *topic, const char *group, const hdr_consume_t *how)
{
    consume(rig, topic, group, how);
    rig_expect(rig, "c", HDR_done);
}

static void ack(rig_t *rig, const char *topic, const char *group, int64_t offset)
{
    rig_ack(rig, "c", topic, group, offset);
    rig_expect(rig, "c", HDR_done);
}

// The next record, past confirmations: an ack frees its credit before it is confirmed.
static const hdr_record_t *next_record(rig_t *rig)
{
    do {
        assert_true(rig_take(rig, "c"));
    } while (rig->header.kind == HDR_done || rig->header.kind == HDR_gap);
    assert_int_equal(rig->header.kind, HDR_record);
    return &rig->header.record;
}

static void higher_priorities_go_first(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    for (int64_t priority = 0; priority <= 2; priority++) {
        publish(rig, "jobs", &(hdr_publish_t){.priority = priority});
        rig_expect(rig, "p", HDR_published);
    }
    join(rig, "jobs", "g", &(hdr_consume_t){.credit = 1});
    for (int64_t offset = 2; offset >= 0; offset--) {
        const hdr_record_t *record = next_record(rig);
        assert_int_equal(record->offset, offset);
        assert_int_equal(record->priority, offset);
        rig_ack(rig, "c", "jobs", "g", offset);
    }
    rig_free(rig);
}

static void priority_survives_a_restart(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    join(rig, "jobs", "g", &(hdr_consume_t){.credit = 1});
    publish_plain(rig, "jobs", 1);
    rig_expect_record(rig, "c", 0, 1);
    publish_plain(rig, "jobs", 1);
    publish(rig, "jobs", &(hdr_publish_t){.priority = 1});
    rig_restart(rig);
    rig_hello(rig, "c");
    join(rig, "jobs", "g", &(hdr_consume_t){.credit = 1});
    rig_expect_record(rig, "c", 2, 1);
    rig_free(rig);
}

static void delayed_record_waits_and_others_do_not(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    join(rig, "jobs", "g", &(hdr_consume_t){0});
    publish(rig, "jobs", &(hdr_publish_t){.delay_ms = 3000});
    publish(rig, "jobs", &(hdr_publish_t){0});
    rig_expect_record(rig, "c", 1, 1);
    rig_pass(rig, 2000);
    rig_expect_none(rig, "c");
    rig_restart(rig);
    rig_hello(rig, "c");
    join(rig, "jobs", "g", &(hdr_consume_t){.credit = 10});
    rig_expect_record(rig, "c", 1, 1);
    rig_expect_none(rig, "c");
    rig_pass(rig, 1100);
    rig_expect_record(rig, "c", 0, 1);
    rig_free(rig);
}

static void key_keeps_its_order_and_so_takes_no_delay(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    publish(rig, "jobs", &(hdr_publish_t){.delay_ms = 1, .key = view_of("k")});
    rig_expect_fault(rig, "p", HDR_refused, ERR_INVALID);
    publish(rig, "jobs", &(hdr_publish_t){.priority = 1, .key = view_of("k")});
    rig_expect_fault(rig, "p", HDR_refused, ERR_INVALID);
    publish(rig, "jobs", &(hdr_publish_t){.delay_ms = -1});
    rig_expect_fault(rig, "p", HDR_refused, ERR_INVALID);
    rig_free(rig);
}

static void record_past_its_time_to_live_is_not_delivered(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    join(rig, "jobs", "g", &(hdr_consume_t){.credit = 1});
    publish_plain(rig, "jobs", 1);
    rig_expect_record(rig, "c", 0, 1);
    publish(rig, "jobs", &(hdr_publish_t){.ttl_ms = 1000});
    publish(rig, "jobs", &(hdr_publish_t){0});
    rig_pass(rig, 1500);
    rig_ack(rig, "c", "jobs", "g", 0);
    assert_int_equal(next_record(rig)->offset, 2);
    rig_free(rig);
}

static void leased_record_is_left_to_its_consumer_when_it_expires(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    join(rig, "jobs", "g", &(hdr_consume_t){0});
    publish(rig, "jobs", &(hdr_publish_t){.ttl_ms = 500});
    rig_expect_record(rig, "c", 0, 1);
    rig_pass(rig, 3000);
    ack(rig, "jobs", "g", 0);
    rig_free(rig);
}

static void stream_keeps_what_is_settled_and_replays_it(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    join(rig, "kept", "g", &(hdr_consume_t){0});
    publish_plain(rig, "kept", 3);
    for (int64_t offset = 0; offset < 3; offset++) {
        assert_int_equal(next_record(rig)->offset, offset);
        rig_ack(rig, "c", "kept", "g", offset);
    }
    rig_restart(rig);
    rig_hello(rig, "p");
    rig_hello(rig, "c");
    join(rig, "kept", "again", &(hdr_consume_t){.start = view_of("offset"), .start_at = 1});
    rig_expect_record(rig, "c", 1, 1);
    rig_expect_record(rig, "c", 2, 1);
    rig_expect_none(rig, "c");
    rig_free(rig);
}

static void replay_by_time_begins_at_the_first_that_is_not_older(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    publish_plain(rig, "kept", 2);
    rig_pass(rig, 1000);
    int64_t time_ms = rig->wall_ms;
    publish_plain(rig, "kept", 2);
    join(rig, "kept", "g", &(hdr_consume_t){.start = view_of("time"), .start_at = time_ms});
    rig_expect_record(rig, "c", 2, 1);
    rig_expect_record(rig, "c", 3, 1);
    rig_free(rig);
}

static void retention_takes_the_oldest_and_tells_the_group(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    join(rig, "three", "g", &(hdr_consume_t){.credit = 1});
    publish_plain(rig, "three", 1);
    rig_expect_record(rig, "c", 0, 1);
    publish_plain(rig, "three", 4);
    // Offset 0 was lent and is taken away, which frees its credit; so is offset 1.
    for (int64_t offset = 1; offset <= 2; offset++) {
        const hdr_gap_t *gap = &rig_expect(rig, "c", HDR_gap)->gap;
        assert_int_equal(gap->lost, 1);
        assert_int_equal(gap->offset, offset);
        rig_expect_record(rig, "c", offset, 1);
    }
    rig_ack(rig, "c", "three", "g", 0);
    rig_expect_fault(rig, "c", HDR_refused, ERR_STALE);
    rig_restart(rig);
    rig_hello(rig, "c");
    join(rig, "three", "late", &(hdr_consume_t){0});
    rig_expect_record(rig, "c", 2, 1);
    rig_expect_record(rig, "c", 3, 1);
    rig_expect_record(rig, "c", 4, 1);
    rig_free(rig);
}

static void retention_by_age_needs_no_publish(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    publish_plain(rig, "minute", 2);
    for (int i = 0; i < 62; i++) {
        rig_pass(rig, 1000);
    }
    rig_hello(rig, "c");
    join(rig, "minute", "g", &(hdr_consume_t){0});
    rig_expect_none(rig, "c");
    rig_free(rig);
}

static void ephemeral_group_keeps_no_record_and_ends_with_its_consumer(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    join(rig, "jobs", "g", &(hdr_consume_t){0});
    rig_hello(rig, "d");
    header_t header = {.kind = HDR_consume,
                       .consume = {.id = 900,
                                   .topic = view_of("jobs"),
                                   .group = view_of("look"),
                                   .credit = 1,
                                   .ephemeral = true}};
    rig_send(rig, "d", &header, NULL);
    rig_expect(rig, "d", HDR_done);
    publish_plain(rig, "jobs", 2);
    rig_expect_record(rig, "d", 0, 1);
    rig_expect_record(rig, "c", 0, 1);
    rig_expect_record(rig, "c", 1, 1);
    ack(rig, "jobs", "g", 0);
    ack(rig, "jobs", "g", 1);
    rig_expect_record(rig, "d", 1, 1); // 0 is gone, as the queue kept it for nobody
    rig_ack(rig, "d", "jobs", "look", 0);
    rig_expect_fault(rig, "d", HDR_refused, ERR_STALE);
    rig_gone(rig, "d");
    rig_ack(rig, "c", "jobs", "look", 0);
    rig_expect_fault(rig, "c", HDR_refused, ERR_NOT_FOUND);
    rig_free(rig);
}

static void limits_of_a_topic_are_kept(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    header_t large = {.kind = HDR_publish, .publish = {.id = 800, .topic = view_of("small")}};
    rig_send(rig, "p", &large, "12345");
    rig_expect_fault(rig, "p", HDR_refused, ERR_TOO_LARGE);
    int stored = 0;
    do {
        publish(rig, "small", &(hdr_publish_t){0});
        assert_true(rig_take(rig, "p"));
        stored++;
    } while (rig->header.kind == HDR_published && stored < 100);
    assert_int_equal(rig->header.refused.code, ERR_FULL);
    join(rig, "small", "g", &(hdr_consume_t){0});
    consume(rig, "small", "h", &(hdr_consume_t){0});
    while (rig_take(rig, "c") && rig->header.kind == HDR_record) {
    }
    assert_int_equal(rig->header.refused.code, ERR_FULL);
    rig_ack(rig, "c", "small", "g", 0);
    rig_ack(rig, "c", "small", "g", 1);
    publish(rig, "small", &(hdr_publish_t){0});
    rig_expect(rig, "p", HDR_published);
    rig_free(rig);
}

static void acknowledgement_says_how_it_is_synced(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    publish(rig, "soon", &(hdr_publish_t){0});
    assert_true(
        view_equals(rig_expect(rig, "p", HDR_published)->published.sync, "interval 100 ms"));
    publish(rig, "jobs", &(hdr_publish_t){0});
    assert_true(view_equals(rig_expect(rig, "p", HDR_published)->published.sync, "always"));
    rig_free(rig);
}

static void group_waits_by_its_own_backoff(void **state)
{
    (void)state;
    rig_t *rig = rig_with_presets();
    join(rig, "jobs", "g", &(hdr_consume_t){.backoff = view_of("700,2000")});
    consume(rig, "jobs", "bad", &(hdr_consume_t){.backoff = view_of("7,,")});
    rig_expect_fault(rig, "c", HDR_refused, ERR_INVALID);
    publish_plain(rig, "jobs", 1);
    static const int64_t DELAYS[] = {700, 2000, 2000};
    for (int64_t i = 0; i < 3; i++) {
        rig_expect_record(rig, "c", 0, i + 1);
        rig_nack(rig, "c", "jobs", "g", 0, -1);
        rig_expect(rig, "c", HDR_done);
        rig_pass(rig, DELAYS[i] - 1);
        rig_expect_none(rig, "c");
        rig_pass(rig, 1);
    }
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(higher_priorities_go_first),
        cmocka_unit_test(priority_survives_a_restart),
        cmocka_unit_test(delayed_record_waits_and_others_do_not),
        cmocka_unit_test(key_keeps_its_order_and_so_takes_no_delay),
        cmocka_unit_test(record_past_its_time_to_live_is_not_delivered),
        cmocka_unit_test(leased_record_is_left_to_its_consumer_when_it_expires),
        cmocka_unit_test(stream_keeps_what_is_settled_and_replays_it),
        cmocka_unit_test(replay_by_time_begins_at_the_first_that_is_not_older),
        cmocka_unit_test(retention_takes_the_oldest_and_tells_the_group),
        cmocka_unit_test(retention_by_age_needs_no_publish),
        cmocka_unit_test(ephemeral_group_keeps_no_record_and_ends_with_its_consumer),
        cmocka_unit_test(limits_of_a_topic_are_kept),
        cmocka_unit_test(acknowledgement_says_how_it_is_synced),
        cmocka_unit_test(group_waits_by_its_own_backoff),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
