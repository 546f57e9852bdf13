// SPDX-License-Identifier: MPL-2.0
// Who is told of what, by heartbeats and the lack of them.
#include "actors/health/health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/health/damper.h"
#include "actors/health/roster.h"
#include "test/unit/actors/port.h"
#include "test/unit/test.h"

static int setup(void **state)
{
    actor_t *actor = port_new(&health_actor);
    port_set(actor, "admin_email", "admin@example.org");
    fault_t fault;
    assert_int_equal(port_start(actor, &fault), ERR_OK);
    *state = actor;
    return 0;
}

static int teardown(void **state)
{
    actor_t *actor = *state;
    port_destroy(&actor);
    return 0;
}

static int64_t beats; // so far, of all

static void beat_as(actor_t *actor, const char *name, const char *incarnation, const char *state)
{
    char instance[] = "1";
    beats++;
    msg_heartbeat_t heartbeat = {.name = (char *)name,
                                 .instance = instance,
                                 .incarnation = (char *)incarnation,
                                 .sequence = beats,
                                 .state = (char *)state,
                                 .started_ms = 1000 + incarnation[0],
                                 .memory_bytes = 4096};
    port_heartbeat(actor, &heartbeat);
}

static void beat(actor_t *actor, const char *name, const char *incarnation)
{
    beat_as(actor, name, incarnation, "ready");
}

// Seconds in which these are heard, each by its name; the incarnation is "a".
static void seconds(actor_t *actor, int count, const char *first, const char *second)
{
    for (int i = 0; i < count; i++) {
        port_advance(actor, 1000);
        if (first) {
            beat(actor, first, "a");
        }
        if (second) {
            beat(actor, second, "a");
        }
    }
}

// Takes the next notice; its key must begin with `key`. Returns a copy of its text.
static char *expect_notice(actor_t *actor, const char *key)
{
    port_output_t *publish = port_take(actor, PORT_PUBLISH);
    assert_non_null(publish);
    assert_string_equal(publish->topic, "notification");
    msg_notice_t notice;
    assert_int_equal(
        message_unpack(MSG_notice, publish->payload.data, publish->payload.size, &notice, NULL),
        ERR_OK);
    if (strncmp(notice.key, key, strlen(key)) != 0) {
        fail_msg("the key is '%s', not '%s...'", notice.key, key);
    }
    assert_string_equal(notice.recipient, "admin@example.org");
    assert_null(strpbrk(notice.subject, "\r\n"));
    char *text = strdup(notice.text);
    message_release(MSG_notice, &notice);
    return text;
}

static void expect(actor_t *actor, const char *key)
{
    free(expect_notice(actor, key));
}

static void expect_none(actor_t *actor)
{
    assert_int_equal(port_count(actor, PORT_PUBLISH), 0);
}

// What actor.list says of a member.
static void expect_state(actor_t *actor, const char *name, const char *state)
{
    port_request(actor, METHOD_actor_list, &(msg_empty_t){0}, (bytes_t){0});
    const msg_actors_t *answer = port_take(actor, PORT_ANSWER)->message;
    size_t i;
    json_t *item;
    json_array_foreach(answer->actors, i, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "name")), name) == 0) {
            assert_string_equal(json_string_value(json_object_get(item, "state")), state);
            assert_string_equal(json_string_value(json_object_get(item, "instance")), "1");
            assert_true(json_integer_value(json_object_get(item, "since")) > 0);
            assert_true(json_integer_value(json_object_get(item, "last_seen")) > 0);
            assert_int_equal(json_integer_value(json_object_get(item, "memory_bytes")), 4096);
            return;
        }
    }
    fail_msg("'%s' is not listed", name);
}

static void a_steady_actor_is_ready(void **state)
{
    actor_t *actor = *state;
    beat_as(actor, "gateway", "a", "starting");
    expect_state(actor, "gateway", "starting");
    seconds(actor, 10, "gateway", "broker");
    expect_state(actor, "gateway", "ready");
    expect_none(actor);
}

static void silence_is_an_outage_and_its_end_is_told(void **state)
{
    actor_t *actor = *state;
    seconds(actor, 1, "gateway", "broker");
    seconds(actor, 3, "broker", NULL);
    expect_none(actor);
    port_advance(actor, 1000);
    expect(actor, "health:gateway.1:a:down");
    expect_state(actor, "gateway", "late");
    seconds(actor, 4, "broker", NULL);
    expect_state(actor, "gateway", "down");
    expect_none(actor);
    beat(actor, "gateway", "b");
    expect(actor, "health:gateway.1:b:back");
    expect_state(actor, "gateway", "ready");
    expect_none(actor);
}

static void a_slow_actor_is_back_as_itself(void **state)
{
    actor_t *actor = *state;
    seconds(actor, 1, "gateway", "broker");
    seconds(actor, 5, "broker", NULL);
    expect(actor, "health:gateway.1:a:down");
    beat(actor, "gateway", "a");
    expect(actor, "health:gateway.1:a:back");
}

static void a_short_outage_is_one_mail(void **state)
{
    actor_t *actor = *state;
    seconds(actor, 2, "gateway", "broker");
    beat_as(actor, "gateway", "b", "starting");
    char *text = expect_notice(actor, "health:gateway.1:b:restart");
    assert_non_null(strstr(text, "without a goodbye"));
    free(text);
    beat(actor, "gateway", "b");
    expect_none(actor);
}

static void a_goodbye_is_no_outage(void **state)
{
    actor_t *actor = *state;
    seconds(actor, 2, "gateway", "broker");
    beat_as(actor, "gateway", "a", "goodbye");
    expect_state(actor, "gateway", "goodbye");
    seconds(actor, 20, "broker", NULL);
    beat(actor, "gateway", "b");
    expect_state(actor, "gateway", "ready");
    expect_none(actor);
}

static void a_goodbye_ends_an_outage_in_silence(void **state)
{
    actor_t *actor = *state;
    seconds(actor, 1, "gateway", "broker");
    seconds(actor, 5, "broker", NULL);
    expect(actor, "health:gateway.1:a:down");
    beat_as(actor, "gateway", "a", "goodbye");
    beat(actor, "gateway", "b");
    expect_none(actor);
}

static void a_repeated_last_heartbeat_is_no_sign_of_life(void **state)
{
    actor_t *actor = *state;
    seconds(actor, 1, "broker", NULL);
    for (int i = 0; i < 5; i++) {
        port_advance(actor, 1000);
        beat(actor, "broker", "a");
        int64_t kept = beats;
        beats = 0;
        beat(actor, "training", "a"); // always number 1
        beats = kept;
    }
    expect(actor, "health:training.1:a:down:1");
}

static void an_actor_long_gone_gives_the_same_key_again(void **state)
{
    actor_t *actor = *state;
    for (int run = 0; run < 2; run++) { // as told by the broker to a health that starts
        beats = 41;
        beat(actor, "training", "a");
        seconds(actor, 4, "broker", NULL);
        expect(actor, "health:training.1:a:down:42");
        port_stop(actor);
        assert_int_equal(port_start(actor, NULL), ERR_OK);
    }
}

static void health_reports_its_own_outage(void **state)
{
    actor_t *actor = *state;
    beat(actor, "health", "a"); // of the process before, kept by the broker
    beat(actor, "health", "b"); // its own first one
    expect(actor, "health:health.1:b:restart");
}

static void while_the_broker_is_away_only_the_broker_is_late(void **state)
{
    actor_t *actor = *state;
    seconds(actor, 2, "gateway", "broker");
    seconds(actor, 10, NULL, NULL);
    expect(actor, "health:broker.1:a:down");
    expect_none(actor);
    beat(actor, "broker", "b");
    expect(actor, "health:broker.1:b:back");
    port_advance(actor, 1000);
    beat(actor, "gateway", "a");
    expect_none(actor);
    expect_state(actor, "gateway", "ready");
}

static void an_actor_that_does_not_come_back_with_the_broker_is_late(void **state)
{
    actor_t *actor = *state;
    seconds(actor, 2, "gateway", "broker");
    seconds(actor, 10, NULL, NULL);
    expect(actor, "health:broker.1:a:down");
    beat(actor, "broker", "a");
    expect(actor, "health:broker.1:a:back");
    seconds(actor, 3, "broker", NULL);
    expect_none(actor);
    seconds(actor, 2, "broker", NULL);
    expect(actor, "health:gateway.1:a:down");
}

static void a_health_that_slept_blames_nobody(void **state)
{
    actor_t *actor = *state;
    seconds(actor, 2, "gateway", "broker");
    port_leap(actor, 60000);
    expect_none(actor);
    seconds(actor, 2, "gateway", "broker");
    expect_none(actor);
}

static void a_flapping_actor_is_told_in_one_mail_a_minute(void **state)
{
    actor_t *actor = *state;
    seconds(actor, 1, "gateway", "broker");
    char incarnation[2] = "a";
    for (int i = 0; i < 20; i++) {
        incarnation[0]++;
        beat(actor, "gateway", incarnation);
    }
    expect(actor, "health:gateway.1:b:restart");
    expect(actor, "health:gateway.1:c:restart");
    expect_none(actor);
    for (int i = 0; i < 61; i++) {
        port_advance(actor, 1000);
        beat(actor, "broker", "a");
        beat(actor, "gateway", incarnation);
    }
    char *text = expect_notice(actor, "health:gateway.1:u:merged");
    assert_non_null(strstr(text, "18 events"));
    size_t lines = 0;
    for (const char *at = text; (at = strstr(at, "was interrupted")); at++) {
        lines++;
    }
    assert_int_equal(lines, 18);
    assert_non_null(strstr(text, "It answers now"));
    free(text);
    expect_none(actor);
}

static void an_older_incarnation_does_not_come_back(void **state)
{
    actor_t *actor = *state;
    beat(actor, "gateway", "b");
    beat(actor, "gateway", "a"); // late on its way
    expect_none(actor);
}

static void names_that_could_break_a_mail_are_ignored(void **state)
{
    actor_t *actor = *state;
    beat(actor, "x\nBcc: eve@example.org", "a");
    beat(actor, "", "a");
    port_request(actor, METHOD_actor_list, &(msg_empty_t){0}, (bytes_t){0});
    const msg_actors_t *answer = port_take(actor, PORT_ANSWER)->message;
    assert_int_equal(json_array_size(answer->actors), 0);
}

static void no_more_members_are_kept_than_the_limit(void **state)
{
    actor_t *actor = *state;
    char name[16];
    for (int i = 0; i < ROSTER_MEMBERS_MAX; i++) {
        snprintf(name, sizeof name, "x%d", i);
        beat_as(actor, name, "a", i == 7 ? "goodbye" : "ready");
    }
    beat(actor, "gateway", "a"); // in the place of x7
    beat(actor, "bridge", "a");  // there is none
    port_request(actor, METHOD_actor_list, &(msg_empty_t){0}, (bytes_t){0});
    const msg_actors_t *answer = port_take(actor, PORT_ANSWER)->message;
    assert_int_equal(json_array_size(answer->actors), ROSTER_MEMBERS_MAX);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(answer->actors, 0), "name")), "gateway");
}

static void a_damper_lets_two_through_and_holds_the_rest(void **state)
{
    (void)state;
    damper_t damper = {0};
    assert_true(damper_take(&damper, 1000));
    assert_true(damper_take(&damper, 2000));
    assert_false(damper_take(&damper, 3000));
    assert_int_equal(damper_release(&damper, 60999), 0);
    assert_false(damper_take(&damper, 61500)); // behind those that wait
    assert_int_equal(damper_release(&damper, 61500), 2);
    assert_int_equal(damper_release(&damper, 200000), 0);
    assert_true(damper_take(&damper, 200000));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_steady_actor_is_ready),
        TEST(silence_is_an_outage_and_its_end_is_told),
        TEST(a_slow_actor_is_back_as_itself),
        TEST(a_short_outage_is_one_mail),
        TEST(a_goodbye_is_no_outage),
        TEST(a_goodbye_ends_an_outage_in_silence),
        TEST(a_repeated_last_heartbeat_is_no_sign_of_life),
        TEST(an_actor_long_gone_gives_the_same_key_again),
        TEST(health_reports_its_own_outage),
        TEST(while_the_broker_is_away_only_the_broker_is_late),
        TEST(an_actor_that_does_not_come_back_with_the_broker_is_late),
        TEST(a_health_that_slept_blames_nobody),
        TEST(a_flapping_actor_is_told_in_one_mail_a_minute),
        TEST(an_older_incarnation_does_not_come_back),
        TEST(names_that_could_break_a_mail_are_ignored),
        TEST(no_more_members_are_kept_than_the_limit),
        cmocka_unit_test(a_damper_lets_two_through_and_holds_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
