// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <string.h>

#include "broker/core/policy.h"
#include "broker/roles.h"
#include "test/unit/test.h"

static bool allows(const char *pattern, right_t right, const char *name, const char *method)
{
    policy_t *policy = policy_new();
    role_t *role = NULL;
    assert_int_equal(policy_add_role(policy, "r", &role, NULL), ERR_OK);
    assert_int_equal(role_add_rule(role, right, pattern, NULL), ERR_OK);
    bool allowed = role_allows(role, right, view_of(name), view_of(method));
    policy_destroy(&policy);
    return allowed;
}

static void name_fits_itself_only(void **state)
{
    (void)state;
    assert_true(allows("jobs", ACCESS_PUBLISH, "jobs", ""));
    assert_false(allows("jobs", ACCESS_PUBLISH, "jobs2", ""));
    assert_false(allows("jobs", ACCESS_PUBLISH, "job", ""));
    assert_false(allows("jobs", ACCESS_PUBLISH, "", ""));
}

static void star_fits_what_begins_so(void **state)
{
    (void)state;
    assert_true(allows("job.*", ACCESS_CONSUME, "job.events", ""));
    assert_true(allows("job.*", ACCESS_CONSUME, "job.", ""));
    assert_false(allows("job.*", ACCESS_CONSUME, "jobs", ""));
    assert_true(allows("*", ACCESS_CONSUME, "anything", ""));
    assert_false(allows("*", ACCESS_CONSUME, "", ""));
}

static void call_may_name_the_method(void **state)
{
    (void)state;
    assert_true(allows("gateway", ACCESS_CALL, "gateway", "job.claim"));
    assert_true(allows("gateway/job.*", ACCESS_CALL, "gateway", "job.claim"));
    assert_false(allows("gateway/job.*", ACCESS_CALL, "gateway", "user.me"));
    assert_false(allows("gateway/job.*", ACCESS_CALL, "gateway2", "job.claim"));
    assert_true(allows("gate*", ACCESS_CALL, "gateway", "job.claim"));
}

static void right_is_not_another(void **state)
{
    (void)state;
    policy_t *policy = policy_new();
    role_t *role = NULL;
    policy_add_role(policy, "r", &role, NULL);
    role_add_rule(role, ACCESS_PUBLISH, "*", NULL);
    for (int right = ACCESS_CONSUME; right < ACCESS_RIGHTS; right++) {
        assert_false(role_allows(role, (right_t)right, view_of("jobs"), (view_t){0}));
    }
    policy_destroy(&policy);
}

static void refuse(const char *text, const char *word)
{
    policy_t *policy = policy_new();
    fault_t fault;
    assert_int_not_equal(roles_parse(text, strlen(text), policy, &fault), ERR_OK);
    if (!strstr(fault.detail, word)) {
        fail_msg("'%s' is not in: %s", word, fault.detail);
    }
    assert_string_not_equal(fault.remedy, "");
    policy_destroy(&policy);
}

static void bad_roles_are_named(void **state)
{
    (void)state;
    refuse("a\n    publish = \"x*y\"\n", "'x*y'");
    refuse("a\n    publish = \"x/y\"\n", "'x/y'");
    refuse("a\n    call = \"*/y\"\n", "'*/y'");
    refuse("a\n    call = \"x/y/z\"\n", "'x/y/z'");
    refuse("a\n    fly = \"x\"\n", "'fly'");
    refuse("a\n    bytes_s = \"many\"\n", "'many'");
    refuse("a\n    messages_s = \"-1\"\n", "'-1'");
    refuse("a\n    publish = \"x\"\na\n    publish = \"y\"\n", "comes twice");
    refuse("local\n    publish = \"x\"\n", "'local'");
    refuse("a\n    publish = \"x\x01\"\n", "line 2");
}

static void standard_roles_are_the_shipped_ones(void **state)
{
    (void)state;
    char text[8192] = "";
    FILE *file = fopen(SOURCE_ROOT "/config/roles.cfg", "re");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    assert_string_equal(text, roles_standard());
    policy_t *policy = policy_new();
    assert_int_equal(roles_parse(text, strlen(text), policy, NULL), ERR_OK);
    const role_t *client = policy_role(policy, view_of("client"));
    assert_true(role_allows(client, ACCESS_CALL, view_of("gateway"), view_of("dataset.list")));
    assert_false(role_allows(client, ACCESS_CALL, view_of("gateway"), view_of("job.claim")));
    assert_false(role_allows(client, ACCESS_PUBLISH, view_of("job.events"), (view_t){0}));
    const role_t *worker = policy_role(policy, view_of("worker"));
    assert_true(role_allows(worker, ACCESS_CONSUME, view_of("training"), (view_t){0}));
    assert_false(role_allows(worker, ACCESS_ADMIN, view_of("x"), (view_t){0}));
    policy_destroy(&policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name_fits_itself_only),
        cmocka_unit_test(star_fits_what_begins_so),
        cmocka_unit_test(call_may_name_the_method),
        cmocka_unit_test(right_is_not_another),
        cmocka_unit_test(bad_roles_are_named),
        cmocka_unit_test(standard_roles_are_the_shipped_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
