// SPDX-License-Identifier: MPL-2.0
#include "store/catalog.h"

#include <sodium.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "test/unit/temp.h"
#include "test/unit/test.h"

static const int64_t IDLE_MS = 3600000;

static char *dir;
static sql_t *catalog;
static char user[ID_SIZE];
static fault_t fault;

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void reopen(void)
{
    char path[256];
    snprintf(path, sizeof path, "%s/catalog.db", dir);
    sql_close(&catalog);
    assert_int_equal(catalog_open(path, &catalog, &fault), ERR_OK);
}

static void add_user(const char *email, char id[ID_SIZE])
{
    json_t *made = NULL;
    assert_int_equal(account_create(catalog, email, "hash", &made, &fault), ERR_OK);
    snprintf(id, ID_SIZE, "%s", text_of(made, "id"));
    json_decref(made);
}

static int setup(void **state)
{
    (void)state;
    dir = temp_new();
    if (sodium_init() < 0) {
        return -1;
    }
    reopen();
    add_user("ada@example.org", user);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sql_close(&catalog);
    temp_remove(dir);
    return 0;
}

static void add_dataset(char id[ID_SIZE])
{
    json_t *description = json_pack("{si si s[{ss}{ss}]}", "rows", 3, "bytes", 20, "columns",
                                    "name", "a", "name", "b");
    json_t *dataset = NULL;
    assert_int_equal(dataset_create(catalog, user, "t.csv", "blob1", description, &dataset, &fault),
                     ERR_OK);
    snprintf(id, ID_SIZE, "%s", text_of(dataset, "id"));
    assert_int_equal(json_integer_value(json_object_get(dataset, "bytes")), 20);
    json_decref(description);
    json_decref(dataset);
}

static void add_job(const char *kind, const char *key, char id[ID_SIZE])
{
    char dataset[ID_SIZE];
    add_dataset(dataset);
    json_t *recipe = json_array();
    json_t *training = strcmp(kind, "train") == 0 ? json_pack("{ss}", "target", "b") : NULL;
    job_request_t request = {.user = user,
                             .kind = kind,
                             .dataset = dataset,
                             .recipe = recipe,
                             .training = training,
                             .idempotency_key = key};
    json_t *job = NULL;
    assert_int_equal(job_create(catalog, &request, &job, &fault), ERR_OK);
    snprintf(id, ID_SIZE, "%s", text_of(job, "id"));
    assert_string_equal(text_of(job, "state"), "queued");
    json_decref(job);
    json_decref(recipe);
    json_decref(training);
}

static int64_t claim(const char *job)
{
    json_t *row = NULL;
    assert_int_equal(job_claim(catalog, job, &row, &fault), ERR_OK);
    int64_t attempt = json_integer_value(json_object_get(row, "attempt"));
    json_decref(row);
    return attempt;
}

static bool apply(const char *job, int64_t attempt, const char *kind)
{
    json_t *result = json_pack("{si s{}}", "rows_in", 3, "insight");
    json_t *files = json_pack("[{ss si ss}]", "name", "data.csv", "bytes", 3, "blob", "blob2");
    json_t *why = json_pack("{ss}", "code", "NO_ROWS");
    job_event_t event = {.job = job,
                         .attempt = attempt,
                         .kind = kind,
                         .progress = 0.5,
                         .stage = "fit",
                         .eta_ms = 9000,
                         .result = result,
                         .files = files,
                         .fault = why};
    bool ended = false;
    assert_int_equal(job_apply(catalog, &event, &ended, &fault), ERR_OK);
    json_decref(result);
    json_decref(files);
    json_decref(why);
    return ended;
}

static void assert_state(const char *job, const char *state)
{
    json_t *row = NULL;
    assert_int_equal(job_get(catalog, user, job, &row, &fault), ERR_OK);
    assert_string_equal(text_of(row, "state"), state);
    json_decref(row);
}

static void the_first_user_is_admin_and_addresses_are_unique(void **state)
{
    (void)state;
    json_t *found = NULL;
    char *hash = NULL;
    assert_int_equal(account_find(catalog, "ADA@example.org", &found, &hash, &fault), ERR_OK);
    assert_string_equal(text_of(found, "role"), "admin");
    assert_string_equal(hash, "hash");
    assert_null(json_object_get(found, "password"));
    free(hash);
    json_decref(found);
    json_t *none = NULL;
    assert_int_equal(account_create(catalog, "Ada@Example.org", "x", &none, &fault), ERR_CONFLICT);
    char second[ID_SIZE];
    add_user("bob@example.org", second);
    assert_int_equal(account_find(catalog, "bob@example.org", &found, &hash, &fault), ERR_OK);
    assert_string_equal(text_of(found, "role"), "user");
    free(hash);
    json_decref(found);
}

static void a_session_ends_when_closed_or_unused(void **state)
{
    (void)state;
    char secret[SECRET_SIZE];
    json_t *found = NULL;
    assert_int_equal(session_open(catalog, user, IDLE_MS, secret, &fault), ERR_OK);
    assert_int_equal(session_user(catalog, secret, IDLE_MS, &found, &fault), ERR_OK);
    assert_string_equal(text_of(found, "id"), user);
    json_decref(found);
    assert_int_equal(session_user(catalog, secret, -1, &found, &fault), ERR_UNAUTHENTICATED);
    assert_int_equal(session_close(catalog, secret, &fault), ERR_OK);
    assert_int_equal(session_user(catalog, secret, IDLE_MS, &found, &fault), ERR_UNAUTHENTICATED);
}

static void a_token_works_until_it_is_deleted(void **state)
{
    (void)state;
    char id[ID_SIZE];
    char secret[SECRET_SIZE];
    json_t *found = NULL;
    assert_int_equal(token_create(catalog, user, "script", id, secret, &fault), ERR_OK);
    assert_int_equal(session_user(catalog, secret, IDLE_MS, &found, &fault), ERR_OK);
    json_decref(found);
    assert_int_equal(token_delete(catalog, user, id, &fault), ERR_OK);
    assert_int_equal(session_user(catalog, secret, IDLE_MS, &found, &fault), ERR_UNAUTHENTICATED);
    assert_int_equal(token_delete(catalog, user, id, &fault), ERR_NOT_FOUND);
}

static void secrets_are_not_in_the_file(void **state)
{
    (void)state;
    char secret[SECRET_SIZE];
    assert_int_equal(session_open(catalog, user, IDLE_MS, secret, &fault), ERR_OK);
    sql_close(&catalog);
    char command[512];
    snprintf(command, sizeof command, "grep -q ada@example.org %s/catalog.db*", dir);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c): a test's own words
    snprintf(command, sizeof command, "grep -q '%s' %s/catalog.db*", secret + 4, dir);
    assert_int_not_equal(system(command), 0); // NOLINT(cert-env33-c): a test's own words
    reopen();
}

static void another_users_things_are_not_found(void **state)
{
    (void)state;
    char dataset[ID_SIZE];
    char job[ID_SIZE];
    char other[ID_SIZE];
    add_dataset(dataset);
    add_job("process", NULL, job);
    add_user("eve@example.org", other);
    json_t *row = NULL;
    assert_int_equal(dataset_get(catalog, other, dataset, &row, &fault), ERR_NOT_FOUND);
    assert_int_equal(job_get(catalog, other, job, &row, &fault), ERR_NOT_FOUND);
    assert_int_equal(job_cancel(catalog, other, job, &fault), ERR_NOT_FOUND);
    assert_int_equal(dataset_delete(catalog, other, dataset, &fault), ERR_NOT_FOUND);
}

static void an_idempotency_key_makes_one_job(void **state)
{
    (void)state;
    char job[ID_SIZE];
    add_job("process", "once", job);
    json_t *found = NULL;
    assert_int_equal(job_find(catalog, user, "once", &found, &fault), ERR_OK);
    assert_string_equal(text_of(found, "id"), job);
    json_decref(found);
    found = NULL;
    assert_int_equal(job_find(catalog, user, "twice", &found, &fault), ERR_OK);
    assert_null(found);
}

static int64_t left_of(const char *job)
{
    json_t *row = NULL;
    assert_int_equal(job_get(catalog, user, job, &row, &fault), ERR_OK);
    int64_t left = json_integer_value(json_object_get(row, "eta_ms"));
    json_decref(row);
    return left;
}

static void what_is_left_is_known_while_an_attempt_runs(void **state)
{
    (void)state;
    char job[ID_SIZE];
    add_job("process", NULL, job);
    claim(job);
    assert_int_equal(left_of(job), 0);
    apply(job, 1, "progress");
    assert_int_equal(left_of(job), 9000);
    claim(job);
    assert_int_equal(left_of(job), 0);
    apply(job, 2, "progress");
    assert_true(apply(job, 2, "done"));
    assert_int_equal(left_of(job), 0);
}

static void a_stale_attempt_changes_nothing(void **state)
{
    (void)state;
    char job[ID_SIZE];
    add_job("process", NULL, job);
    assert_int_equal(claim(job), 1);
    assert_int_equal(claim(job), 2);
    assert_false(apply(job, 1, "done"));
    assert_state(job, "running");
    const char *poll = NULL;
    const char *wish = NULL;
    assert_int_equal(job_poll(catalog, job, 1, &poll, &wish, &fault), ERR_OK);
    assert_string_equal(poll, "stale");
    assert_true(apply(job, 2, "done"));
    assert_state(job, "done");
}

static void the_first_end_wins(void **state)
{
    (void)state;
    char job[ID_SIZE];
    add_job("process", NULL, job);
    claim(job);
    assert_true(apply(job, 1, "failed"));
    assert_false(apply(job, 1, "done"));
    assert_state(job, "failed");
    bool ended = true;
    assert_int_equal(job_fail(catalog, job, NULL, &ended, &fault), ERR_OK);
    assert_false(ended);
    json_t *row = NULL;
    assert_int_equal(job_claim(catalog, job, &row, &fault), ERR_OK);
    assert_string_equal(text_of(row, "state"), "failed");
    json_decref(row);
}

static void a_cancelled_job_is_not_claimed_again(void **state)
{
    (void)state;
    char job[ID_SIZE];
    add_job("process", NULL, job);
    claim(job);
    assert_int_equal(job_cancel(catalog, user, job, &fault), ERR_OK);
    assert_false(apply(job, 1, "done"));
    const char *poll = NULL;
    const char *wish = NULL;
    assert_int_equal(job_poll(catalog, job, 1, &poll, &wish, &fault), ERR_OK);
    assert_string_equal(poll, "cancelled");
}

static void a_finished_training_has_one_model(void **state)
{
    (void)state;
    char job[ID_SIZE];
    add_job("train", NULL, job);
    claim(job);
    assert_true(apply(job, 1, "done"));
    json_t *models = NULL;
    assert_int_equal(model_list(catalog, user, &models, &fault), ERR_OK);
    assert_int_equal(json_array_size(models), 1);
    assert_string_equal(text_of(json_array_get(models, 0), "job"), job);
    assert_string_equal(text_of(json_array_get(models, 0), "name"), "t.csv: b");
    json_decref(models);
}

static void a_record_is_of_one_job_or_model(void **state)
{
    (void)state;
    char job[ID_SIZE];
    json_t *jobs = NULL;
    json_t *models = NULL;
    json_t *one = NULL;
    int64_t last;
    add_job("train", NULL, job);
    claim(job);
    assert_true(apply(job, 1, "done"));
    assert_int_equal(job_list(catalog, user, &jobs, &fault), ERR_OK);
    assert_true(json_is_null(json_object_get(json_array_get(jobs, 0), "result")));
    json_decref(jobs);
    assert_int_equal(job_changes(catalog, user, 0, &jobs, &last, &fault), ERR_OK);
    assert_true(json_is_null(json_object_get(json_array_get(jobs, 0), "result")));
    json_decref(jobs);
    assert_int_equal(job_get(catalog, user, job, &one, &fault), ERR_OK);
    assert_true(json_is_object(json_object_get(one, "result")));
    json_decref(one);
    assert_int_equal(model_list(catalog, user, &models, &fault), ERR_OK);
    const json_t *model = json_array_get(models, 0);
    assert_null(json_object_get(model, "record"));
    assert_int_equal(model_get(catalog, user, text_of(model, "id"), &one, &fault), ERR_OK);
    assert_true(json_is_object(json_object_get(one, "record")));
    json_decref(one);
    json_decref(models);
}

static void changes_are_heard_once_and_in_order(void **state)
{
    (void)state;
    char first[ID_SIZE];
    char second[ID_SIZE];
    json_t *jobs = NULL;
    int64_t last = 0;
    add_job("process", NULL, first);
    assert_int_equal(job_changes(catalog, user, -1, &jobs, &last, &fault), ERR_OK);
    assert_int_equal(json_array_size(jobs), 0);
    json_decref(jobs);
    add_job("process", NULL, second);
    claim(first);
    int64_t then = 0;
    assert_int_equal(job_changes(catalog, user, last, &jobs, &then, &fault), ERR_OK);
    assert_int_equal(json_array_size(jobs), 2);
    assert_string_equal(text_of(json_array_get(jobs, 1), "id"), first);
    json_decref(jobs);
    assert_int_equal(job_changes(catalog, user, then, &jobs, &then, &fault), ERR_OK);
    assert_int_equal(json_array_size(jobs), 0);
    json_decref(jobs);
}

static void a_blob_is_in_use_by_datasets_and_results(void **state)
{
    (void)state;
    char job[ID_SIZE];
    bool used = false;
    add_job("process", NULL, job);
    assert_int_equal(blob_in_use(catalog, "blob1", &used, &fault), ERR_OK);
    assert_true(used);
    assert_int_equal(blob_in_use(catalog, "blob2", &used, &fault), ERR_OK);
    assert_false(used);
    claim(job);
    apply(job, 1, "done");
    assert_int_equal(blob_in_use(catalog, "blob2", &used, &fault), ERR_OK);
    assert_true(used);
}

static void a_dataset_in_work_is_not_deleted(void **state)
{
    (void)state;
    char job[ID_SIZE];
    add_job("process", NULL, job);
    json_t *datasets = NULL;
    assert_int_equal(dataset_list(catalog, user, &datasets, &fault), ERR_OK);
    const char *id = text_of(json_array_get(datasets, 0), "id");
    assert_int_equal(dataset_delete(catalog, user, id, &fault), ERR_CONFLICT);
    assert_int_equal(job_cancel(catalog, user, job, &fault), ERR_OK);
    assert_int_equal(dataset_delete(catalog, user, id, &fault), ERR_OK);
    json_decref(datasets);
}

static err_t count_intent(void *context, int64_t id, const char *topic, const char *key,
                          const char *message_id, const void *payload, size_t size)
{
    int64_t *seen = context;
    assert_string_equal(topic, "processing");
    assert_null(key);
    assert_string_equal(message_id, "jb_1");
    assert_int_equal(size, 3);
    assert_memory_equal(payload, "a\0b", 3);
    *seen = id;
    return ERR_OK;
}

static void an_intent_is_owed_until_removed_even_over_a_restart(void **state)
{
    (void)state;
    int64_t seen = 0;
    assert_int_equal(intent_add(catalog, "processing", NULL, "jb_1", "a\0b", 3, &fault), ERR_OK);
    reopen();
    assert_int_equal(intent_each(catalog, 0, 10, count_intent, &seen, &fault), ERR_OK);
    assert_int_not_equal(seen, 0);
    assert_int_equal(intent_remove(catalog, seen, &fault), ERR_OK);
    seen = 0;
    assert_int_equal(intent_each(catalog, 0, 10, count_intent, &seen, &fault), ERR_OK);
    assert_int_equal(seen, 0);
}

static void a_catalog_of_a_newer_release_is_refused(void **state)
{
    (void)state;
    char path[256];
    snprintf(path, sizeof path, "%s/catalog.db", dir);
    assert_int_equal(sql_run(catalog, &fault, "PRAGMA user_version = 99", ""), ERR_OK);
    sql_close(&catalog);
    assert_int_equal(catalog_open(path, &catalog, &fault), ERR_UNSUPPORTED);
    assert_string_not_equal(fault.remedy, "");
}

static void an_older_catalog_is_brought_up_to_date(void **state)
{
    (void)state;
    char id[ID_SIZE];
    static const char *const BACK[] = {
        "ALTER TABLE jobs DROP COLUMN eta_ms", "ALTER TABLE jobs DROP COLUMN wish",
        "DROP INDEX models_name", "ALTER TABLE models DROP COLUMN version",
        "ALTER TABLE jobs DROP COLUMN output"};
    for (size_t i = 0; i < sizeof BACK / sizeof BACK[0]; i++) {
        assert_int_equal(sql_run(catalog, &fault, BACK[i], ""), ERR_OK);
    }
    assert_int_equal(sql_run(catalog, &fault, "PRAGMA user_version = 1", ""), ERR_OK);
    reopen();
    add_job("process", NULL, id);
    assert_int_equal(claim(id), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_older_catalog_is_brought_up_to_date),
        TEST(the_first_user_is_admin_and_addresses_are_unique),
        TEST(a_session_ends_when_closed_or_unused),
        TEST(a_token_works_until_it_is_deleted),
        TEST(secrets_are_not_in_the_file),
        TEST(another_users_things_are_not_found),
        TEST(an_idempotency_key_makes_one_job),
        TEST(what_is_left_is_known_while_an_attempt_runs),
        TEST(a_stale_attempt_changes_nothing),
        TEST(the_first_end_wins),
        TEST(a_cancelled_job_is_not_claimed_again),
        TEST(a_finished_training_has_one_model),
        TEST(a_record_is_of_one_job_or_model),
        TEST(changes_are_heard_once_and_in_order),
        TEST(a_blob_is_in_use_by_datasets_and_results),
        TEST(a_dataset_in_work_is_not_deleted),
        TEST(an_intent_is_owed_until_removed_even_over_a_restart),
        TEST(a_catalog_of_a_newer_release_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
