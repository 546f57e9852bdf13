// SPDX-License-Identifier: MPL-2.0
#include "actors/preprocessing/preprocessing.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actors/runtime/frames.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/frame/frame.h"
#include "test/unit/actors/port.h"
#include "test/unit/test.h"

static const char PENGUINS[] = TEST_DATA "/penguins.csv";

static actor_t *actor;
static fault_t fault;

static int setup(void **state)
{
    (void)state;
    actor = port_new(&preprocessing_actor);
    err_t err = port_start(actor, &fault);
    port_leap(actor, clock_mono_ms()); // work on the pool looks at the real clock
    return err;
}

static int teardown(void **state)
{
    (void)state;
    port_destroy(&actor);
    return 0;
}

static void inspect_as(const char *path, json_t *options)
{
    port_request(actor, METHOD_dataset_inspect,
                 &(msg_dataset_inspect_t){.blob = "00", .options = options}, (bytes_t){0});
    port_fetched(actor, port_take(actor, PORT_FETCH), NULL, path);
    port_run(actor);
}

static void inspect(const char *path)
{
    inspect_as(path, NULL);
}

static json_t *describe(void)
{
    inspect(PENGUINS);
    port_output_t *answer = port_take(actor, PORT_ANSWER);
    assert_non_null(answer);
    return json_incref(((const msg_description_t *)answer->message)->description);
}

static void ask_preview(const char *recipe_text)
{
    json_t *description = describe();
    json_t *recipe = json_loads(recipe_text, 0, NULL);
    msg_preview_make_t make = {.blob = "00", .description = description, .recipe = recipe};
    port_request(actor, METHOD_preview_make, &make, (bytes_t){0});
    json_decref(description);
    json_decref(recipe);
}

static void answer_check(const char *issues)
{
    port_output_t *check = port_take(actor, PORT_CALL);
    assert_int_equal(check->method, METHOD_recipe_check);
    json_t *list = json_loads(issues, 0, NULL);
    port_answer(actor, check, &(msg_issues_t){.issues = list}, (bytes_t){0});
    json_decref(list);
}

static void a_table_is_described_and_its_path_given_back(void **state)
{
    (void)state;
    json_t *description = describe();
    assert_int_equal(json_integer_value(json_object_get(description, "rows")), 344);
    json_decref(description);
    assert_string_equal(port_take(actor, PORT_RELEASE)->text, PENGUINS);
}

static void a_table_that_is_not_there_is_refused(void **state)
{
    (void)state;
    inspect("/nowhere.csv");
    assert_non_null(port_take(actor, PORT_REFUSE));
}

static void a_preview_shows_fifty_rows(void **state)
{
    (void)state;
    ask_preview("[{\"op\": \"missing\", \"method\": \"mode\", \"columns\": [\"sex\"]}]");
    answer_check("[]");
    port_fetched(actor, port_take(actor, PORT_FETCH), NULL, PENGUINS);
    port_run(actor);
    port_output_t *answer = port_take(actor, PORT_ANSWER);
    assert_int_equal(answer->method, METHOD_preview_make);
    const json_t *after =
        json_object_get(((const msg_preview_t *)answer->message)->preview, "after");
    assert_int_equal(json_array_size(json_object_get(after, "rows")), 50);
}

static void a_preview_with_an_issue_reads_nothing(void **state)
{
    (void)state;
    ask_preview("[{\"op\": \"missing\", \"method\": \"mean\", \"columns\": [\"sex\"]}]");
    answer_check("[{\"code\": \"COLUMN_TYPE\", \"step\": 1, \"column\": \"sex\", \"detail\": \"sex "
                 "is text\", \"remedy\": \"use mode\"}]");
    port_output_t *refusal = port_take(actor, PORT_REFUSE);
    assert_int_equal(refusal->fault.code, ERR_COLUMN_TYPE);
    assert_int_equal(refusal->fault.step, 1);
    assert_int_equal(port_count(actor, PORT_FETCH), 0);
}

// Brings a run to where its worker runs; description and output may be NULL.
static port_output_t *start_run(json_t *description, json_t *output)
{
    port_deliver_message(actor, "processing", MSG_job_order, &(msg_job_order_t){.job = "jb_1"});
    json_t *list = json_array();
    msg_job_claimed_t claimed = {.state = "running",
                                 .attempt = 2,
                                 .kind = "process",
                                 .blob = "00",
                                 .description = description,
                                 .recipe = list,
                                 .output = output};
    port_answer(actor, port_take(actor, PORT_CALL), &claimed, (bytes_t){0});
    json_decref(list);
    port_fetched(actor, port_take(actor, PORT_FETCH), NULL, PENGUINS);
    return port_take(actor, PORT_SPAWN);
}

static void a_packed_table_is_named_so(void **state)
{
    (void)state;
    json_t *output = json_pack("{ss sb}", "delimiter", ";", "gzip", 1);
    port_output_t *spawn = start_run(NULL, output);
    json_t *spec = json_loads(spawn->text, 0, NULL);
    assert_true(json_equal(json_object_get(spec, "style"), output));
    json_decref(output);
    assert_non_null(
        strstr(json_string_value(json_object_get(spec, "output")), "jb_1.2/data.csv.gz"));
    json_decref(spec);
    port_line(actor, spawn, "{\"result\": {\"rows_in\": 344, \"rows_out\": 344}}");
    port_exit(actor, spawn, 0);
    port_output_t *store = port_take(actor, PORT_STORE);
    assert_non_null(strstr(store->text, "jb_1.2/data.csv.gz"));
}

static void a_processed_table_is_one_file(void **state)
{
    (void)state;
    port_output_t *spawn = start_run(NULL, NULL);
    port_line(actor, spawn, "{\"result\": {\"rows_in\": 344, \"rows_out\": 344}}");
    port_exit(actor, spawn, 0);
    port_output_t *store = port_take(actor, PORT_STORE);
    assert_non_null(strstr(store->text, "jb_1.2/data.csv"));
    port_stored(actor, store, NULL, "aa", 10);
    port_output_t *end = port_take(actor, PORT_PUBLISH);
    msg_job_event_t event;
    assert_int_equal(
        message_unpack(MSG_job_event, end->payload.data, end->payload.size, &event, &fault),
        ERR_OK);
    assert_int_equal(json_array_size(event.files), 1);
    assert_int_equal(json_integer_value(json_object_get(event.result, "rows_in")), 344);
    message_release(MSG_job_event, &event);
    port_published(actor, end, NULL);
    assert_non_null(port_take(actor, PORT_ACK));
}

// The frame that a worker's job names, for the caller to free(); NULL: none.
static char *frame_of(const port_output_t *spawn)
{
    json_t *spec = json_loads(spawn->text, 0, NULL);
    char *path = mem_strdup(json_string_value(json_object_get(spec, "frame")));
    json_decref(spec);
    return path;
}

static void a_run_takes_the_table_that_is_there_and_keeps_it(void **state)
{
    (void)state;
    json_decref(describe());
    port_output_t *spawn = start_run(NULL, NULL);
    char *own = frame_of(spawn);
    char *shelved = frames_path(actor_data_dir(actor), "00", NULL);
    assert_non_null(own);
    assert_int_equal(unlink(shelved), 0); // as the shelf does when it is full
    frame_t *frame = NULL;
    assert_int_equal(frame_open(own, &frame, &fault), ERR_OK);
    assert_int_equal(frame_rows(frame), 344);
    frame_destroy(&frame);
    port_line(actor, spawn, "{\"fault\": {\"code\": \"NO_ROWS\", \"detail\": \"no rows\"}}");
    port_exit(actor, spawn, 0);
    port_published(actor, port_take(actor, PORT_PUBLISH), NULL);
    assert_int_not_equal(access(own, F_OK), 0);
    free(shelved);
    free(own);
}

static void a_table_that_was_read_in_another_way_is_another(void **state)
{
    (void)state;
    json_t *options = json_pack("{ss sb}", "quote", "'", "lenient", 1);
    json_t *description = json_pack("{s{sb ss}}", "import", "lenient", 1, "quote", "'");
    json_decref(describe());
    port_output_t *spawn = start_run(description, NULL);
    assert_null(frame_of(spawn));
    port_exit(actor, spawn, SIGKILL);
    inspect_as(PENGUINS, options);
    char *own = frame_of(start_run(description, NULL));
    assert_non_null(own);
    free(own);
    json_decref(options);
    json_decref(description);
}

static void what_an_earlier_life_did_not_finish_goes(void **state)
{
    (void)state;
    json_decref(describe());
    char *whole = frames_path(actor_data_dir(actor), "00", NULL);
    char *torn = text_format("%s.7f", whole);
    port_stop(actor);
    assert_int_equal(link(whole, torn), 0);
    assert_int_equal(port_start(actor, &fault), ERR_OK);
    assert_int_equal(access(whole, F_OK), 0);
    assert_int_not_equal(access(torn, F_OK), 0);
    free(whole);
    free(torn);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_table_is_described_and_its_path_given_back),
        TEST(a_table_that_is_not_there_is_refused),
        TEST(a_preview_shows_fifty_rows),
        TEST(a_preview_with_an_issue_reads_nothing),
        TEST(a_processed_table_is_one_file),
        TEST(a_packed_table_is_named_so),
        TEST(a_run_takes_the_table_that_is_there_and_keeps_it),
        TEST(a_table_that_was_read_in_another_way_is_another),
        TEST(what_an_earlier_life_did_not_finish_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
