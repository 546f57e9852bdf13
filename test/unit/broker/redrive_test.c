// SPDX-License-Identifier: MPL-2.0
// Dead letters that are given back to the group that gave them up.
#include <stdio.h>
#include <string.h>

#include "rig_admin.h"
#include "test/unit/test.h"

static void hello(rig_t *rig)
{
    rig_hello(rig, "p");
    rig_hello(rig, "a");
    rig_hello(rig, "c");
    rig_hello(rig, "d");
}

static void join(rig_t *rig, const char *client, const char *group)
{
    rig_consume(rig, client, "jobs", group, 200);
    rig_expect(rig, client, HDR_done);
}

// A topic with two groups; the first gives up so many records, the second has settled them.
static rig_t *rig_with_letters(int count)
{
    rig_t *rig = rig_new(NULL);
    hello(rig);
    join(rig, "c", "g");
    join(rig, "d", "other");
    for (int i = 0; i < count; i++) {
        char payload[16];
        snprintf(payload, sizeof payload, "job %d", i);
        rig_publish(rig, "p", "jobs", i % 2 ? "key" : NULL, NULL, payload);
        rig_expect(rig, "p", HDR_published);
        rig_expect_record(rig, "d", i, 1);
        rig_ack(rig, "d", "jobs", "other", i);
        rig_expect(rig, "d", HDR_done);
        rig_expect_record(rig, "c", i, 1);
        rig_term(rig, "c", "jobs", "g", i);
        rig_expect(rig, "c", HDR_done);
    }
    return rig;
}

static int64_t redrive(rig_t *rig, int64_t count)
{
    msg_counted_t counted;
    msg_topic_redrive_t ask = {.topic = "dead.jobs.g", .count = count};
    rig_ask(rig, METHOD_topic_redrive, &ask);
    rig_answer(rig, METHOD_topic_redrive, &counted);
    return counted.count;
}

static void letters_go_back_to_their_group_only(void **state)
{
    (void)state;
    rig_t *rig = rig_with_letters(3);
    assert_int_equal(redrive(rig, 2), 2);
    rig_expect_record(rig, "c", 3, 1);
    assert_string_equal(rig->payload, "job 0");
    rig_expect_record(rig, "c", 4, 1);
    assert_string_equal(rig->payload, "job 1");
    assert_true(view_equals(rig->header.record.key, "key"));
    rig_expect_none(rig, "d");
    assert_int_equal(rig_number(rig, "dead.jobs.g", NULL, "records"), 1);
    rig_free(rig);
}

static void redrive_survives_a_restart(void **state)
{
    (void)state;
    rig_t *rig = rig_with_letters(2);
    assert_int_equal(redrive(rig, 1), 1);
    rig_expect_record(rig, "c", 2, 1);
    rig_restart(rig);
    hello(rig);
    assert_int_equal(rig_number(rig, "dead.jobs.g", NULL, "records"), 1);
    join(rig, "c", "g");
    join(rig, "d", "other");
    rig_expect_record(rig, "c", 2, 1);
    rig_ack(rig, "c", "jobs", "g", 2);
    rig_expect(rig, "c", HDR_done);
    rig_expect_none(rig, "d");
    assert_int_equal(rig_number(rig, "jobs", NULL, "records"), 0);
    rig_free(rig);
}

static void many_letters_go_in_steps(void **state)
{
    (void)state;
    rig_t *rig = rig_with_letters(150);
    assert_int_equal(redrive(rig, 0), 150);
    assert_int_equal(rig_number(rig, "dead.jobs.g", NULL, "records"), 0);
    for (int i = 0; i < 150; i += 2) {
        rig_expect_record(rig, "c", 150 + i, 1);
        if (i == 0) {
            rig_expect_record(rig, "c", 151, 1); // the first of its key
        }
    }
    assert_int_equal(redrive(rig, 0), 0);
    rig_free(rig);
}

static void letters_stay_when_the_disk_refuses(void **state)
{
    (void)state;
    rig_t *rig = rig_with_letters(2);
    msg_topic_redrive_t ask = {.topic = "dead.jobs.g"};
    rig->hold_appends = true;
    rig_ask(rig, METHOD_topic_redrive, &ask);
    rig_refuse(rig, METHOD_topic_redrive, &ask, ERR_CONFLICT); // one at a time
    rig_fail(rig, ERR_FULL);
    rig_expect_fault(rig, "a", HDR_answer, ERR_FULL);
    rig->hold_appends = false;
    rig_expect_none(rig, "c");
    assert_int_equal(rig_number(rig, "dead.jobs.g", NULL, "records"), 2);
    assert_int_equal(redrive(rig, 0), 2);
    rig_expect_record(rig, "c", 2, 1);
    rig_free(rig);
}

static void letters_that_are_purged_meanwhile_stay_away(void **state)
{
    (void)state;
    rig_t *rig = rig_with_letters(2);
    rig->hold_reads = true;
    rig_ask(rig, METHOD_topic_redrive, &(msg_topic_redrive_t){.topic = "dead.jobs.g"});
    int64_t id = rig->next_id;
    rig_do(rig, METHOD_topic_purge, &(msg_topic_purge_t){.topic = "dead.jobs.g"});
    rig->hold_reads = false;
    rig_read(rig);
    rig->next_id = id;
    msg_counted_t counted;
    rig_answer(rig, METHOD_topic_redrive, &counted);
    assert_int_equal(counted.count, 0);
    rig_expect_none(rig, "c");
    rig_free(rig);
}

static void letters_without_their_group_stay(void **state)
{
    (void)state;
    rig_t *rig = rig_with_letters(1);
    rig_gone(rig, "c");
    rig_do(rig, METHOD_group_delete, &(msg_group_named_t){.topic = "jobs", .group = "g"});
    msg_topic_redrive_t ask = {.topic = "dead.jobs.g"};
    rig_refuse(rig, METHOD_topic_redrive, &ask, ERR_NOT_FOUND);
    ask.topic = "jobs";
    rig_refuse(rig, METHOD_topic_redrive, &ask, ERR_INVALID);
    assert_int_equal(rig_number(rig, "dead.jobs.g", NULL, "records"), 1);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_go_back_to_their_group_only),
        cmocka_unit_test(redrive_survives_a_restart),
        cmocka_unit_test(many_letters_go_in_steps),
        cmocka_unit_test(letters_stay_when_the_disk_refuses),
        cmocka_unit_test(letters_that_are_purged_meanwhile_stay_away),
        cmocka_unit_test(letters_without_their_group_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
