// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "broker/roles.h"
#include "rig.h"
#include "test/unit/test.h"

static const char ROLES[] = "writer\n    publish = \"jobs\"\n    call = \"echo\"\n"
                            "reader\n    consume = \"jobs\"\n    connections = \"2\"\n"
                            "server\n    serve = \"echo\"\n";

static policy_t *make_policy(const char *roles)
{
    policy_t *policy = policy_new();
    assert_int_equal(roles_parse(roles, strlen(roles), policy, NULL), ERR_OK);
    return policy;
}

static policy_t *standard_policy(void)
{
    policy_t *policy = make_policy(ROLES);
    policy_add_user(policy, "w", "writer", NULL);
    policy_add_user(policy, "r", "reader", NULL);
    policy_add_user(policy, "s", "server", NULL);
    return policy;
}

static void hello_as(rig_t *rig, const char *client, const char *user)
{
    rig->user = user;
    rig_hello(rig, client);
}

static void try_hello(rig_t *rig, const char *client, const char *user)
{
    header_t header = {
        .kind = HDR_hello,
        .hello = {.version = ADP_VERSION, .name = view_of(client), .instance = view_of("1")}};
    rig->user = user;
    rig_send(rig, client, &header, NULL);
}

static void check_forbidden(const rig_t *rig, const char *role, const char *right)
{
    assert_non_null(strstr(rig->fault.detail, role));
    assert_non_null(strstr(rig->fault.detail, right));
    assert_non_null(strstr(rig->fault.remedy, right));
}

static void expect_forbidden(rig_t *rig, const char *client, const char *role, const char *right)
{
    rig_expect_fault(rig, client, HDR_refused, ERR_FORBIDDEN);
    check_forbidden(rig, role, right);
}

static void each_right_is_asked_for(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    policy_t *policy = standard_policy();
    rig_policy(rig, policy);
    hello_as(rig, "c", "s");
    rig_publish(rig, "c", "jobs", "", "", "x");
    expect_forbidden(rig, "c", "'server'", "'publish'");
    rig_consume(rig, "c", "jobs", "g", 1);
    expect_forbidden(rig, "c", "'server'", "'consume'");
    rig_call(rig, "c", "echo", 1000, false);
    expect_forbidden(rig, "c", "'server'", "'call'");
    rig_serve(rig, "c", "other", 1);
    expect_forbidden(rig, "c", "'server'", "'serve'");
    rig_serve(rig, "c", "echo", 1);
    rig_expect(rig, "c", HDR_done);
    rig_free(rig);
    policy_destroy(&policy);
}

static void call_method(rig_t *rig, const char *client, const char *method)
{
    header_t header = {.kind = HDR_call,
                       .call = {.id = ++rig->next_id,
                                .service = view_of("broker"),
                                .method = view_of(method),
                                .remaining_ms = 1000}};
    rig_send(rig, client, &header, "");
}

static void changing_the_broker_takes_the_right_admin(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    policy_t *policy = make_policy("viewer\n    call = \"broker\"\n"
                                   "keeper\n    call = \"broker\"\n    admin = \"topic.*\"\n");
    policy_add_user(policy, "v", "viewer", NULL);
    policy_add_user(policy, "k", "keeper", NULL);
    rig_policy(rig, policy);
    hello_as(rig, "c", "v");
    call_method(rig, "c", "topic.purge");
    rig_expect_fault(rig, "c", HDR_answer, ERR_FORBIDDEN);
    check_forbidden(rig, "'viewer'", "'admin'");
    hello_as(rig, "d", "k");
    call_method(rig, "d", "group.seek");
    rig_expect_fault(rig, "d", HDR_answer, ERR_FORBIDDEN);
    check_forbidden(rig, "'keeper'", "'admin'");
    rig->user = "v";
    call_method(rig, "c", "topic.list");
    assert_int_equal(rig_expect(rig, "c", HDR_answer)->answer.code, ERR_OK);
    rig->user = "k"; // allowed, so that the message itself is looked at
    call_method(rig, "d", "topic.purge");
    rig_expect_fault(rig, "d", HDR_answer, ERR_INVALID);
    rig_free(rig);
    policy_destroy(&policy);
}

static void role_of_the_caller_is_stamped(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    policy_t *policy = standard_policy();
    rig_policy(rig, policy);
    rig_hello(rig, "local");
    rig_serve(rig, "local", "echo", 2);
    rig_expect(rig, "local", HDR_done);
    hello_as(rig, "c", "w");
    rig_call(rig, "c", "echo", 1000, false);
    assert_true(view_equals(rig_expect(rig, "local", HDR_request)->request.role, "writer"));
    rig->user = NULL;
    rig_call(rig, "local", "echo", 1000, false);
    assert_true(view_equals(rig_expect(rig, "local", HDR_request)->request.role, "local"));
    rig_free(rig);
    policy_destroy(&policy);
}

static void unknown_key_is_refused(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    try_hello(rig, "c", "w"); // before there is any policy
    rig_expect_fault(rig, "c", HDR_refused, ERR_UNAUTHENTICATED);
    policy_t *policy = standard_policy();
    rig_policy(rig, policy);
    try_hello(rig, "c", "nobody");
    rig_expect_fault(rig, "c", HDR_refused, ERR_UNAUTHENTICATED);
    rig_free(rig);
    policy_destroy(&policy);
}

static void names_of_users_are_their_own(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    policy_t *policy = standard_policy();
    rig_policy(rig, policy);
    header_t header = {
        .kind = HDR_hello,
        .hello = {.version = ADP_VERSION, .name = view_of("gateway"), .instance = view_of("1")}};
    rig_send(rig, "a", &header, NULL);
    rig_expect(rig, "a", HDR_welcome);
    rig->user = "w";
    rig_send(rig, "b", &header, NULL);
    rig_expect(rig, "b", HDR_welcome);
    rig_expect_none(rig, "a");
    rig_free(rig);
    policy_destroy(&policy);
}

static void route_of_another_user_is_not_his_session(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    policy_t *policy = standard_policy();
    rig_policy(rig, policy);
    hello_as(rig, "c", "w");
    rig->user = "r";
    rig_publish(rig, "c", "jobs", "", "", "x");
    rig_expect_fault(rig, "c", HDR_refused, ERR_UNAUTHENTICATED);
    rig->user = "w"; // what it had is gone
    rig_publish(rig, "c", "jobs", "", "", "x");
    rig_expect_fault(rig, "c", HDR_refused, ERR_UNAUTHENTICATED);
    rig_free(rig);
    policy_destroy(&policy);
}

static void chosen_routes_are_refused_when_strangers_come(void **state)
{
    (void)state;
    core_options_t options = {.remote = true};
    rig_t *rig = rig_new(&options);
    try_hello(rig, "c", NULL);
    rig_expect_fault(rig, "c", HDR_refused, ERR_INVALID);
    rig_free(rig);
}

static void connections_are_counted(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    policy_t *policy = standard_policy();
    rig_policy(rig, policy);
    hello_as(rig, "a", "r");
    hello_as(rig, "b", "r");
    hello_as(rig, "b", "r"); // anew, in its own place
    try_hello(rig, "c", "r");
    rig_expect_fault(rig, "c", HDR_refused, ERR_RATE_LIMITED);
    rig_gone(rig, "a");
    hello_as(rig, "c", "r");
    rig_free(rig);
    policy_destroy(&policy);
}

static void removed_key_loses_its_session_and_its_records(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    policy_t *policy = standard_policy();
    rig_policy(rig, policy);
    rig_hello(rig, "p");
    hello_as(rig, "c", "r");
    rig_consume(rig, "c", "jobs", "g", 1);
    rig_expect(rig, "c", HDR_done);
    rig->user = NULL;
    rig_publish(rig, "p", "jobs", "", "", "x");
    rig_expect_record(rig, "c", 0, 1);
    policy_t *without = make_policy(ROLES);
    rig_policy(rig, without);
    policy_destroy(&policy);
    rig_expect_fault(rig, "c", HDR_refused, ERR_UNAUTHENTICATED);
    rig_consumer(rig, "d", "jobs", 1);
    rig_expect_record(rig, "d", 0, 2);
    policy_t *again = standard_policy();
    rig_policy(rig, again);
    hello_as(rig, "c", "r");
    rig_free(rig);
    policy_destroy(&without);
    policy_destroy(&again);
}

static void changed_rights_end_the_session_and_equal_ones_do_not(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    policy_t *policy = standard_policy();
    rig_policy(rig, policy);
    hello_as(rig, "c", "w");
    policy_t *same = standard_policy();
    rig_policy(rig, same);
    policy_destroy(&policy);
    rig_expect_none(rig, "c");
    policy_t *other = make_policy("writer\n    publish = \"other\"\n");
    policy_add_user(other, "w", "writer", NULL);
    rig_policy(rig, other);
    policy_destroy(&same);
    rig_expect_fault(rig, "c", HDR_refused, ERR_UNAUTHENTICATED);
    hello_as(rig, "c", "w");
    rig_publish(rig, "c", "jobs", "", "", "x");
    expect_forbidden(rig, "c", "'writer'", "'publish'");
    rig_free(rig);
    policy_destroy(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_right_is_asked_for),
        cmocka_unit_test(changing_the_broker_takes_the_right_admin),
        cmocka_unit_test(role_of_the_caller_is_stamped),
        cmocka_unit_test(unknown_key_is_refused),
        cmocka_unit_test(names_of_users_are_their_own),
        cmocka_unit_test(route_of_another_user_is_not_his_session),
        cmocka_unit_test(chosen_routes_are_refused_when_strangers_come),
        cmocka_unit_test(connections_are_counted),
        cmocka_unit_test(removed_key_loses_its_session_and_its_records),
        cmocka_unit_test(changed_rights_end_the_session_and_equal_ones_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
