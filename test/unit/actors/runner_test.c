// SPDX-License-Identifier: MPL-2.0
// The worker's side of a job, stepped through the training actor.
#include "actors/runtime/runner.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/frames.h"
#include "actors/training/training.h"
#include "test/unit/actors/port.h"
#include "test/unit/test.h"

static actor_t *actor;
static fault_t fault;

static int setup(void **state)
{
    (void)state;
    actor = port_new(&training_actor);
    return port_start(actor, &fault);
}

static int teardown(void **state)
{
    (void)state;
    port_destroy(&actor);
    return 0;
}

static int64_t deliver(void)
{
    return port_deliver_message(actor, "training", MSG_job_order,
                                &(msg_job_order_t){.job = "jb_1"});
}

static void answer_claim(const char *state)
{
    port_output_t *claim = port_take(actor, PORT_CALL);
    assert_int_equal(claim->method, METHOD_job_claim);
    json_t *list = json_array();
    json_t *map = json_object();
    msg_job_claimed_t claimed = {.state = state,
                                 .attempt = 1,
                                 .kind = "train",
                                 .blob = "00",
                                 .recipe = list,
                                 .training = map};
    port_answer(actor, claim, &claimed, (bytes_t){0});
    json_decref(list);
    json_decref(map);
}

// Brings a job to where its worker runs.
static port_output_t *start_job(void)
{
    answer_claim("running");
    port_fetched(actor, port_take(actor, PORT_FETCH), NULL, "/store/00");
    port_output_t *spawn = port_take(actor, PORT_SPAWN);
    assert_non_null(spawn);
    return spawn;
}

static msg_job_event_t event_of(port_output_t *record)
{
    msg_job_event_t event;
    assert_non_null(record);
    assert_string_equal(record->topic, "job.events");
    assert_int_equal(
        message_unpack(MSG_job_event, record->payload.data, record->payload.size, &event, &fault),
        ERR_OK);
    return event;
}

static void a_job_is_claimed_worked_stored_told_and_acknowledged(void **state)
{
    (void)state;
    int64_t offset = deliver();
    port_output_t *spawn = start_job();
    json_t *spec = json_loads(spawn->text, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(spec, "kind")), "train");
    assert_string_equal(json_string_value(json_object_get(spec, "input")), "/store/00");
    assert_null(json_object_get(spec, "frame"));
    json_decref(spec);

    port_line(
        actor, spawn,
        "{\"result\": {\"record\": {\"format\": 1}, \"files\": [\"model.pkl\", \"record.json\"]}}");
    port_exit(actor, spawn, 0);
    port_output_t *store = port_take(actor, PORT_STORE);
    assert_non_null(strstr(store->text, "model.pkl"));
    port_stored(actor, store, NULL, "aa", 10);
    port_stored(actor, port_take(actor, PORT_STORE), NULL, "bb", 20);

    assert_int_equal(port_count(actor, PORT_ACK), 0);
    port_output_t *end = port_take(actor, PORT_PUBLISH);
    msg_job_event_t event = event_of(end);
    assert_string_equal(event.kind, "done");
    assert_int_equal(event.attempt, 1);
    assert_int_equal(json_array_size(event.files), 2);
    assert_int_equal(json_integer_value(json_object_get(event.result, "format")), 1);
    message_release(MSG_job_event, &event);
    port_published(actor, end, NULL);
    assert_int_equal(port_take(actor, PORT_ACK)->id, offset);
}

static void a_training_takes_the_table_that_previews_made(void **state)
{
    (void)state;
    char *folder = frames_folder(actor_data_dir(actor));
    char *path = frames_path(actor_data_dir(actor), "00", NULL);
    mkdir(folder, 0700);
    fclose(fopen(path, "w"));
    deliver();
    json_t *spec = json_loads(start_job()->text, 0, NULL);
    assert_int_equal(access(json_string_value(json_object_get(spec, "frame")), R_OK), 0);
    json_decref(spec);
    free(folder);
    free(path);
}

static void a_job_that_has_ended_is_only_acknowledged(void **state)
{
    (void)state;
    int64_t offset = deliver();
    answer_claim("done");
    assert_int_equal(port_take(actor, PORT_ACK)->id, offset);
    assert_int_equal(port_count(actor, PORT_SPAWN), 0);
}

static void a_worker_that_is_killed_gives_the_order_back_with_the_reason(void **state)
{
    (void)state;
    int64_t offset = deliver();
    port_exit(actor, start_job(), SIGKILL);
    port_output_t *nack = port_take(actor, PORT_NACK);
    assert_int_equal(nack->id, offset);
    assert_non_null(strstr(nack->text, "signal 9"));
    assert_int_equal(port_count(actor, PORT_PUBLISH), 0);
}

static void a_worker_that_is_stopped_with_its_actor_is_not_held_against_the_job(void **state)
{
    (void)state;
    deliver();
    port_output_t *spawn = start_job();
    runner_stop(actor);
    port_exit(actor, spawn, SIGKILL);
    assert_int_equal(port_count(actor, PORT_NACK), 0);
    assert_int_equal(port_count(actor, PORT_ACK), 0);
    assert_int_equal(port_count(actor, PORT_PUBLISH), 0);
}

static void a_fault_of_the_data_ends_the_job(void **state)
{
    (void)state;
    int64_t offset = deliver();
    port_output_t *spawn = start_job();
    port_line(actor, spawn,
              "{\"fault\": {\"code\": \"TARGET\", \"detail\": \"one class\", \"remedy\": \"another "
              "target\"}}");
    port_exit(actor, spawn, 0);
    port_output_t *end = port_take(actor, PORT_PUBLISH);
    msg_job_event_t event = event_of(end);
    assert_string_equal(event.kind, "failed");
    assert_string_equal(json_string_value(json_object_get(event.fault, "code")), "TARGET");
    message_release(MSG_job_event, &event);
    port_published(actor, end, NULL);
    assert_int_equal(port_take(actor, PORT_ACK)->id, offset);
}

static void a_full_disk_is_tried_again(void **state)
{
    (void)state;
    deliver();
    port_output_t *spawn = start_job();
    port_line(actor, spawn, "{\"fault\": {\"code\": \"FULL\", \"detail\": \"no space\"}}");
    port_exit(actor, spawn, 0);
    assert_non_null(port_take(actor, PORT_NACK));
}

static void progress_is_told_and_leases_are_kept(void **state)
{
    (void)state;
    int64_t offset = deliver();
    port_output_t *spawn = start_job();
    port_line(actor, spawn, "{\"progress\": 0.5, \"stage\": \"fit\"}");
    msg_job_event_t event = event_of(port_take(actor, PORT_PUBLISH));
    assert_string_equal(event.kind, "progress");
    assert_string_equal(event.stage, "fit");
    message_release(MSG_job_event, &event);
    port_line(actor, spawn, "{\"progress\": 0.6, \"stage\": \"fit\"}");
    assert_int_equal(port_count(actor, PORT_PUBLISH), 0);
    port_advance(actor, 10000);
    assert_int_equal(port_take(actor, PORT_TOUCH)->id, offset);
}

static void what_is_left_is_told_once_it_can_be(void **state)
{
    (void)state;
    deliver();
    port_output_t *spawn = start_job();
    port_line(actor, spawn, "{\"progress\": 0.1, \"stage\": \"fit\"}");
    msg_job_event_t event = event_of(port_take(actor, PORT_PUBLISH));
    assert_int_equal(event.eta_ms, 0);
    message_release(MSG_job_event, &event);
    port_advance(actor, 4000);
    port_line(actor, spawn, "{\"progress\": 0.5, \"stage\": \"fit\"}");
    event = event_of(port_take(actor, PORT_PUBLISH));
    assert_in_range(event.eta_ms, 4000, 4001);
    message_release(MSG_job_event, &event);
}

static void a_cancelled_job_is_killed_and_acknowledged(void **state)
{
    (void)state;
    int64_t offset = deliver();
    port_output_t *spawn = start_job();
    port_advance(actor, 2000);
    port_output_t *poll = port_take(actor, PORT_CALL);
    assert_int_equal(poll->method, METHOD_job_poll);
    port_answer(actor, poll, &(msg_job_state_t){.state = "cancelled"}, (bytes_t){0});
    assert_int_equal(port_take(actor, PORT_KILL)->id, spawn->id);
    port_exit(actor, spawn, SIGKILL);
    assert_int_equal(port_take(actor, PORT_ACK)->id, offset);
    assert_int_equal(port_count(actor, PORT_PUBLISH), 0);
}

static void an_order_that_comes_again_during_its_work_is_not_begun_twice(void **state)
{
    (void)state;
    deliver();
    start_job();
    deliver();
    assert_int_equal(port_count(actor, PORT_CALL), 0);
    assert_int_equal(port_count(actor, PORT_SPAWN), 0);
}

static void an_absent_gateway_is_waited_for_and_costs_no_try(void **state)
{
    (void)state;
    int64_t offset = deliver();
    for (int i = 0; i < 20; i++) { // more than the order's deliveries
        port_fail(actor, port_take(actor, PORT_CALL), ERR_UNAVAILABLE, "no gateway");
        port_advance(actor, 2000);
    }
    assert_int_equal(port_count(actor, PORT_NACK), 0);
    assert_int_equal(port_take(actor, PORT_TOUCH)->id, offset);
    start_job();
}

static void a_result_waits_for_the_store_and_is_not_made_again(void **state)
{
    (void)state;
    deliver();
    port_output_t *spawn = start_job();
    port_line(actor, spawn, "{\"result\": {\"record\": {}, \"files\": [\"model.pkl\"]}}");
    port_exit(actor, spawn, 0);
    fault_t away;
    fault_set(&away, ERR_TIMEOUT, NULL, "no store");
    port_stored(actor, port_take(actor, PORT_STORE), &away, NULL, 0);
    port_advance(actor, 2000);
    port_output_t *again = port_take(actor, PORT_STORE);
    assert_non_null(again);
    port_stored(actor, again, NULL, "aa", 10);
    msg_job_event_t event = event_of(port_take(actor, PORT_PUBLISH));
    assert_string_equal(event.kind, "done");
    message_release(MSG_job_event, &event);
    assert_int_equal(port_count(actor, PORT_SPAWN), 0);
    assert_int_equal(port_count(actor, PORT_NACK), 0);
}

static void a_claim_that_is_refused_gives_the_order_back(void **state)
{
    (void)state;
    int64_t offset = deliver();
    port_fail(actor, port_take(actor, PORT_CALL), ERR_IO, "no catalog");
    assert_int_equal(port_take(actor, PORT_NACK)->id, offset);
}

static void a_broken_order_becomes_a_dead_letter(void **state)
{
    (void)state;
    int64_t offset = port_deliver(actor, "training", (bytes_t){"\xc1", 1});
    assert_int_equal(port_take(actor, PORT_TERM)->id, offset);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_job_is_claimed_worked_stored_told_and_acknowledged),
        TEST(a_training_takes_the_table_that_previews_made),
        TEST(a_job_that_has_ended_is_only_acknowledged),
        TEST(a_worker_that_is_killed_gives_the_order_back_with_the_reason),
        TEST(a_worker_that_is_stopped_with_its_actor_is_not_held_against_the_job),
        TEST(a_fault_of_the_data_ends_the_job),
        TEST(a_full_disk_is_tried_again),
        TEST(progress_is_told_and_leases_are_kept),
        TEST(what_is_left_is_told_once_it_can_be),
        TEST(a_cancelled_job_is_killed_and_acknowledged),
        TEST(an_order_that_comes_again_during_its_work_is_not_begun_twice),
        TEST(an_absent_gateway_is_waited_for_and_costs_no_try),
        TEST(a_result_waits_for_the_store_and_is_not_made_again),
        TEST(a_claim_that_is_refused_gives_the_order_back),
        TEST(a_broken_order_becomes_a_dead_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
