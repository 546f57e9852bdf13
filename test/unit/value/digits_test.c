// SPDX-License-Identifier: MPL-2.0
#include "data/value/digits.h"

#include <string.h>

#include "test/unit/test.h"

static void assert_same(const char *text, digits_kind_t kind)
{
    digits_t digits;
    char written[DIGITS_TEXT_SIZE];
    assert_int_equal(digits_read(text, strlen(text), &digits), kind);
    size_t size = digits_write(digits.mantissa, digits.places, written);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(written, text, size);
}

static void what_is_read_is_written_the_same(void **state)
{
    (void)state;
    assert_same("0", DIGITS_INTEGER);
    assert_same("-7", DIGITS_INTEGER);
    assert_same("123456789012345678", DIGITS_INTEGER);
    assert_same("0.5", DIGITS_DECIMAL);
    assert_same("-0.007", DIGITS_DECIMAL);
    assert_same("0.00", DIGITS_DECIMAL);
    assert_same("1.50", DIGITS_DECIMAL);
    assert_same("99999.9999999999999", DIGITS_DECIMAL);
}

static void texts_that_would_be_written_otherwise_are_left(void **state)
{
    (void)state;
    const char *const texts[] = {"",   "-",  "007", "-0",    "-0.0",
                                 "+1", ".5", "5.",  "1e5",   "00.5",
                                 "1 ", " 1", "1,5", "1.2.3", "1234567890123456789"};
    digits_t digits;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(digits_read(texts[i], strlen(texts[i]), &digits), DIGITS_NONE);
    }
}

static void all_int64_are_written(void **state)
{
    (void)state;
    char text[DIGITS_TEXT_SIZE];
    assert_int_equal(digits_write(INT64_MIN, 0, text), 20);
    assert_memory_equal(text, "-9223372036854775808", 20);
    assert_int_equal(digits_write(INT64_MAX, 18, text), 20);
    assert_memory_equal(text, "9.223372036854775807", 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_written_the_same),
        cmocka_unit_test(texts_that_would_be_written_otherwise_are_left),
        cmocka_unit_test(all_int64_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
