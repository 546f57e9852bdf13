// SPDX-License-Identifier: MPL-2.0
#include "rig.h"
#include "test/unit/test.h"

static void hello_is_welcomed_with_the_brokers_incarnation(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    header_t hello = {
        .kind = HDR_hello,
        .hello = {.version = 1, .name = view_of("a"), .instance = view_of("1"), .attempt = 9}};
    rig_send(rig, "a", &hello, NULL);
    const header_t *welcome = rig_expect(rig, "a", HDR_welcome);
    assert_true(view_equals(welcome->welcome.broker, "br_test"));
    assert_int_equal(welcome->welcome.silence_ms, 5000);
    assert_int_equal(welcome->welcome.attempt, 9);
    rig_free(rig);
}

static void silent_client_is_forgotten_after_five_seconds(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    rig_hello(rig, "a");
    header_t ping = {.kind = HDR_ping};
    rig_pass(rig, 4000);
    rig_send(rig, "a", &ping, NULL);
    rig_expect(rig, "a", HDR_pong);
    rig_pass(rig, 4999);
    rig_send(rig, "a", &ping, NULL);
    rig_expect(rig, "a", HDR_pong);
    rig_pass(rig, 5000);
    rig_send(rig, "a", &ping, NULL);
    rig_expect_fault(rig, "a", HDR_refused, ERR_UNAUTHENTICATED);
    rig_free(rig);
}

static void restarted_client_replaces_its_earlier_session_at_once(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    rig_hello(rig, "publisher");
    rig_publish(rig, "publisher", "jobs", NULL, NULL, "work");
    rig_consumer(rig, "old", "jobs", 1);
    rig_expect_record(rig, "old", 0, 1);
    header_t hello = {.kind = HDR_hello,
                      .hello = {.version = 1, .name = view_of("old"), .instance = view_of("1")}};
    rig_send(rig, "new", &hello, NULL); // the same client on another connection
    rig_expect(rig, "new", HDR_welcome);
    rig_expect_fault(rig, "old", HDR_refused, ERR_CONFLICT);
    rig_consume(rig, "new", "jobs", "g", 1);
    rig_expect(rig, "new", HDR_done);
    rig_expect_record(rig, "new", 0, 2);
    rig_free(rig);
}

static void client_that_cannot_be_reached_is_gone(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    rig_hello(rig, "worker");
    rig_hello(rig, "caller");
    rig_serve(rig, "worker", "echo", 1);
    rig_call(rig, "caller", "echo", 60000, false);
    rig_gone(rig, "worker");
    rig_expect_fault(rig, "caller", HDR_answer, ERR_UNAVAILABLE);
    rig_free(rig);
}

static void more_clients_than_allowed_are_refused(void **state)
{
    (void)state;
    rig_t *rig = rig_new(NULL);
    char name[32];
    for (int i = 0; i < CORE_SESSIONS_MAX; i++) {
        snprintf(name, sizeof name, "c%d", i);
        rig_hello(rig, name);
    }
    header_t hello = {
        .kind = HDR_hello,
        .hello = {.version = 1, .name = view_of("one-more"), .instance = view_of("1")}};
    rig_send(rig, "one-more", &hello, NULL);
    rig_expect_fault(rig, "one-more", HDR_refused, ERR_FULL);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello_is_welcomed_with_the_brokers_incarnation),
        cmocka_unit_test(silent_client_is_forgotten_after_five_seconds),
        cmocka_unit_test(restarted_client_replaces_its_earlier_session_at_once),
        cmocka_unit_test(client_that_cannot_be_reached_is_gone),
        cmocka_unit_test(more_clients_than_allowed_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
