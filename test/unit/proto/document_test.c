// SPDX-License-Identifier: MPL-2.0
#include "proto/document.h"

#include <stdlib.h>
#include <string.h>

#include "test/unit/test.h"

static void tree_comes_back(void **state)
{
    (void)state;
    json_t *tree = json_pack("{s:[i,I,f,b,b,n],s:{s:s},s:[],s:{}}", "a", -1, INT64_MAX, 0.1, 0, 1,
                             "o", "k", "\xC3\xA9", "e", "f");
    buf_t bytes = {0};
    json_t *again = NULL;
    fault_t fault;
    document_pack(&bytes, tree);
    assert_int_equal(document_unpack(bytes.data, bytes.size, &again, &fault), ERR_OK);
    assert_true(json_equal(tree, again));
    json_decref(tree);
    json_decref(again);
    buf_release(&bytes);
}

static void what_json_cannot_say_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } VALUES[] = {
        {"\xc4\x01\x00", 3},                         // binary
        {"\xd4\x01\x00", 3},                         // extension
        {"\x81\x01\x02", 3},                         // a key that is not text
        {"\xa1\xff", 2},                             // not UTF-8
        {"\x81\xa1\xff\x01", 4},                     // the same as a key
        {"\x81\xa1\x00\x01", 4},                     // a key with NUL
        {"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", 9}, // not a number
        {"\xcb\xff\xf0\x00\x00\x00\x00\x00\x00", 9}, // infinite
        {"\xcf\x80\x00\x00\x00\x00\x00\x00\x00", 9}, // beyond int64
        {"\x92\x01\xc4\x00", 4},                     // deep inside
    };
    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++) {
        json_t *tree = NULL;
        fault_t fault;
        assert_int_equal(document_unpack(VALUES[i].bytes, VALUES[i].size, &tree, &fault),
                         ERR_INVALID);
        assert_null(tree);
    }
}

static void size_of_a_value_is_that_of_its_packed_form(void **state)
{
    (void)state;
    static const int64_t NUMBERS[] = {
        0,         127,       128,           255,           256,      65535,  65536,
        -1,        -32,       -33,           -128,          -129,     -32768, -32769,
        1LL << 32, INT64_MAX, -2147483648LL, -2147483649LL, INT64_MIN};
    json_t *tree = json_array();
    for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS[0]; i++) {
        json_array_append_new(tree, json_integer(NUMBERS[i]));
    }
    for (size_t length = 0; length < 70000; length = length * 3 + 31) {
        char *text = calloc(1, length + 1);
        memset(text, 'x', length);
        json_array_append_new(tree, json_string(text));
        json_array_append_new(tree, json_pack("{s:f,s:b}", text, 0.5, "b", 1));
        free(text);
    }
    buf_t bytes = {0};
    document_pack(&bytes, tree);
    msgpack_unpacked unpacked;
    msgpack_unpacked_init(&unpacked);
    assert_int_equal(msgpack_unpack_next(&unpacked, bytes.data, bytes.size, NULL),
                     MSGPACK_UNPACK_SUCCESS);
    assert_int_equal(document_bytes(&unpacked.data), bytes.size);
    msgpack_unpacked_destroy(&unpacked);
    json_decref(tree);
    buf_release(&bytes);
}

static void unbounded_bytes_are_refused(void **state)
{
    (void)state;
    json_t *tree = NULL;
    fault_t fault;
    assert_int_equal(document_unpack("\xdd\xff\xff\xff\xff", 5, &tree, &fault), ERR_MALFORMED);
    assert_null(tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_comes_back),
        cmocka_unit_test(what_json_cannot_say_is_refused),
        cmocka_unit_test(size_of_a_value_is_that_of_its_packed_form),
        cmocka_unit_test(unbounded_bytes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
