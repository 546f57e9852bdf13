// SPDX-License-Identifier: MPL-2.0
// Dead letters.
#include "rig.h"
#include "test/unit/test.h"

static void publish(rig_t *rig, const char *payload)
{
    rig_publish(rig, "p", "jobs", NULL, NULL, payload);
    rig_expect(rig, "p", HDR_published);
}

static void record_delivered_too_often_becomes_a_dead_letter(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    rig_consumer(rig, "u", "dead.jobs.g", 4);
    rig_publish(rig, "p", "jobs", "k", "id", "poison");
    rig_expect_record(rig, "c", 0, 1);
    for (int i = 2; i <= 10; i++) {
        rig_nack(rig, "c", "jobs", "g", 0, 0);
        rig_expect_record(rig, "c", 0, i); // a delay of 0 does not wait for the disk
        rig_expect(rig, "c", HDR_done);
    }
    rig_nack(rig, "c", "jobs", "g", 0, 0);
    rig_expect(rig, "c", HDR_done);
    rig_expect_record(rig, "u", 0, 1);
    assert_string_equal(rig->payload, "poison");
    const hdr_record_t *letter = &rig->header.record;
    assert_true(view_equals(letter->origin_topic, "jobs"));
    assert_int_equal(letter->origin_offset, 0);
    assert_int_equal(letter->origin_deliveries, 10);
    assert_true(view_equals(letter->reason, "no"));
    assert_true(view_equals(letter->key, "k"));
    assert_true(view_equals(letter->message_id, "id"));
    rig_expect_none(rig, "c");
    rig_free(rig);
}

static void dead_letter_and_settlement_reach_the_disk_together(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, "poison");
    rig_expect_record(rig, "c", 0, 1);
    rig->hold_appends = true;
    rig_term(rig, "c", "jobs", "g", 0);
    assert_int_equal(rig->unit_count, 1);
    assert_int_equal(rig->units[0].count, 2);
    rig_expect_none(rig, "c");
    rig_restart(rig); // before it was written: the record is as it was
    rig->hold_appends = false;
    rig_consumer(rig, "c", "jobs", 1);
    rig_expect_record(rig, "c", 0, 1);
    rig_term(rig, "c", "jobs", "g", 0);
    rig_expect(rig, "c", HDR_done);
    rig_restart(rig); // after it
    rig_consumer(rig, "c", "jobs", 1);
    rig_expect_none(rig, "c");
    rig_consumer(rig, "u", "dead.jobs.g", 1);
    rig_expect_record(rig, "u", 0, 1);
    assert_true(view_equals(rig->header.record.reason, "poison"));
    rig_free(rig);
}

static void dead_letter_that_could_not_be_written_is_delivered_again(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(2);
    publish(rig, "one");
    publish(rig, "two");
    rig_expect_record(rig, "c", 0, 1);
    rig_expect_record(rig, "c", 1, 1);
    rig->hold_appends = true;
    rig_term(rig, "c", "jobs", "g", 0);
    rig_term(rig, "c", "jobs", "g", 1);
    rig_fail(rig, ERR_FULL);
    rig_expect_fault(rig, "c", HDR_refused, ERR_FULL);
    rig_expect_fault(rig, "c", HDR_refused, ERR_FULL);
    rig->hold_appends = false;
    rig_pass_awake(rig, 30000);
    assert_true(rig_take_other(rig, "c"));
    assert_int_equal(rig->header.record.deliveries, 2);
    rig_term(rig, "c", "jobs", "g", rig->header.record.offset);
    rig_consumer(rig, "u", "dead.jobs.g", 1);
    rig_expect_record(rig, "u", 0, 1); // dense: what failed has taken no offset
    rig_free(rig);
}

static void dead_letters_have_no_dead_letters(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(1);
    publish(rig, "poison");
    rig_expect_record(rig, "c", 0, 1);
    rig_term(rig, "c", "jobs", "g", 0);
    rig_expect(rig, "c", HDR_done);
    rig_consumer(rig, "u", "dead.jobs.g", 1);
    rig_expect_record(rig, "u", 0, 1);
    for (int i = 2; i <= 13; i++) { // more than the group's 10
        rig_nack(rig, "u", "dead.jobs.g", "g", 0, 0);
        rig_expect_record(rig, "u", 0, i);
        rig_expect(rig, "u", HDR_done);
    }
    rig_term(rig, "u", "dead.jobs.g", "g", 0); // lets it go for good
    rig_expect(rig, "u", HDR_done);
    rig_restart(rig);
    rig_consumer(rig, "u", "dead.jobs.g", 1);
    rig_expect_none(rig, "u");
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_delivered_too_often_becomes_a_dead_letter),
        cmocka_unit_test(dead_letter_and_settlement_reach_the_disk_together),
        cmocka_unit_test(dead_letter_that_could_not_be_written_is_delivered_again),
        cmocka_unit_test(dead_letters_have_no_dead_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
