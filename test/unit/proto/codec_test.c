// SPDX-License-Identifier: MPL-2.0
#include "proto/codec.h"

#include <stdlib.h>
#include <string.h>

#include "test/unit/test.h"

// One field of each kind.
typedef struct {
    view_t view;
    char *text;
    int64_t small;
    int64_t any;
    bool flag;
    double real;
    json_t *document;
} sample_t;

static const field_t FIELDS[] = {
    {"view", FIELD_VIEW, offsetof(sample_t, view), 8, true},
    {"text", FIELD_STR, offsetof(sample_t, text), 8, false},
    {"small", FIELD_INT, offsetof(sample_t, small), 100, false},
    {"any", FIELD_INT, offsetof(sample_t, any), 0, false},
    {"flag", FIELD_BOOL, offsetof(sample_t, flag), 0, false},
    {"real", FIELD_REAL, offsetof(sample_t, real), 0, false},
    {"document", FIELD_DOC, offsetof(sample_t, document), 16, false},
};

static const schema_t SCHEMA = {"sample", FIELDS, 7, sizeof(sample_t), 9};

static err_t read_map(const char *bytes, size_t size, sample_t *ret, fault_t *fault)
{
    return codec_unpack_map(&SCHEMA, bytes, size, ret, fault);
}

static void struct_comes_back_from_a_map(void **state)
{
    (void)state;
    sample_t sample = {.view = view_of("v"),
                       .text = (char *)"t",
                       .small = 100,
                       .any = INT64_MIN,
                       .flag = true,
                       .real = 0.1,
                       .document = json_pack("[i]", 7)};
    buf_t bytes = {0};
    sample_t again;
    codec_pack_map(&SCHEMA, &sample, &bytes);
    assert_int_equal(codec_unpack_map(&SCHEMA, bytes.data, bytes.size, &again, NULL), ERR_OK);
    assert_true(view_equals(again.view, "v"));
    assert_string_equal(again.text, "t");
    assert_int_equal(again.small, 100);
    assert_int_equal(again.any, INT64_MIN);
    assert_true(again.flag);
    assert_true(again.real == 0.1);
    assert_true(json_equal(again.document, sample.document));
    codec_release(&SCHEMA, &again);
    buf_release(&bytes);
    json_decref(sample.document);
}

static void absent_fields_are_zero_and_required_ones_are_named(void **state)
{
    (void)state;
    sample_t sample;
    fault_t fault;
    assert_int_equal(read_map("\x81\xa4view\xa0", 7, &sample, &fault), ERR_OK);
    assert_null(sample.text);
    assert_null(sample.document);
    assert_int_equal(sample.any, 0);
    assert_int_equal(read_map("\x80", 1, &sample, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.detail, "'view' is missing"));
    assert_int_equal(read_map("\x81\xa4view\xc0", 7, &sample, &fault), ERR_INVALID);
}

static void unknown_keys_are_ignored(void **state)
{
    (void)state;
    sample_t sample;
    fault_t fault;
    assert_int_equal(read_map("\x83\xa4view\xa1v\xa1z\x01\x05\x06", 13, &sample, &fault), ERR_OK);
}

static void key_that_comes_twice_is_refused(void **state)
{
    (void)state;
    sample_t sample;
    fault_t fault;
    assert_int_equal(read_map("\x82\xa4view\xa1v\xa4view\xa1w", 15, &sample, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.detail, "twice"));
}

static void values_of_another_kind_or_over_the_limit_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        err_t code;
        const char *field;
    } CASES[] = {
        {"\x81\xa4view\x01", 7, ERR_INVALID, "view"},
        {"\x81\xa4view\xa9"
         "123456789",
         16, ERR_TOO_LARGE, "view"},
        {"\x81\xa4view\xa1\x00", 8, ERR_INVALID, "view"},
        {"\x81\xa4view\xa1\xff", 8, ERR_INVALID, "view"},
        {"\x82\xa4view\xa0\xa5small\x65", 14, ERR_INVALID, "small"},
        {"\x82\xa4view\xa0\xa5small\xff", 14, ERR_INVALID, "small"},
        {"\x82\xa4view\xa0\xa3"
         "any\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
         20, ERR_INVALID, "any"},
        {"\x82\xa4view\xa0\xa3"
         "any\xa0",
         12, ERR_INVALID, "any"},
        {"\x82\xa4view\xa0\xa4"
         "flag\x01",
         13, ERR_INVALID, "flag"},
        {"\x82\xa4view\xa0\xa4"
         "real\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00",
         21, ERR_INVALID, "real"},
        {"\x82\xa4view\xa0\xa8"
         "document\xc4\x01\x00",
         19, ERR_INVALID, "binary"},
        {"\x82\xa4view\xa0\xa8"
         "document\xb0"
         "0123456789012345",
         33, ERR_TOO_LARGE, "document"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        sample_t sample;
        fault_t fault;
        assert_int_equal(read_map(CASES[i].bytes, CASES[i].size, &sample, &fault), CASES[i].code);
        assert_int_equal(fault.code, CASES[i].code);
        assert_non_null(strstr(fault.detail, CASES[i].field));
    }
}

static void what_is_not_a_map_is_refused(void **state)
{
    (void)state;
    sample_t sample;
    fault_t fault;
    assert_int_equal(read_map("\x90", 1, &sample, &fault), ERR_INVALID);
    assert_int_equal(read_map("", 0, &sample, &fault), ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(struct_comes_back_from_a_map),
        cmocka_unit_test(absent_fields_are_zero_and_required_ones_are_named),
        cmocka_unit_test(unknown_keys_are_ignored),
        cmocka_unit_test(key_that_comes_twice_is_refused),
        cmocka_unit_test(values_of_another_kind_or_over_the_limit_are_refused),
        cmocka_unit_test(what_is_not_a_map_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
