// SPDX-License-Identifier: MPL-2.0
// Trials on the bus: what the training actor does for a search that it leads, and for one it hosts.
#include "actors/training/training.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

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

// --- Hosting -----------------------------------------------------------------------------------

static int64_t deliver(const char *job, int64_t number)
{
    json_t *list = json_array();
    json_t *order = json_pack("{ss s{}}", "algorithm", "svc", "parameters");
    json_t *training = json_object();
    msg_trial_t trial = {.job = job,
                         .attempt = 1,
                         .number = number,
                         .blob = "00",
                         .recipe = list,
                         .training = training,
                         .order = order};
    int64_t offset = port_deliver_message(actor, "trials", MSG_trial, &trial);
    json_decref(list);
    json_decref(order);
    json_decref(training);
    return offset;
}

static void answer_poll(const char *job_state)
{
    port_output_t *poll = port_take(actor, PORT_CALL);
    assert_non_null(poll);
    assert_int_equal(poll->method, METHOD_job_poll);
    port_answer(actor, poll, &(msg_job_state_t){.state = job_state}, (bytes_t){0});
}

// The process of a search's first trial.
static port_output_t *host(const char *job, int64_t number)
{
    deliver(job, number);
    answer_poll("running");
    port_fetched(actor, port_take(actor, PORT_FETCH), NULL, "/a.csv");
    port_output_t *spawn = port_take(actor, PORT_SPAWN);
    assert_non_null(spawn);
    return spawn;
}

static json_int_t told(void)
{
    port_output_t *say = port_take(actor, PORT_SAY);
    assert_non_null(say);
    json_t *word = json_loads(say->text, 0, NULL);
    json_int_t number = json_integer_value(json_object_get(word, "number"));
    json_decref(word);
    return number;
}

static msg_trial_result_t result(port_output_t **ret_publish)
{
    msg_trial_result_t message;
    port_output_t *publish = port_take(actor, PORT_PUBLISH);
    assert_non_null(publish);
    assert_string_equal(publish->topic, "trial.results");
    assert_int_equal(message_unpack(MSG_trial_result, publish->payload.data, publish->payload.size,
                                    &message, &fault),
                     ERR_OK);
    *ret_publish = publish;
    return message;
}

static void take_result(int64_t number, const char *row_state)
{
    port_output_t *publish;
    msg_trial_result_t message = result(&publish);
    assert_int_equal(message.number, number);
    assert_string_equal(json_string_value(json_object_get(message.row, "state")), row_state);
    message_release(MSG_trial_result, &message);
    assert_null(port_take(actor, PORT_ACK)); // not before the row is on disk
    port_published(actor, publish, NULL);
    assert_non_null(port_take(actor, PORT_ACK));
}

static void a_process_is_kept_for_the_trials_of_its_search(void **state)
{
    (void)state;
    port_output_t *spawn = host("jb_1", 7);
    assert_non_null(strstr(spawn->text, "\"kind\":\"trials\""));
    assert_int_equal(told(), 7);
    port_line(actor, spawn, "{\"number\":7,\"row\":{\"state\":\"done\"}}");
    take_result(7, "done");
    deliver("jb_1", 8);
    assert_int_equal(told(), 8);
    assert_null(port_take(actor, PORT_SPAWN));
    port_line(actor, spawn, "{\"number\":8,\"row\":{\"state\":\"failed\"}}");
    take_result(8, "failed");
}

static void another_search_has_a_process_of_its_own(void **state)
{
    (void)state;
    port_output_t *first = host("jb_1", 1);
    assert_int_equal(told(), 1);
    port_line(actor, first, "{\"number\":1,\"row\":{\"state\":\"done\"}}");
    take_result(1, "done");
    deliver("jb_2", 1);
    answer_poll("running");
    assert_int_equal(port_take(actor, PORT_KILL)->id, first->id);
    port_exit(actor, first, SIGKILL);
    port_fetched(actor, port_take(actor, PORT_FETCH), NULL, "/b.csv");
    assert_non_null(port_take(actor, PORT_SPAWN));
    assert_int_equal(told(), 1);
}

static void a_process_that_dies_is_a_failed_row(void **state)
{
    (void)state;
    port_output_t *spawn = host("jb_1", 1);
    port_exit(actor, spawn, SIGKILL);
    take_result(1, "failed");
}

static void a_process_that_cannot_begin_tells_why(void **state)
{
    (void)state;
    port_output_t *spawn = host("jb_1", 1);
    port_line(actor, spawn, "{\"fault\":{\"code\":\"TARGET\",\"detail\":\"one label\"}}");
    port_output_t *publish;
    msg_trial_result_t message = result(&publish);
    const json_t *why = json_object_get(message.row, "fault");
    assert_string_equal(json_string_value(json_object_get(why, "detail")), "one label");
    message_release(MSG_trial_result, &message);
}

static void a_trial_that_nobody_wants_is_not_begun(void **state)
{
    (void)state;
    deliver("jb_1", 1);
    answer_poll("cancelled");
    assert_non_null(port_take(actor, PORT_ACK));
    assert_null(port_take(actor, PORT_FETCH));
}

static void drop(const char *job)
{
    port_deliver_message(actor, "trial.results", MSG_trial_result,
                         &(msg_trial_result_t){.job = job, .attempt = 1});
    assert_string_equal(port_take(actor, PORT_ACK)->topic, "trial.results");
}

static void a_search_that_ended_ends_its_trials(void **state)
{
    (void)state;
    port_output_t *spawn = host("jb_1", 1);
    drop("jb_1");
    assert_int_equal(port_take(actor, PORT_KILL)->id, spawn->id);
    port_exit(actor, spawn, SIGKILL);
    assert_string_equal(port_take(actor, PORT_ACK)->topic, "trials");
    assert_null(port_take(actor, PORT_PUBLISH));
    deliver("jb_1", 2); // one that was still in the topic
    assert_non_null(port_take(actor, PORT_ACK));
    assert_null(port_take(actor, PORT_CALL));
}

static void a_search_may_end_while_its_table_is_fetched(void **state)
{
    (void)state;
    deliver("jb_1", 1);
    answer_poll("running");
    drop("jb_1");
    port_fetched(actor, port_take(actor, PORT_FETCH), NULL, "/a.csv");
    assert_null(port_take(actor, PORT_SPAWN));
    assert_non_null(port_take(actor, PORT_ACK));
    assert_non_null(port_take(actor, PORT_RELEASE));
}

static void a_cancelled_job_ends_its_trial_without_a_word(void **state)
{
    (void)state;
    port_output_t *spawn = host("jb_1", 1);
    port_advance(actor, 1500);
    answer_poll("cancelled");
    assert_int_equal(port_take(actor, PORT_KILL)->id, spawn->id);
    port_exit(actor, spawn, SIGKILL);
    assert_non_null(port_take(actor, PORT_ACK));
    assert_null(port_take(actor, PORT_PUBLISH));
}

static void a_row_is_told_again_until_it_is_on_disk(void **state)
{
    (void)state;
    port_output_t *publish;
    port_output_t *spawn = host("jb_1", 1);
    port_line(actor, spawn, "{\"number\":1,\"row\":{\"state\":\"done\"}}");
    msg_trial_result_t message = result(&publish);
    message_release(MSG_trial_result, &message);
    fault_set(&fault, ERR_UNAVAILABLE, NULL, "away");
    port_published(actor, publish, &fault);
    assert_null(port_take(actor, PORT_ACK));
    port_advance(actor, 2000);
    take_result(1, "done");
}

static void a_trial_that_ended_actors_is_a_failed_row(void **state)
{
    (void)state;
    json_t *empty = json_object();
    buf_t frame = {0};
    msg_trial_t trial = {.job = "jb_1",
                         .attempt = 1,
                         .number = 5,
                         .blob = "00",
                         .recipe = empty,
                         .training = empty,
                         .order = empty};
    message_pack(MSG_trial, &trial, &frame);
    bus_record_t record = {.topic = "trials",
                           .group = "workers",
                           .offset = 99,
                           .deliveries = 4,
                           .payload = {frame.data, frame.size}};
    port_deliver_record(actor, &record);
    take_result(5, "failed");
    buf_release(&frame);
    json_decref(empty);
}

static void an_idle_process_goes(void **state)
{
    (void)state;
    port_output_t *spawn = host("jb_1", 1);
    port_line(actor, spawn, "{\"number\":1,\"row\":{\"state\":\"done\"}}");
    take_result(1, "done");
    port_advance(actor, 4000);
    assert_null(port_take(actor, PORT_KILL));
    port_advance(actor, 3000);
    assert_int_equal(port_take(actor, PORT_KILL)->id, spawn->id);
}

// --- Leading -----------------------------------------------------------------------------------

static port_output_t *lead(void)
{
    json_t *recipe = json_array();
    json_t *training = json_pack("{ss}", "algorithm", "auto");
    port_deliver_message(actor, "training", MSG_job_order, &(msg_job_order_t){.job = "jb_9"});
    port_output_t *claim = port_take(actor, PORT_CALL);
    assert_int_equal(claim->method, METHOD_job_claim);
    msg_job_claimed_t claimed = {.state = "running",
                                 .attempt = 2,
                                 .kind = "train",
                                 .blob = "00",
                                 .recipe = recipe,
                                 .training = training};
    port_answer(actor, claim, &claimed, (bytes_t){0});
    port_fetched(actor, port_take(actor, PORT_FETCH), NULL, "/a.csv");
    json_decref(recipe);
    json_decref(training);
    return port_take(actor, PORT_SPAWN);
}

static void a_worker_has_its_trials_published_and_hears_of_their_rows(void **state)
{
    (void)state;
    port_output_t *spawn = lead();
    port_line(actor, spawn, "{\"trial\":{\"number\":3,\"order\":{\"algorithm\":\"svc\"}}}");
    port_output_t *publish = port_take(actor, PORT_PUBLISH);
    assert_string_equal(publish->topic, "trials");
    assert_string_equal(publish->message_id, "jb_9.2.3");
    json_t *row = json_pack("{ss}", "state", "done");
    msg_trial_result_t message = {.job = "jb_9", .attempt = 2, .number = 3, .row = row};
    port_deliver_message(actor, "trial.results", MSG_trial_result, &message);
    assert_int_equal(told(), 3);
    message.attempt = 1; // of an earlier life
    port_deliver_message(actor, "trial.results", MSG_trial_result, &message);
    assert_null(port_take(actor, PORT_SAY));
    json_decref(row);
}

static void a_search_that_ends_says_so_to_all(void **state)
{
    (void)state;
    port_output_t *publish;
    port_output_t *spawn = lead();
    port_line(actor, spawn, "{\"drop\":true}");
    msg_trial_result_t message = result(&publish);
    assert_null(message.row);
    assert_int_equal(message.attempt, 2);
    message_release(MSG_trial_result, &message);
    port_exit(actor, spawn, SIGKILL);
    message = result(&publish);
    assert_null(message.row);
    message_release(MSG_trial_result, &message);
}

static void a_wish_reaches_the_worker_once(void **state)
{
    (void)state;
    port_output_t *spawn = lead();
    for (int i = 0; i < 2; i++) {
        port_advance(actor, 1500);
        port_output_t *poll = port_take(actor, PORT_CALL);
        msg_job_state_t steered = {.state = "running", .wish = "stop"};
        port_answer(actor, poll, &steered, (bytes_t){0});
    }
    port_output_t *say = port_take(actor, PORT_SAY);
    assert_int_equal(say->id, spawn->id);
    assert_string_equal(say->text, "{\"steer\":\"stop\"}");
    assert_null(port_take(actor, PORT_SAY));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_process_is_kept_for_the_trials_of_its_search),
        TEST(another_search_has_a_process_of_its_own),
        TEST(a_process_that_dies_is_a_failed_row),
        TEST(a_process_that_cannot_begin_tells_why),
        TEST(a_trial_that_nobody_wants_is_not_begun),
        TEST(a_search_that_ended_ends_its_trials),
        TEST(a_search_may_end_while_its_table_is_fetched),
        TEST(a_cancelled_job_ends_its_trial_without_a_word),
        TEST(a_row_is_told_again_until_it_is_on_disk),
        TEST(a_trial_that_ended_actors_is_a_failed_row),
        TEST(an_idle_process_goes),
        TEST(a_worker_has_its_trials_published_and_hears_of_their_rows),
        TEST(a_search_that_ends_says_so_to_all),
        TEST(a_wish_reaches_the_worker_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
