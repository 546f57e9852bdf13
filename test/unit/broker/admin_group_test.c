// SPDX-License-Identifier: MPL-2.0
// What admins do with groups, and that it survives a restart.
#include "rig_admin.h"
#include "test/unit/test.h"

static void paused_topics_and_groups_deliver_nothing(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_join(rig, "t", "g", 10);
    rig_do(rig, METHOD_topic_pause, &(msg_topic_named_t){.topic = "t"});
    rig_do(rig, METHOD_group_pause, &(msg_group_named_t){.topic = "t", .group = "g"});
    rig_publish_many(rig, "t", 1);
    rig_restart_with_admin(rig);
    rig_join(rig, "t", "g", 10);
    rig_expect_none(rig, "c");
    rig_do(rig, METHOD_topic_resume, &(msg_topic_named_t){.topic = "t"});
    rig_expect_none(rig, "c");
    rig_do(rig, METHOD_group_resume, &(msg_group_named_t){.topic = "t", .group = "g"});
    rig_expect_record(rig, "c", 0, 1);
    rig_refuse(rig, METHOD_group_pause, &(msg_group_named_t){.topic = "t", .group = "h"},
               ERR_NOT_FOUND);
    rig_free(rig);
}

static void groups_are_created_as_asked(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_publish_many(rig, "t", 3);
    msg_group_create_t ask = {.topic = "t",
                              .group = "g",
                              .start = "offset",
                              .start_at = 2,
                              .deliveries_max = 3,
                              .backoff = "10,20"};
    rig_do(rig, METHOD_group_create, &ask);
    rig_do(rig, METHOD_group_create, &ask);
    ask.deliveries_max = 4;
    rig_refuse(rig, METHOD_group_create, &ask, ERR_CONFLICT);
    ask.start = "middle";
    ask.group = "h";
    rig_refuse(rig, METHOD_group_create, &ask, ERR_INVALID);
    rig_restart_with_admin(rig);
    assert_int_equal(rig_number(rig, "t", "g", "deliveries_max"), 3);
    assert_int_equal(rig_number(rig, "t", "g", "lag"), 1);
    rig_join(rig, "t", "g", 5);
    rig_expect_record(rig, "c", 2, 1);
    rig_free(rig);
}

static void seek(rig_t *rig, const char *start, int64_t at)
{
    rig_do(rig, METHOD_group_seek,
           &(msg_group_seek_t){.topic = "feed", .group = "g", .start = start, .start_at = at});
}

static void seek_brings_settled_records_back(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_join(rig, "feed", "g", 1);
    rig_publish_many(rig, "feed", 3);
    rig_expect_record(rig, "c", 0, 1);
    rig_ack(rig, "c", "feed", "g", 0);
    rig_expect_record(rig, "c", 1, 1);
    rig_expect(rig, "c", HDR_done);
    seek(rig, "first", 0);
    rig_expect_record(rig, "c", 0, 1);
    rig_ack(rig, "c", "feed", "g", 1); // of before
    rig_expect_fault(rig, "c", HDR_refused, ERR_STALE);
    rig_restart_with_admin(rig);
    rig_join(rig, "feed", "g", 1);
    rig_expect_record(rig, "c", 0, 1);
    rig_free(rig);
}

static void seek_to_the_end_skips_the_rest(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_join(rig, "feed", "g", 1);
    rig_publish_many(rig, "feed", 3);
    rig_expect_record(rig, "c", 0, 1);
    seek(rig, "end", 0);
    rig_publish_many(rig, "feed", 1);
    rig_expect_record(rig, "c", 3, 1);
    seek(rig, "offset", 2);
    rig_expect_record(rig, "c", 2, 1);
    seek(rig, "end", 0);
    rig_restart_with_admin(rig);
    assert_int_equal(rig_number(rig, "feed", "g", "lag"), 0);
    rig_free(rig);
}

static void seek_that_the_disk_refuses_changes_nothing(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_join(rig, "feed", "g", 1);
    rig_publish_many(rig, "feed", 2);
    rig_expect_record(rig, "c", 0, 1);
    rig->hold_appends = true;
    msg_group_seek_t ask = {.topic = "feed", .group = "g", .start = "end"};
    rig_ask(rig, METHOD_group_seek, &ask);
    rig_refuse(rig, METHOD_group_seek, &ask, ERR_CONFLICT); // one after the other
    rig_fail(rig, ERR_FULL);
    rig->hold_appends = false;
    rig_expect_fault(rig, "a", HDR_answer, ERR_FULL);
    rig_read(rig);
    rig_expect_record(rig, "c", 0, 1);
    rig_free(rig);
}

static void seek_in_a_queue_lets_go_what_nobody_needs(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_join(rig, "t", "g", 1);
    rig_publish_many(rig, "t", 3);
    rig_do(rig, METHOD_group_seek, &(msg_group_seek_t){.topic = "t", .group = "g", .start = "end"});
    assert_int_equal(rig_number(rig, "t", NULL, "records"), 0);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paused_topics_and_groups_deliver_nothing),
        cmocka_unit_test(groups_are_created_as_asked),
        cmocka_unit_test(seek_brings_settled_records_back),
        cmocka_unit_test(seek_to_the_end_skips_the_rest),
        cmocka_unit_test(seek_that_the_disk_refuses_changes_nothing),
        cmocka_unit_test(seek_in_a_queue_lets_go_what_nobody_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
