// SPDX-License-Identifier: MPL-2.0
#include "actors/gateway/gateway.h"

#include <string.h>

#include "test/unit/actors/port.h"
#include "test/unit/test.h"

static actor_t *actor;
static char token[LIMIT_TOKEN_BYTES + 1];
static fault_t fault;

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static const void *answer_of(method_t method)
{
    port_output_t *answer = port_take(actor, PORT_ANSWER);
    assert_non_null(answer);
    assert_int_equal(answer->method, method);
    return answer->message;
}

static void assert_refused(err_t code)
{
    port_output_t *refusal = port_take(actor, PORT_REFUSE);
    assert_non_null(refusal);
    assert_int_equal(refusal->fault.code, code);
    assert_string_not_equal(refusal->fault.detail, "");
}

static void ask(method_t method, const void *message)
{
    port_request(actor, method, message, (bytes_t){0});
}

static void log_in(method_t method, const char *email, const char *password)
{
    ask(method, &(msg_credentials_t){.email = email, .password = password});
    port_run(actor);
}

static int setup(void **state)
{
    (void)state;
    actor = port_new(&gateway_actor);
    assert_int_equal(port_start(actor, &fault), ERR_OK);
    log_in(METHOD_user_register, "ada@example.org", "correct horse");
    const msg_session_t *session = answer_of(METHOD_user_register);
    snprintf(token, sizeof token, "%s", session->token);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    port_destroy(&actor);
    return 0;
}

// Uploads three bytes through service blob; the hash.
static const char *upload(void)
{
    ask(METHOD_blob_create, &(msg_blob_create_t){0});
    port_run(actor);
    const msg_blob_upload_t *made = answer_of(METHOD_blob_create);
    assert_null(made->path);
    port_request(actor, METHOD_blob_write, &(msg_blob_write_t){.upload = made->upload, .offset = 0},
                 (bytes_t){"a\n1", 3});
    port_run(actor);
    assert_int_equal(((const msg_blob_offset_t *)answer_of(METHOD_blob_write))->offset, 3);
    ask(METHOD_blob_commit, &(msg_blob_upload_id_t){.upload = made->upload});
    port_run(actor);
    const msg_blob_committed_t *committed = answer_of(METHOD_blob_commit);
    assert_int_equal(committed->bytes, 3);
    return committed->blob;
}

static const char *add_dataset(void)
{
    ask(METHOD_dataset_create,
        &(msg_dataset_create_t){.token = token, .name = "t.csv", .blob = upload()});
    port_output_t *inspect = port_take(actor, PORT_CALL);
    assert_int_equal(inspect->method, METHOD_dataset_inspect);
    json_t *description =
        json_pack("{si si s[{ss}]}", "rows", 1, "bytes", 3, "columns", "name", "a");
    port_answer(actor, inspect, &(msg_description_t){.description = description}, (bytes_t){0});
    json_decref(description);
    return text_of(((const msg_dataset_t *)answer_of(METHOD_dataset_create))->dataset, "id");
}

static void answer_check(const char *issues)
{
    port_output_t *check = port_take(actor, PORT_CALL);
    assert_int_equal(check->method, METHOD_recipe_check);
    json_t *list = json_loads(issues, 0, NULL);
    port_answer(actor, check, &(msg_issues_t){.issues = list}, (bytes_t){0});
    json_decref(list);
}

static const char *add_job(const char *key)
{
    json_t *recipe = json_array();
    ask(METHOD_job_create, &(msg_job_create_t){.token = token,
                                               .kind = "process",
                                               .dataset = add_dataset(),
                                               .recipe = recipe,
                                               .idempotency_key = key});
    json_decref(recipe);
    answer_check("[]");
    return text_of(((const msg_job_t *)answer_of(METHOD_job_create))->job, "id");
}

static void claim(const char *job)
{
    ask(METHOD_job_claim, &(msg_job_claim_t){.job = job, .instance = "1"});
    assert_string_equal(((const msg_job_claimed_t *)answer_of(METHOD_job_claim))->state, "running");
}

static int64_t deliver_end(const char *job, int64_t attempt)
{
    json_t *result = json_pack("{si si}", "rows_in", 1, "rows_out", 1);
    json_t *files = json_pack("[{ss si ss}]", "name", "data.csv", "bytes", 3, "blob", "00");
    msg_job_event_t event = {.job = job,
                             .attempt = attempt,
                             .kind = "done",
                             .progress = 1,
                             .result = result,
                             .files = files};
    int64_t offset = port_deliver_message(actor, "job.events", MSG_job_event, &event);
    json_decref(result);
    json_decref(files);
    return offset;
}

static void assert_state(const char *job, const char *state)
{
    ask(METHOD_job_get, &(msg_by_id_t){.token = token, .id = job});
    assert_string_equal(text_of(((const msg_job_t *)answer_of(METHOD_job_get))->job, "state"),
                        state);
}

// The next record published to the topic, acknowledged by the bus.
static port_output_t *published(const char *topic)
{
    port_output_t *record = port_take(actor, PORT_PUBLISH);
    assert_non_null(record);
    assert_string_equal(record->topic, topic);
    port_published(actor, record, NULL);
    return record;
}

static void a_right_password_opens_a_session_and_a_wrong_one_does_not(void **state)
{
    (void)state;
    log_in(METHOD_user_login, "ada@example.org", "correct horse");
    answer_of(METHOD_user_login);
    log_in(METHOD_user_login, "ada@example.org", "wrong horse");
    assert_refused(ERR_UNAUTHENTICATED);
    log_in(METHOD_user_login, "nobody@example.org", "");
    assert_refused(ERR_UNAUTHENTICATED);
}

static void bad_registrations_are_refused_with_a_reason(void **state)
{
    (void)state;
    log_in(METHOD_user_register, "ada@example.org", "correct horse");
    assert_refused(ERR_CONFLICT);
    log_in(METHOD_user_register, "no address", "correct horse");
    assert_refused(ERR_INVALID);
    log_in(METHOD_user_register, "bob@example.org", "short");
    assert_refused(ERR_INVALID);
}

static void an_unknown_token_is_refused_everywhere(void **state)
{
    (void)state;
    json_t *recipe = json_array();
    ask(METHOD_user_me, &(msg_authorized_t){.token = "ses_0"});
    assert_refused(ERR_UNAUTHENTICATED);
    ask(METHOD_job_list, &(msg_authorized_t){.token = "ses_0"});
    assert_refused(ERR_UNAUTHENTICATED);
    ask(METHOD_dataset_preview,
        &(msg_recipe_for_t){.token = "adp_0", .id = "ds_1", .recipe = recipe});
    assert_refused(ERR_UNAUTHENTICATED);
    ask(METHOD_job_watch, &(msg_job_watch_t){.token = "", .since = 0});
    assert_refused(ERR_UNAUTHENTICATED);
    json_decref(recipe);
}

static void the_catalogue_has_steps_functions_and_estimators(void **state)
{
    (void)state;
    const char *const parts[] = {"steps", "functions", "estimators", "training"};
    ask(METHOD_catalogue_get, &(msg_authorized_t){.token = token});
    const msg_catalogue_t *told = answer_of(METHOD_catalogue_get);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_non_null(json_object_get(told->catalogue, parts[i]));
    }
    const json_t *first = json_array_get(json_object_get(told->catalogue, "estimators"), 0);
    assert_non_null(text_of(first, "name"));
    assert_true(json_array_size(json_object_get(first, "params")) > 0);
}

static void logins_for_one_address_are_limited(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        log_in(METHOD_user_login, "bob@example.org", "guess");
        assert_refused(ERR_UNAUTHENTICATED);
    }
    log_in(METHOD_user_login, "BOB@example.org", "guess");
    assert_refused(ERR_RATE_LIMITED);
    port_advance(actor, 61000);
    log_in(METHOD_user_login, "bob@example.org", "guess");
    assert_refused(ERR_UNAUTHENTICATED);
}

static void a_table_that_cannot_be_read_makes_no_dataset(void **state)
{
    (void)state;
    const char *blob = upload();
    ask(METHOD_dataset_create,
        &(msg_dataset_create_t){.token = token, .name = "t.csv", .blob = blob});
    port_fail(actor, port_take(actor, PORT_CALL), ERR_CSV_RAGGED, "line 5 has 3 fields");
    assert_refused(ERR_CSV_RAGGED);
    ask(METHOD_blob_stat, &(msg_blob_stat_t){.blob = blob});
    port_run(actor);
    assert_refused(ERR_NOT_FOUND);
    ask(METHOD_dataset_list, &(msg_authorized_t){.token = token});
    assert_int_equal(
        json_array_size(((const msg_datasets_t *)answer_of(METHOD_dataset_list))->datasets), 0);
}

static void a_table_needs_a_name_of_one_line(void **state)
{
    (void)state;
    ask(METHOD_dataset_create,
        &(msg_dataset_create_t){.token = token, .name = "a\r\nBcc: b", .blob = upload()});
    assert_refused(ERR_INVALID);
    ask(METHOD_dataset_create,
        &(msg_dataset_create_t){.token = token, .name = "", .blob = upload()});
    assert_refused(ERR_INVALID);
}

static void a_recipe_with_an_issue_makes_no_job(void **state)
{
    (void)state;
    json_t *recipe = json_array();
    ask(METHOD_job_create,
        &(msg_job_create_t){
            .token = token, .kind = "process", .dataset = add_dataset(), .recipe = recipe});
    json_decref(recipe);
    answer_check("[{\"code\": \"COLUMN_TYPE\", \"step\": 2, \"column\": \"a\", \"line\": 0, "
                 "\"detail\": \"a is text\", \"remedy\": \"use mode\"}]");
    port_output_t *refusal = port_take(actor, PORT_REFUSE);
    assert_int_equal(refusal->fault.code, ERR_COLUMN_TYPE);
    assert_int_equal(refusal->fault.step, 2);
    assert_string_equal(refusal->fault.column, "a");
    assert_int_equal(port_count(actor, PORT_PUBLISH), 0);
}

// Asks for a job whose output is this.
static void ask_output(const char *kind, const char *dataset, const char *output_text)
{
    json_t *recipe = json_array();
    json_t *output = json_loads(output_text, JSON_DECODE_ANY, NULL);
    ask(METHOD_job_create,
        &(msg_job_create_t){
            .token = token, .kind = kind, .dataset = dataset, .recipe = recipe, .output = output});
    json_decref(recipe);
    json_decref(output);
}

static void an_output_that_cannot_be_written_makes_no_job(void **state)
{
    (void)state;
    static const char *const CASES[][3] = {
        {"process", "[]", "not an object"},
        {"process", "{\"delimiter\": \"##\"}", "'##' cannot be"},
        {"process", "{\"delimiter\": \"\"}", "'' cannot be"},
        {"process", "{\"delimiter\": \"\\n\"}", "cannot be"},
        {"process", "{\"delimiter\": 59}", "'delimiter' is not a text"},
        {"process", "{\"bom\": 1}", "'bom' is not true or false"},
        {"process", "{\"zip\": true}", "no setting 'zip'"},
        {"profile", "{\"gzip\": true}", "'profile' has no output"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        ask_output(CASES[i][0], "ds_1", CASES[i][1]);
        port_output_t *refusal = port_take(actor, PORT_REFUSE);
        assert_non_null(refusal);
        assert_int_equal(refusal->fault.code, ERR_INVALID);
        assert_non_null(strstr(refusal->fault.detail, CASES[i][2]));
        assert_int_not_equal(refusal->fault.remedy[0], '\0');
    }
}

static void an_output_reaches_who_claims_the_job(void **state)
{
    (void)state;
    ask_output("process", add_dataset(), "{\"delimiter\": \"tab\", \"gzip\": true}");
    answer_check("[]");
    const char *job = text_of(((const msg_job_t *)answer_of(METHOD_job_create))->job, "id");
    ask(METHOD_job_claim, &(msg_job_claim_t){.job = job, .instance = "1"});
    const msg_job_claimed_t *claimed = answer_of(METHOD_job_claim);
    assert_string_equal(text_of(claimed->output, "delimiter"), "tab");
    assert_true(json_is_true(json_object_get(claimed->output, "gzip")));
}

static void a_job_is_published_once_and_a_repeat_returns_it(void **state)
{
    (void)state;
    const char *job = add_job("key");
    port_output_t *order = published("processing");
    assert_string_equal(order->message_id, job);
    json_t *recipe = json_array();
    ask(METHOD_job_create, &(msg_job_create_t){.token = token,
                                               .kind = "process",
                                               .dataset = "ds_any",
                                               .recipe = recipe,
                                               .idempotency_key = "key"});
    json_decref(recipe);
    assert_string_equal(text_of(((const msg_job_t *)answer_of(METHOD_job_create))->job, "id"), job);
    assert_int_equal(port_count(actor, PORT_PUBLISH), 0);
}

static void an_order_the_bus_did_not_take_is_published_again(void **state)
{
    (void)state;
    add_job(NULL);
    port_output_t *first = port_take(actor, PORT_PUBLISH);
    fault_t busy;
    fault_set(&busy, ERR_BUSY, NULL, "too many");
    port_published(actor, first, &busy);
    port_advance(actor, 2000);
    port_output_t *second = port_take(actor, PORT_PUBLISH);
    assert_non_null(second);
    assert_string_equal(second->message_id, first->message_id);
    port_published(actor, second, NULL);
    port_advance(actor, 2000);
    assert_int_equal(port_count(actor, PORT_PUBLISH), 0);
}

static void an_order_survives_a_crash_before_it_was_taken(void **state)
{
    (void)state;
    const char *job = add_job(NULL);
    port_take(actor, PORT_PUBLISH);
    port_stop(actor);
    assert_int_equal(port_start(actor, &fault), ERR_OK);
    assert_string_equal(published("processing")->message_id, job);
}

static void the_end_of_a_job_is_applied_acknowledged_and_mailed_once(void **state)
{
    (void)state;
    const char *job = add_job(NULL);
    published("processing");
    claim(job);
    int64_t offset = deliver_end(job, 1);
    assert_int_equal(port_take(actor, PORT_ACK)->id, offset);
    assert_state(job, "done");
    port_output_t *mail = published("notification");
    msg_notice_t notice;
    assert_int_equal(
        message_unpack(MSG_notice, mail->payload.data, mail->payload.size, &notice, &fault),
        ERR_OK);
    assert_string_equal(notice.recipient, "ada@example.org");
    assert_non_null(strstr(notice.text, "t.csv"));
    message_release(MSG_notice, &notice);

    offset = deliver_end(job, 1);
    assert_int_equal(port_take(actor, PORT_ACK)->id, offset);
    assert_int_equal(port_count(actor, PORT_PUBLISH), 0);
}

static void a_broken_event_becomes_a_dead_letter(void **state)
{
    (void)state;
    int64_t offset = port_deliver(actor, "job.events", (bytes_t){"\xc1", 1});
    assert_int_equal(port_take(actor, PORT_TERM)->id, offset);
}

static void an_order_that_killed_its_workers_ends_as_a_failed_job(void **state)
{
    (void)state;
    const char *job = add_job(NULL);
    published("processing");
    claim(job);
    buf_t order = {0};
    message_pack(MSG_job_order, &(msg_job_order_t){.job = job}, &order);
    bus_record_t letter = {.topic = "dead.processing.workers",
                           .group = "gateway",
                           .offset = 7,
                           .key = "",
                           .message_id = "",
                           .origin_topic = "processing",
                           .origin_deliveries = 3,
                           .reason = "the worker was ended by signal 11",
                           .payload = {order.data, order.size}};
    port_deliver_record(actor, &letter);
    buf_release(&order);
    assert_int_equal(port_take(actor, PORT_ACK)->id, 7);
    assert_state(job, "failed");
    port_output_t *mail = published("notification");
    msg_notice_t notice;
    assert_int_equal(
        message_unpack(MSG_notice, mail->payload.data, mail->payload.size, &notice, &fault),
        ERR_OK);
    assert_non_null(strstr(notice.text, "signal 11"));
    message_release(MSG_notice, &notice);
}

static void a_watcher_hears_a_change_at_once_and_silence_at_the_end(void **state)
{
    (void)state;
    ask(METHOD_job_watch, &(msg_job_watch_t){.token = token, .since = -1});
    int64_t since = ((const msg_job_changes_t *)answer_of(METHOD_job_watch))->since;
    ask(METHOD_job_watch, &(msg_job_watch_t){.token = token, .since = since});
    assert_int_equal(port_count(actor, PORT_ANSWER), 0);
    // The job's own answer stands before the watcher's.
    const char *job = add_job(NULL);
    const msg_job_changes_t *changes = answer_of(METHOD_job_watch);
    assert_int_equal(json_array_size(changes->jobs), 1);
    assert_string_equal(text_of(json_array_get(changes->jobs, 0), "id"), job);
    ask(METHOD_job_watch, &(msg_job_watch_t){.token = token, .since = changes->since});
    port_advance(actor, 25000);
    assert_int_equal(
        json_array_size(((const msg_job_changes_t *)answer_of(METHOD_job_watch))->jobs), 0);
}

static void only_an_admin_sees_the_actors(void **state)
{
    (void)state;
    log_in(METHOD_user_register, "bob@example.org", "correct horse");
    const msg_session_t *bob = answer_of(METHOD_user_register);
    ask(METHOD_health_list, &(msg_authorized_t){.token = bob->token});
    assert_refused(ERR_FORBIDDEN);
    ask(METHOD_health_list, &(msg_authorized_t){.token = token});
    port_output_t *list = port_take(actor, PORT_CALL);
    assert_int_equal(list->method, METHOD_actor_list);
    json_t *actors = json_array();
    port_answer(actor, list, &(msg_actors_t){.actors = actors}, (bytes_t){0});
    json_decref(actors);
    answer_of(METHOD_health_list);
}

static void blobs_are_read_by_range_and_bad_names_are_refused(void **state)
{
    (void)state;
    ask(METHOD_blob_read, &(msg_blob_read_t){.blob = upload(), .offset = 1, .length = 100});
    port_run(actor);
    port_output_t *answer = port_take(actor, PORT_ANSWER);
    assert_int_equal(answer->payload.size, 2);
    assert_memory_equal(answer->payload.data, "\n1", 2);
    ask(METHOD_blob_stat, &(msg_blob_stat_t){.blob = "../catalog.db"});
    port_run(actor);
    assert_refused(ERR_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_right_password_opens_a_session_and_a_wrong_one_does_not),
        TEST(bad_registrations_are_refused_with_a_reason),
        TEST(an_unknown_token_is_refused_everywhere),
        TEST(the_catalogue_has_steps_functions_and_estimators),
        TEST(logins_for_one_address_are_limited),
        TEST(a_table_that_cannot_be_read_makes_no_dataset),
        TEST(a_table_needs_a_name_of_one_line),
        TEST(a_recipe_with_an_issue_makes_no_job),
        TEST(an_output_that_cannot_be_written_makes_no_job),
        TEST(an_output_reaches_who_claims_the_job),
        TEST(a_job_is_published_once_and_a_repeat_returns_it),
        TEST(an_order_the_bus_did_not_take_is_published_again),
        TEST(an_order_survives_a_crash_before_it_was_taken),
        TEST(the_end_of_a_job_is_applied_acknowledged_and_mailed_once),
        TEST(a_broken_event_becomes_a_dead_letter),
        TEST(an_order_that_killed_its_workers_ends_as_a_failed_job),
        TEST(a_watcher_hears_a_change_at_once_and_silence_at_the_end),
        TEST(only_an_admin_sees_the_actors),
        TEST(blobs_are_read_by_range_and_bad_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
