// SPDX-License-Identifier: MPL-2.0
#include "data/value/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "test/unit/test.h"

static number_kind_t parse(const char *text, number_t *number)
{
    *number = (number_t){.value = -12345};
    return number_parse(text, strlen(text), number);
}

static void integers_are_exact_up_to_int64(void **state)
{
    (void)state;
    number_t n;
    assert_int_equal(parse("0", &n), NUMBER_INTEGER);
    assert_int_equal(parse("-17", &n), NUMBER_INTEGER);
    assert_int_equal(n.integer, -17);
    assert_int_equal(parse("9223372036854775807", &n), NUMBER_INTEGER);
    assert_int_equal(n.integer, INT64_MAX);
    assert_int_equal(parse("-9223372036854775808", &n), NUMBER_INTEGER);
    assert_int_equal(n.integer, INT64_MIN);
}

static void ids_and_words_are_not_numbers(void **state)
{
    (void)state;
    const char *const texts[] = {"",    "-",   "007",   "-01",  "+1",    "9223372036854775808",
                                 "1e",  "1e+", ".",     "-.",   "e5",    "0x10",
                                 "inf", "nan", "1 ",    " 1",   "1,5",   "1e999",
                                 "--1", "1-",  "1.2.3", "+1.5", "1e5.0", "infinity"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        number_t n;
        assert_int_equal(parse(texts[i], &n), NUMBER_NONE);
    }
}

static void decimals_are_floats_at_any_length(void **state)
{
    (void)state;
    const char *const texts[] = {"1.0",      ".5",
                                 "5.",       "-0.25",
                                 "1e5",      "2E-3",
                                 "1.5e+300", "3.141592653589793238462643383279",
                                 "4.9e-324", "1.7976931348623157e308",
                                 "00.5"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        number_t n;
        assert_int_equal(parse(texts[i], &n), NUMBER_FLOAT);
        assert_true(n.value == strtod(texts[i], NULL));
    }
}

static void a_decimal_too_small_for_a_double_is_zero(void **state)
{
    (void)state;
    number_t n;
    assert_int_equal(parse("1e-999", &n), NUMBER_FLOAT);
    assert_true(n.value == 0);
    assert_int_equal(parse("0.0000000001e-400", &n), NUMBER_FLOAT);
    assert_true(n.value == 0);
    assert_int_equal(parse("1000000e-99999999999999999999", &n), NUMBER_FLOAT);
    assert_int_equal(parse("0.001e99999999999999999999", &n), NUMBER_NONE);
}

static void the_shortest_text_is_written(void **state)
{
    (void)state;
    const struct {
        double value;
        const char *text;
    } cases[] = {
        {1, "1"},
        {-0.0, "0"},
        {0.1, "0.1"},
        {100000, "100000"},
        {1e15, "1000000000000000"},
        {1e16, "1e+16"},
        {1e-5, "0.00001"},
        {1e-6, "1e-06"},
        {-2.5, "-2.5"},
        {1.0 / 3, "0.3333333333333333"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[NUMBER_TEXT_SIZE];
        assert_int_equal(number_format(cases[i].value, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

static void what_is_written_reads_back_the_same(void **state)
{
    (void)state;
    const char *wish = getenv("AUTODP_NUMBERS"); // ./dev soak numbers: ten million
    long times = wish ? strtol(wish, NULL, 10) : 200000;
    uint64_t seed = 1;
    for (long i = 0; i < times; i++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        uint64_t bits = seed ^ (seed >> 29);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) {
            continue;
        }
        char text[NUMBER_TEXT_SIZE];
        size_t size = number_format(value, text);
        number_t n;
        assert_int_not_equal(number_parse(text, size, &n), NUMBER_NONE);
        assert_true(n.value == value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_exact_up_to_int64),
        cmocka_unit_test(ids_and_words_are_not_numbers),
        cmocka_unit_test(decimals_are_floats_at_any_length),
        cmocka_unit_test(a_decimal_too_small_for_a_double_is_zero),
        cmocka_unit_test(the_shortest_text_is_written),
        cmocka_unit_test(what_is_written_reads_back_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
