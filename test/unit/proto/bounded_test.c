// SPDX-License-Identifier: MPL-2.0
#include "proto/bounded.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "proto/limits.h"
#include "test/unit/test.h"

static err_t check(const char *bytes, size_t size)
{
    fault_t fault = {0};
    // A block of exactly this size, so that a read behind its end is seen.
    char *copy = malloc(size ? size : 1);
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    err_t err = bounded_check(copy, size, &fault);
    assert_int_equal(err == ERR_OK, fault.detail[0] == '\0');
    free(copy);
    return err;
}

static void every_kind_of_value_is_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } VALUES[] = {
        {"\x00", 1},
        {"\x7f", 1},
        {"\xff", 1},
        {"\xc0", 1},
        {"\xc2", 1},
        {"\xc3", 1},
        {"\xa3"
         "abc",
         4},
        {"\xd9\x01"
         "a",
         3},
        {"\xda\x00\x01"
         "a",
         4},
        {"\xdb\x00\x00\x00\x01"
         "a",
         6},
        {"\xc4\x01\x00", 3},
        {"\xc5\x00\x01\x00", 4},
        {"\xc6\x00\x00\x00\x01\x00", 6},
        {"\xca\x00\x00\x00\x00", 5},
        {"\xcb\x00\x00\x00\x00\x00\x00\x00\x00", 9},
        {"\xcc\x01", 2},
        {"\xcd\x00\x01", 3},
        {"\xce\x00\x00\x00\x01", 5},
        {"\xcf\x00\x00\x00\x00\x00\x00\x00\x01", 9},
        {"\xd0\x01", 2},
        {"\xd1\x00\x01", 3},
        {"\xd2\x00\x00\x00\x01", 5},
        {"\xd3\x00\x00\x00\x00\x00\x00\x00\x01", 9},
        {"\xd4\x01\x00", 3},
        {"\xd5\x01\x00\x00", 4},
        {"\xd6\x01\x00\x00\x00\x00", 6},
        {"\xd7\x01\x00\x00\x00\x00\x00\x00\x00\x00", 10},
        {"\xd8\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 18},
        {"\xc7\x01\x05\x00", 4},
        {"\xc8\x00\x01\x05\x00", 5},
        {"\xc9\x00\x00\x00\x01\x05\x00", 7},
        {"\x92\x01\x91\x02", 4},
        {"\xdc\x00\x01\x01", 4},
        {"\xdd\x00\x00\x00\x01\x01", 6},
        {"\x81\xa1"
         "a\x90",
         4},
        {"\xde\x00\x01\x01\x02", 5},
        {"\xdf\x00\x00\x00\x01\x01\x02", 7},
    };
    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++) {
        assert_int_equal(check(VALUES[i].bytes, VALUES[i].size), ERR_OK);
        for (size_t size = 0; size < VALUES[i].size; size++) { // and none of them cut short
            assert_int_equal(check(VALUES[i].bytes, size), ERR_MALFORMED);
        }
        buf_t longer = {0};
        buf_add(&longer, VALUES[i].bytes, VALUES[i].size);
        buf_add(&longer, "\xc0", 1);
        assert_int_equal(check(longer.data, longer.size), ERR_MALFORMED); // nothing behind it
        buf_release(&longer);
    }
}

static void announced_lengths_that_are_not_there_are_refused(void **state)
{
    (void)state;
    assert_int_equal(check("\xdd\xff\xff\xff\xff", 5), ERR_MALFORMED);
    assert_int_equal(check("\xdf\xff\xff\xff\xff", 5), ERR_MALFORMED);
    assert_int_equal(check("\xdf\x80\x00\x00\x00", 5), ERR_MALFORMED);
    assert_int_equal(check("\xdb\xff\xff\xff\xff", 5), ERR_MALFORMED);
    assert_int_equal(check("\xc6\xff\xff\xff\xff", 5), ERR_MALFORMED);
    assert_int_equal(check("\xc9\xff\xff\xff\xff\x01", 6), ERR_MALFORMED);
    assert_int_equal(check("\xdc\x00\x03\x01\x02", 5), ERR_MALFORMED);
}

static void byte_that_is_not_messagepack_is_refused(void **state)
{
    (void)state;
    assert_int_equal(check("\xc1", 1), ERR_MALFORMED);
    assert_int_equal(check("\x91\xc1", 2), ERR_MALFORMED);
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    char bytes[LIMIT_DEPTH + 2];
    memset(bytes, 0x91, sizeof bytes);
    bytes[LIMIT_DEPTH] = 0x01;
    assert_int_equal(check(bytes, LIMIT_DEPTH + 1), ERR_OK);
    bytes[LIMIT_DEPTH] = (char)0x91;
    bytes[LIMIT_DEPTH + 1] = 0x01;
    assert_int_equal(check(bytes, LIMIT_DEPTH + 2), ERR_MALFORMED);
}

static void fault_names_the_byte(void **state)
{
    (void)state;
    fault_t fault;
    assert_int_equal(bounded_check("\x92\x01\xc1", 3, &fault), ERR_MALFORMED);
    assert_non_null(strstr(fault.detail, "byte 2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value_is_accepted),
        cmocka_unit_test(announced_lengths_that_are_not_there_are_refused),
        cmocka_unit_test(byte_that_is_not_messagepack_is_refused),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(fault_names_the_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
