// SPDX-License-Identifier: MPL-2.0
// The functions at their edges; what they do everywhere else is held against Python by
// test/reference/expr_test.py.
#include <stdio.h>
#include <string.h>

#include "data/expr/function.h"
#include "test/unit/expr/rig.h"

static void integers_at_their_ends(void **state)
{
    (void)state;
    rig_gives("9223372036854775807 + 0", "9223372036854775807");
    rig_gives("9223372036854775807 + 1", "<null>");
    rig_gives("-9223372036854775808 - 1", "<null>");
    rig_gives("-9223372036854775808 // -1", "<null>");
    rig_gives("-9223372036854775808 % -1", "0");
    rig_gives("-(-9223372036854775808)", "<null>");
    rig_gives("abs(-9223372036854775808)", "<null>");
    rig_gives("9223372036854775807 * 2", "<null>");
    rig_gives("3037000500 * 3037000499", "9223372033963249500");
    rig_gives("9223372036854775807 = 9223372036854775806", "false");
    rig_gives("7 // -2", "-4");
    rig_gives("7 % -2", "-1");
    rig_gives("-7.5 // 2", "-4");
    rig_gives("-7.5 % 2", "0.5");
    rig_gives("1e308 * 10", "<null>");
    rig_gives("0.0 / 0", "<null>");
    rig_gives("0 ^ -1", "<null>");
    rig_gives("(-8) ^ (1 / 3)", "<null>");
    rig_gives("integer('9223372036854775808')", "<null>");
    rig_gives("integer(9.2e18)", "9200000000000000000");
    rig_gives("integer(9.3e18)", "<null>");
}

static void rounding_is_half_to_even(void **state)
{
    (void)state;
    rig_gives("round(0.5)", "0");
    rig_gives("round(1.5)", "2");
    rig_gives("round(-2.5)", "-2");
    rig_gives("round(1.25, 1)", "1.2");
    rig_gives("round(1250.0, -2)", "1200");
    rig_gives("round(1250, -2)", "1200");
    rig_gives("round(1350, -2)", "1400");
    rig_gives("round(-1250, -2)", "-1200");
    rig_gives("round(-1251, -2)", "-1300");
    rig_gives("round(9223372036854775807, -1)", "<null>");
    rig_gives("round(9223372036854775807, -30)", "0");
    rig_gives("round(5, 3)", "5");
    rig_gives("round(1e308, 300)", "1e+308");
    rig_gives("round(1.5, 400)", "1.5");
    rig_gives("round(1e300, -400)", "0");
    rig_gives("round(1.5e308, -308)", "<null>");
}

static void texts_are_cut_by_characters(void **state)
{
    (void)state;
    rig_gives("left('été', 2)", "ét");
    rig_gives("left('été', -1)", "");
    rig_gives("left('été', 9223372036854775807)", "été");
    rig_gives("right('été', 2)", "té");
    rig_gives("right('été', 0)", "");
    rig_gives("right('é', 9)", "é");
    rig_gives("substring('été', 2)", "té");
    rig_gives("substring('été', 2, 1)", "t");
    rig_gives("substring('abc', 0, 2)", "a");
    rig_gives("substring('abc', -9223372036854775808, 9223372036854775807)", "");
    rig_gives("substring('abc', 2, 9223372036854775807)", "bc");
    rig_gives("substring('abc', 2, -9223372036854775808)", "");
    rig_gives("substring('abc', 9)", "");
    rig_gives("reverse('aé€')", "€éa");
    rig_gives("find('aé€', '€')", "3");
    rig_gives("find('abc', '')", "1");
    rig_gives("find('abc', 'x')", "0");
    rig_gives("contains('', '')", "true");
    rig_gives("contains('', 'a')", "false");
    rig_gives("starts_with('a', 'ab')", "false");
    rig_gives("ends_with('', '')", "true");
    rig_gives("split('a,,b', ',', 2)", "");
    rig_gives("split('a,b', ',', 3)", "<null>");
    rig_gives("split('a,b', ',', 0)", "<null>");
    rig_gives("split('a,b', ',', -2)", "a");
    rig_gives("split('a,b', '', 1)", "a,b");
    rig_gives("split('', ',', 1)", "");
    rig_gives("split('a--b', '--', -9223372036854775808)", "<null>");
}

static void texts_are_changed_and_joined(void **state)
{
    (void)state;
    rig_gives("upper('straße ǆ')", "STRAßE Ǆ");
    rig_gives("title('ǆ')", "ǅ");
    rig_gives("lower('ÀΩЖ')", "àωж");
    rig_gives("upper('')", "");
    rig_gives("length(lower(repeat('Ⱥ', 100)))", "100"); // it grows by a byte
    rig_gives("title('ELEPHANT 3rd')", "Elephant 3rd");
    rig_gives("trim('\t\n \u00a0x\u3000\u2003')", "x");
    rig_gives("trim('   ')", "");
    rig_gives("ltrim('')", "");
    rig_gives("replace('aaa', 'aa', 'b')", "ba");
    rig_gives("replace('abc', '', 'x')", "abc");
    rig_gives("replace('', 'a', 'x')", "");
    rig_gives("replace('aXbX', 'X', '')", "ab");
    rig_gives("pad_left('7', 5, 'ab')", "abab7");
    rig_gives("pad_right('é', 4, 'äö')", "éäöä");
    rig_gives("pad_left('long', 2)", "long");
    rig_gives("pad_left('x', 9, '')", "x");
    rig_gives("repeat('ab', 0)", "");
    rig_gives("repeat('', 9223372036854775807)", "");
    rig_gives("repeat('x', -1)", "");
    rig_gives("concat('a')", "a");
    rig_gives("concat('', '')", "");
    rig_gives("concat('a', null)", "<null>");
    rig_gives("'B' < 'a' and 'a' < 'ab' and '' < 'a' and 'z' < 'é'", "true");
}

static void patterns_are_pcre2_s(void **state)
{
    (void)state;
    rig_gives("matches('ÉTÉ', '(?i)^été$')", "true");
    rig_gives("matches('', '^$')", "true");
    rig_gives("regex_replace('', 'x*', '-')", "-");
    rig_gives("regex_replace('a b', '(?<first>\\w) (\\w)', '${2} ${first}')", "b a");
    rig_gives("regex_extract('ab', 'x')", "<null>");
    rig_gives("regex_extract('ab', 'b')", "b");
    rig_gives("regex_extract('a1', '([a-z])(\\d)', 2)", "1");
    rig_gives("regex_extract('a1', '([a-z])(\\d)', 0)", "a1");
    rig_gives("regex_replace(text(null), 'a', 'b')", "<null>");
}

static void types_are_converted(void **state)
{
    (void)state;
    rig_gives("number('+1.5')", "1.5");
    rig_gives("number('-007')", "-7");
    rig_gives("number('99999999999999999999')", "1e+20");
    rig_gives("number('')", "<null>");
    rig_gives("number('-')", "<null>");
    rig_gives("number('--1')", "<null>");
    rig_gives("number('+-1')", "<null>");
    rig_gives("number('1e999')", "<null>");
    rig_gives("number('nan')", "<null>");
    rig_gives("number('1 2')", "<null>");
    rig_gives("integer('3.9')", "3");
    rig_gives("integer(' 12 ')", "12");
    rig_gives("integer(true)", "1");
    rig_gives("boolean('OFF')", "false");
    rig_gives("boolean('maybe')", "<null>");
    rig_gives("boolean(0.0)", "false");
    rig_gives("text(1e300)", "1e+300");
    rig_gives("text(-9223372036854775808)", "-9223372036854775808");
    rig_gives("text(true)", "true");
    rig_gives("text(date('2020-01-31'))", "2020-01-31");
    rig_gives("text(datetime('2020-01-31 10:20:30.5'))", "2020-01-31T10:20:30.500Z");
    rig_gives("hash('')", "-1166397803181037274"); // by a few lines of Python
    rig_gives("hash(1) = hash('1') and hash(1.0) = hash('1')", "true");
}

static void dates_at_their_ends(void **state)
{
    (void)state;
    rig_gives("date('9999-12-31') + 1", "<null>");
    rig_gives("date('0000-01-01') - 1", "<null>");
    rig_gives("date('2020-01-01') + 9223372036854775807", "<null>");
    rig_gives("add_months(date('2020-01-31'), 9223372036854775807)", "<null>");
    rig_gives("add_hours(date('2020-01-01'), 1e300)", "<null>");
    rig_gives("add_hours(datetime('2020-01-01 00:00'), -0.5)", "2019-12-31T23:30:00Z");
    rig_gives("datetime('1969-12-31T23:59:59.999Z') + 1", "1970-01-01T23:59:59.999Z");
    rig_gives("hour(datetime('1969-12-31T23:59:59Z'))", "23");
    rig_gives("second(datetime('1969-12-31T23:59:59.999Z'))", "59");
    rig_gives("date(datetime('1969-12-31T23:59:59Z'))", "1969-12-31");
    rig_gives("day(datetime('1969-12-31T23:59:59Z'))", "31");
    rig_gives("add_months(datetime('2020-03-31T10:00:00Z'), -1)", "2020-02-29T10:00:00Z");
    rig_gives("date('2020-02-30')", "<null>");
    rig_gives("date('2020-02-28T10:00:00Z')", "2020-02-28");
    rig_gives("datetime('2020-02-28')", "2020-02-28T00:00:00Z");
    rig_gives("date(2020, 13, 1)", "<null>");
    rig_gives("date(9223372036854775807, 1, 1)", "<null>");
    rig_gives("date('2020-01-31') < datetime('2020-01-31 00:00:01')", "true");
    rig_gives("format_date(datetime('2020-01-31T10:20:30Z'), '%H:%M %j%%')", "10:20 031%");
    rig_gives("hour(date('2020-01-31'))", "0");
    rig_gives("hours_between(date('2020-01-31'), date('2020-02-01'))", "24");
}

// Every function with each of its arguments missing: only those that are made for it have a value.
static void missing_arguments_make_results_missing(void **state)
{
    (void)state;
    size_t count;
    const function_t *all = function_all(&count);
    const char *const kinds[] = {"i", "f", "n", "b", "t", "c", "d", "m", "w", "a", "T", "I"};
    const char *const values[] = {"1",
                                  "1.5",
                                  "1",
                                  "true",
                                  "'x'",
                                  "1",
                                  "date('2020-01-31')",
                                  "datetime('2020-01-31 10:00')",
                                  "date('2020-01-31')",
                                  "1",
                                  "'%Y'",
                                  "0"};
    for (size_t i = 0; i < count; i++) {
        const function_t *function = &all[i];
        if (!function->group[0] || function->lazy || function->flags & FUNCTION_LENIENT) {
            continue;
        }
        char text[256];
        size_t at = (size_t)snprintf(text, sizeof text, "text(%s(", function->name);
        bool done = false;
        for (const char *letter = function->signature; *letter; letter++) {
            for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
                if (kinds[k][0] == *letter) {
                    bool constant = *letter == 'T' || *letter == 'I';
                    bool null = !constant && !done;
                    done = done || null;
                    at += (size_t)snprintf(text + at, sizeof text - at, "%sif(%s, %s, null)",
                                           letter > function->signature ? ", " : "",
                                           null ? "false" : "true", values[k]);
                }
            }
        }
        snprintf(text + at, sizeof text - at, "))");
        rig_gives(text, "<null>");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_at_their_ends),
        cmocka_unit_test(rounding_is_half_to_even),
        cmocka_unit_test(texts_are_cut_by_characters),
        cmocka_unit_test(texts_are_changed_and_joined),
        cmocka_unit_test(patterns_are_pcre2_s),
        cmocka_unit_test(types_are_converted),
        cmocka_unit_test(dates_at_their_ends),
        cmocka_unit_test(missing_arguments_make_results_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
