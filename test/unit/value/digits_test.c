// SPDX-License-Identifier: MPL-2.0
#include "data/value/digits.h"

#include <stdlib.h>
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

// Texts of all shapes, each with its slack.
static const char SHAPES[][DIGITS_TEXT_SIZE + 8 + DIGITS_SLACK] = {
    "0",          "-7",         "12345678",  "123456789",
    "0.5",        "-0.007",     "0.00",      "1.50",
    "-0",         "-0.0",       "007",       "00.5",
    ".5",         "5.",         "1e5",       "1.2.3",
    "12a4",       "1234.567x",  "-",         "--1",
    "1-2",        "99999.9999", "1.2345678", "1.23456789",
    "9.994586",   "2020-1-1",   "-123.45",   "0.1234567890123456",
    "12345678.1", "123456789.1"};
enum { SHAPES_COUNT = sizeof SHAPES / sizeof SHAPES[0] };

static void short_texts_are_read_as_by_the_slow_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES_COUNT; i++) {
        digits_t slow = {0};
        digits_t fast = {0};
        digits_kind_t kind = digits_read(SHAPES[i], strlen(SHAPES[i]), &slow);
        digits_kind_t found = digits_read_short(SHAPES[i], strlen(SHAPES[i]), &fast);
        if (found != DIGITS_NONE) {
            assert_int_equal(found, kind);
            assert_int_equal(fast.mantissa, slow.mantissa);
            assert_int_equal(fast.places, slow.places);
        }
        if (kind != DIGITS_NONE && strlen(SHAPES[i]) <= 8) {
            assert_int_equal(found, kind);
        }
    }
}

static void a_run_ends_where_a_text_is_of_another_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES_COUNT; i++) {
        for (unsigned places = 0; places < DIGITS_RUN; places++) {
            text_t texts[] = {{"", 0}, {SHAPES[i], (uint32_t)strlen(SHAPES[i])}};
            int64_t mantissas[2] = {1, 1};
            digits_t slow = {0};
            digits_kind_t kind = digits_read(SHAPES[i], strlen(SHAPES[i]), &slow);
            bool fits = kind != DIGITS_NONE && slow.places == places &&
                        llabs(slow.mantissa) < 1000000000000000;
            assert_int_equal(digits_read_run(texts, 2, places, mantissas), fits ? 2 : 1);
            assert_int_equal(mantissas[0], 0);
            if (fits) {
                assert_int_equal(mantissas[1], slow.mantissa);
            }
        }
    }
}

static void a_number_with_a_power_is_rounded_once(void **state)
{
    (void)state;
    static const char texts[][32] = {"-9.994586e-04", "1e+22", "1.5E-07", "0.1e-21", "3e+00"};
    static const char others[][32] = {"1e5",     "1e-4",  "1e+23",
                                      "0.1e-22", "e-04",  "1.e-04",
                                      "007e-04", "1e-0x", "9007199254740993e-01"};
    double value;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_true(digits_read_power(texts[i], strlen(texts[i]), &value));
        assert_true(value == strtod(texts[i], NULL));
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(digits_read_power(others[i], strlen(others[i]), &value));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_written_the_same),
        cmocka_unit_test(texts_that_would_be_written_otherwise_are_left),
        cmocka_unit_test(all_int64_are_written),
        cmocka_unit_test(short_texts_are_read_as_by_the_slow_way),
        cmocka_unit_test(a_run_ends_where_a_text_is_of_another_shape),
        cmocka_unit_test(a_number_with_a_power_is_rounded_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
