// SPDX-License-Identifier: MPL-2.0
#include "base/text.h"

#include "test/unit/test.h"

static void valid_utf8_is_accepted(void **state)
{
    (void)state;
    assert_true(text_is_utf8("", 0));
    assert_true(text_is_utf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\xA7", 10));
}

static void overlong_surrogate_cut_and_stray_bytes_are_refused(void **state)
{
    (void)state;
    assert_int_equal(text_utf8_prefix("ab\xC0\xAF", 4), 2);
    assert_int_equal(text_utf8_prefix("\xE0\x80\xAF", 3), 0);
    assert_int_equal(text_utf8_prefix("\xED\xA0\x80", 3), 0);
    assert_int_equal(text_utf8_prefix("\xF4\x90\x80\x80", 4), 0);
    assert_int_equal(text_utf8_prefix("x\xE2\x82", 3), 1);
    assert_int_equal(text_utf8_prefix("\x80", 1), 0);
}

static void a_copy_never_cuts_a_character(void **state)
{
    (void)state;
    char small[4];
    text_copy(small, sizeof small, "ab\xE2\x82\xAC");
    assert_string_equal(small, "ab");
    text_copy(small, sizeof small, "abc");
    assert_string_equal(small, "abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_utf8_is_accepted),
        cmocka_unit_test(overlong_surrogate_cut_and_stray_bytes_are_refused),
        cmocka_unit_test(a_copy_never_cuts_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
