// SPDX-License-Identifier: MPL-2.0
// Messages from JSON that people wrote, and back.
#include "proto/codec_json.h"

#include <stdlib.h>
#include <string.h>

#include "proto/message.h"
#include "test/unit/test.h"

static err_t read(message_kind_t kind, const char *text, void *ret, fault_t *fault)
{
    json_t *object = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(object);
    err_t err = codec_from_json(message_schema(kind), object, ret, fault);
    json_decref(object);
    return err;
}

static void expect_refused(message_kind_t kind, const char *text, err_t code, const char *part)
{
    char space[512];
    fault_t fault;
    assert_int_equal(read(kind, text, space, &fault), code);
    if (!strstr(fault.detail, part)) {
        fail_msg("the detail is '%s', without '%s'", fault.detail, part);
    }
    assert_string_not_equal(fault.remedy, "");
}

static void a_message_survives_the_trip(void **state)
{
    (void)state;
    msg_job_create_t job;
    assert_int_equal(read(MSG_job_create,
                          "{\"token\": \"t\", \"kind\": \"process\", \"dataset\": \"ds_1\","
                          " \"recipe\": [{\"op\": \"drop\", \"x\": 1.5}], \"training\": null}",
                          &job, NULL),
                     ERR_OK);
    assert_string_equal(job.kind, "process");
    assert_null(job.training);
    assert_null(job.idempotency_key);
    json_t *again = codec_to_json(message_schema(MSG_job_create), &job);
    assert_int_equal(json_object_size(again), 4);
    assert_ptr_equal(json_object_get(again, "recipe"), job.recipe);
    json_decref(again);
    message_release(MSG_job_create, &job);
}

static void integers_reals_and_booleans_are_themselves(void **state)
{
    (void)state;
    msg_job_event_t event;
    assert_int_equal(read(MSG_job_event,
                          "{\"job\": \"jb_1\", \"attempt\": -3, \"kind\": \"progress\","
                          " \"progress\": 1}",
                          &event, NULL),
                     ERR_OK);
    assert_int_equal(event.attempt, -3);
    assert_true(event.progress == 1.0);
    message_release(MSG_job_event, &event);
    msg_blob_create_t create;
    assert_int_equal(read(MSG_blob_create, "{\"local\": true}", &create, NULL), ERR_OK);
    assert_true(create.local);
}

static void every_slip_is_named(void **state)
{
    (void)state;
    expect_refused(MSG_credentials, "[]", ERR_INVALID, "not a JSON object");
    expect_refused(MSG_credentials, "{\"email\": \"a\"}", ERR_INVALID, "'password' is missing");
    expect_refused(MSG_credentials, "{\"email\": null, \"password\": \"p\"}", ERR_INVALID,
                   "'email' is missing");
    expect_refused(MSG_credentials, "{\"email\": 1, \"password\": \"p\"}", ERR_INVALID,
                   "'email' is not a text");
    expect_refused(MSG_credentials, "{\"email\": \"a\", \"password\": \"p\", \"x\": 1}",
                   ERR_INVALID, "no field 'x'");
    expect_refused(MSG_blob_create, "{\"local\": 1}", ERR_INVALID, "not true or false");
    expect_refused(MSG_job_watch, "{\"token\": \"t\", \"since\": 1.0}", ERR_INVALID,
                   "not an integer");
    expect_refused(MSG_blob_read, "{\"blob\": \"b\", \"offset\": 0, \"length\": 1048577}",
                   ERR_INVALID, "out of range");
    expect_refused(MSG_blob_read, "{\"blob\": \"b\", \"offset\": 0, \"length\": -1}", ERR_INVALID,
                   "out of range");
}

static void a_text_over_its_limit_is_refused(void **state)
{
    (void)state;
    char text[512];
    char address[LIMIT_EMAIL_BYTES + 2];
    memset(address, 'a', sizeof address - 1);
    address[sizeof address - 1] = '\0';
    snprintf(text, sizeof text, "{\"email\": \"%s\", \"password\": \"p\"}", address);
    expect_refused(MSG_credentials, text, ERR_INVALID, "'email' is too long");
}

static void a_nul_in_a_text_is_refused(void **state)
{
    (void)state;
    json_t *object = json_pack("{ss%ss}", "email", "a\0b", (size_t)3, "password", "p");
    msg_credentials_t credentials;
    fault_t fault;
    assert_int_equal(codec_from_json(message_schema(MSG_credentials), object, &credentials, &fault),
                     ERR_INVALID);
    assert_non_null(strstr(fault.detail, "NUL"));
    json_decref(object);
}

static json_t *nested(int levels)
{
    json_t *value = json_integer(1);
    for (int i = 0; i < levels; i++) {
        value = json_pack("[o]", value);
    }
    return value;
}

static void a_document_as_deep_as_a_frame_takes_passes(void **state)
{
    (void)state;
    for (int levels = LIMIT_DEPTH - 1; levels <= LIMIT_DEPTH; levels++) {
        json_t *object = json_pack("{sssssO}", "token", "t", "id", "ds_1", "recipe", json_null());
        json_object_set_new(object, "recipe", nested(levels));
        msg_recipe_for_t recipe;
        fault_t fault;
        err_t err = codec_from_json(message_schema(MSG_recipe_for), object, &recipe, &fault);
        json_decref(object);
        if (levels == LIMIT_DEPTH) {
            assert_int_equal(err, ERR_INVALID);
            assert_non_null(strstr(fault.detail, "nested too deeply"));
            continue;
        }
        assert_int_equal(err, ERR_OK);
        buf_t frame = {0};
        message_pack(MSG_recipe_for, &recipe, &frame);
        message_release(MSG_recipe_for, &recipe);
        assert_int_equal(message_unpack(MSG_recipe_for, frame.data, frame.size, &recipe, &fault),
                         ERR_OK);
        message_release(MSG_recipe_for, &recipe);
        buf_release(&frame);
    }
}

static void a_document_over_its_limit_is_too_large(void **state)
{
    (void)state;
    char *text = malloc(LIMIT_DOCUMENT_BYTES + 1);
    memset(text, 'x', LIMIT_DOCUMENT_BYTES);
    text[LIMIT_DOCUMENT_BYTES] = '\0';
    json_t *object = json_pack("{ssssss}", "token", "t", "id", "ds_1", "recipe", text);
    free(text);
    msg_recipe_for_t recipe;
    fault_t fault;
    assert_int_equal(codec_from_json(message_schema(MSG_recipe_for), object, &recipe, &fault),
                     ERR_TOO_LARGE);
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_survives_the_trip),
        cmocka_unit_test(integers_reals_and_booleans_are_themselves),
        cmocka_unit_test(every_slip_is_named),
        cmocka_unit_test(a_text_over_its_limit_is_refused),
        cmocka_unit_test(a_nul_in_a_text_is_refused),
        cmocka_unit_test(a_document_as_deep_as_a_frame_takes_passes),
        cmocka_unit_test(a_document_over_its_limit_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
