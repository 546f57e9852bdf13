// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <string.h>

#include "broker/roles.h"
#include "rig.h"
#include "test/unit/test.h"

static rig_t *rig_with(const char *limits, policy_t **ret_policy)
{
    char roles[256];
    snprintf(roles, sizeof roles, "r\n    publish = \"jobs\"\n    consume = \"jobs\"\n    %s\n",
             limits);
    policy_t *policy = policy_new();
    assert_int_equal(roles_parse(roles, strlen(roles), policy, NULL), ERR_OK);
    policy_add_user(policy, "u", "r", NULL);
    policy_add_user(policy, "v", "r", NULL);
    rig_t *rig = rig_new(NULL);
    rig_policy(rig, policy);
    rig->user = "u";
    rig_hello(rig, "c");
    rig_hello(rig, "d");
    *ret_policy = policy;
    return rig;
}

static int taken_of(rig_t *rig, const char *client, int count)
{
    int taken = 0;
    for (int i = 0; i < count; i++) {
        rig_publish(rig, client, "jobs", "", "", "0123456789");
        assert_true(rig_take_other(rig, client));
        taken += rig->header.kind == HDR_published;
        if (rig->header.kind == HDR_refused) {
            assert_int_equal(rig->fault.code, ERR_RATE_LIMITED);
        }
    }
    return taken;
}

static void messages_of_a_second_go_and_come_back(void **state)
{
    (void)state;
    policy_t *policy;
    rig_t *rig = rig_with("messages_s = \"10\"", &policy);
    assert_int_equal(taken_of(rig, "c", 30), 10);
    assert_non_null(strstr(rig->fault.detail, "'messages_s'"));
    assert_non_null(strstr(rig->fault.remedy, "retry after"));
    rig_pass(rig, 500);
    assert_int_equal(taken_of(rig, "c", 30), 5);
    rig_pass(rig, 3000); // no more than a second's worth is kept
    assert_int_equal(taken_of(rig, "c", 30), 10);
    rig_free(rig);
    policy_destroy(&policy);
}

static void sessions_of_a_key_share_it_and_others_do_not(void **state)
{
    (void)state;
    policy_t *policy;
    rig_t *rig = rig_with("messages_s = \"10\"", &policy);
    assert_int_equal(taken_of(rig, "c", 7), 7);
    assert_int_equal(taken_of(rig, "d", 7), 3);
    rig->user = "v";
    rig_hello(rig, "e");
    assert_int_equal(taken_of(rig, "e", 7), 7);
    rig->user = "u"; // hanging up renews nothing
    rig_gone(rig, "c");
    rig_gone(rig, "d");
    rig_hello(rig, "c");
    assert_int_equal(taken_of(rig, "c", 7), 0);
    rig_free(rig);
    policy_destroy(&policy);
}

static void one_larger_than_a_second_goes_and_is_paid_for(void **state)
{
    (void)state;
    policy_t *policy;
    rig_t *rig = rig_with("bytes_s = \"10\"", &policy);
    assert_int_equal(taken_of(rig, "c", 3), 1);
    assert_non_null(strstr(rig->fault.detail, "'bytes_s'"));
    rig_pass(rig, 500);
    assert_int_equal(taken_of(rig, "c", 1), 0);
    rig_pass(rig, 4000);
    assert_int_equal(taken_of(rig, "c", 2), 1);
    rig_free(rig);
    policy_destroy(&policy);
}

static void settling_is_counted_and_never_refused(void **state)
{
    (void)state;
    policy_t *policy;
    rig_t *rig = rig_with("messages_s = \"5\"", &policy);
    rig_consume(rig, "c", "jobs", "g", 100);
    rig_expect(rig, "c", HDR_done);
    assert_int_equal(taken_of(rig, "d", 9), 4);
    for (int64_t offset = 0; offset < 4; offset++) {
        rig_expect_record(rig, "c", offset, 1);
    }
    for (int64_t offset = 0; offset < 4; offset++) {
        rig_ack(rig, "c", "jobs", "g", offset);
        rig_expect(rig, "c", HDR_done);
    }
    rig_pass(rig, 700); // the acks are paid for first
    assert_int_equal(taken_of(rig, "d", 1), 0);
    rig_pass(rig, 300);
    assert_int_equal(taken_of(rig, "d", 3), 1);
    rig_free(rig);
    policy_destroy(&policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_of_a_second_go_and_come_back),
        cmocka_unit_test(sessions_of_a_key_share_it_and_others_do_not),
        cmocka_unit_test(one_larger_than_a_second_goes_and_is_paid_for),
        cmocka_unit_test(settling_is_counted_and_never_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
