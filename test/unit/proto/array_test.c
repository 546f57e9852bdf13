// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "proto/codec.h"
#include "test/unit/test.h"

typedef struct {
    view_t view;
    int64_t small;
    int64_t any;
    bool flag;
    view_t later;
} sample_t;

static const field_t FIELDS[] = {
    {"view", FIELD_VIEW, offsetof(sample_t, view), 300, true},
    {"small", FIELD_INT, offsetof(sample_t, small), 100, false},
    {"any", FIELD_INT, offsetof(sample_t, any), 0, false},
    {"flag", FIELD_BOOL, offsetof(sample_t, flag), 0, false},
    {"later", FIELD_VIEW, offsetof(sample_t, later), 8, false},
};

static const schema_t SCHEMA = {"sample", FIELDS, 5, sizeof(sample_t), 9};

static err_t read_array(const char *bytes, size_t size, sample_t *ret, fault_t *fault)
{
    return codec_unpack_array(&SCHEMA, bytes, size, ret, fault);
}

static void struct_comes_back(void **state)
{
    (void)state;
    static const int64_t VALUES[] = {
        0,         1,  127, 128, 255,  256,  65535,  65536,  INT32_MAX, 4294967295,  4294967296,
        INT64_MAX, -1, -32, -33, -128, -129, -32768, -32769, INT32_MIN, -2147483649, INT64_MIN};
    char text[300];
    memset(text, 'x', sizeof text);
    static const size_t SIZES[] = {0, 1, 31, 32, 255, 256, 300};
    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++) {
        size_t size = SIZES[i % (sizeof SIZES / sizeof SIZES[0])];
        sample_t sample = {.view = {text, size}, .small = 100, .any = VALUES[i], .flag = true};
        buf_t bytes = {0};
        sample_t again;
        codec_pack_array(&SCHEMA, &sample, &bytes);
        assert_int_equal(read_array(bytes.data, bytes.size, &again, NULL), ERR_OK);
        assert_int_equal(again.view.size, size);
        assert_memory_equal(again.view.data, text, size);
        assert_int_equal(again.small, 100);
        assert_int_equal(again.any, VALUES[i]);
        assert_true(again.flag);
        assert_null(again.later.data);
        buf_release(&bytes);
    }
}

static void what_says_nothing_at_the_end_is_left_out(void **state)
{
    (void)state;
    sample_t sample = {.view = view_of("v"), .small = 5};
    buf_t bytes = {0};
    codec_pack_array(&SCHEMA, &sample, &bytes);
    assert_int_equal(bytes.size, 5);
    assert_memory_equal(bytes.data, "\x93\x09\xa1v\x05", 5);
    buf_release(&bytes);
}

static void absent_fields_are_zero_and_required_ones_are_named(void **state)
{
    (void)state;
    sample_t sample;
    fault_t fault;
    assert_int_equal(read_array("\x91\x09", 2, &sample, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.detail, "'view' is missing"));
    assert_int_equal(read_array("\x92\x09\xc0", 3, &sample, &fault), ERR_INVALID);
    assert_int_equal(read_array("\x93\x09\xa0\xc0", 4, &sample, &fault), ERR_OK);
    assert_int_equal(sample.small, 0);
}

static void later_items_are_ignored(void **state)
{
    (void)state;
    sample_t sample;
    assert_int_equal(read_array("\x98\x09\xa1v\xc0\xc0\xc0\xc0\x91\x01\x05", 11, &sample, NULL),
                     ERR_OK);
}

static void wrong_values_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        err_t code;
        const char *text;
    } CASES[] = {
        {"\x92\x09\x01", 3, ERR_INVALID, "'view' is not text"},
        {"\x92\x09\xa1\x00", 4, ERR_INVALID, "'view' is not UTF-8"},
        {"\x92\x09\xa1\xff", 4, ERR_INVALID, "'view' is not UTF-8"},
        {"\x93\x09\xa0\x65", 4, ERR_INVALID, "'small' is out of range"},
        {"\x93\x09\xa0\xff", 4, ERR_INVALID, "'small' is out of range"},
        {"\x93\x09\xa0\xa0", 4, ERR_INVALID, "'small' is not an integer"},
        {"\x94\x09\xa0\xc0\xcf\xff\xff\xff\xff\xff\xff\xff\xff", 13, ERR_INVALID,
         "'any' is out of range"},
        {"\x94\x09\xa0\xc0\x91\x01", 6, ERR_INVALID, "'any' is not an integer"},
        {"\x95\x09\xa0\xc0\xc0\x01", 6, ERR_INVALID, "'flag' is not true"},
        {"\x96\x09\xa0\xc0\xc0\xc0\xa9"
         "123456789",
         16, ERR_TOO_LARGE, "'later' is too long"},
        {"\x80", 1, ERR_MALFORMED, "not a sample"},
        {"\x90", 1, ERR_MALFORMED, "not a sample"},
        {"\x92\x08\xa0", 3, ERR_MALFORMED, "not a sample"},
        {"\x92\x09", 2, ERR_MALFORMED, "announced length"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        sample_t sample;
        fault_t fault;
        assert_int_equal(read_array(CASES[i].bytes, CASES[i].size, &sample, &fault), CASES[i].code);
        assert_non_null(strstr(fault.detail, CASES[i].text));
    }
}

static void list_gives_its_arrays_one_by_one(void **state)
{
    (void)state;
    buf_t bytes = {0};
    codec_pack_list(3, &bytes);
    for (int64_t i = 0; i < 3; i++) {
        sample_t sample = {.view = view_of("v"), .any = i};
        codec_pack_array(&SCHEMA, &sample, &bytes);
    }
    codec_list_t list;
    assert_int_equal(codec_open_list(bytes.data, bytes.size, &list, NULL), ERR_OK);
    for (int64_t i = 0; i < 3; i++) {
        sample_t sample;
        assert_int_equal(list.left, 3 - i);
        assert_int_equal(codec_next_array(&list, &SCHEMA, &sample, NULL), ERR_OK);
        assert_int_equal(sample.any, i);
    }
    assert_int_equal(list.left, 0);
    assert_int_equal(codec_open_list(bytes.data, bytes.size - 1, &list, NULL), ERR_MALFORMED);
    assert_int_equal(codec_open_list("\x01", 1, &list, NULL), ERR_MALFORMED);
    buf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(struct_comes_back),
        cmocka_unit_test(what_says_nothing_at_the_end_is_left_out),
        cmocka_unit_test(absent_fields_are_zero_and_required_ones_are_named),
        cmocka_unit_test(later_items_are_ignored),
        cmocka_unit_test(wrong_values_are_refused_by_name),
        cmocka_unit_test(list_gives_its_arrays_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
