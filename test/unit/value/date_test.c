// SPDX-License-Identifier: MPL-2.0
#include "data/value/date.h"

#include <stdio.h>
#include <string.h>

#include "test/unit/test.h"

static int64_t day_of(const char *text)
{
    int64_t days = INT64_MIN;
    assert_true(date_parse_iso(text, strlen(text), &days));
    return days;
}

static int64_t instant_of(const char *text)
{
    int64_t ms = INT64_MIN;
    assert_true(datetime_parse_iso(text, strlen(text), &ms));
    return ms;
}

// Counts on day by day from 0000-01-01, which is a Saturday.
static void every_day_of_ten_thousand_years_is_told(void **state)
{
    (void)state;
    int64_t day = DATE_MIN;
    int weekday = 6;
    for (int year = 0; year <= 9999; year++) {
        bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        assert_int_equal(date_is_leap(year), leap);
        int of_year = 1;
        for (unsigned month = 1; month <= 12; month++) {
            for (unsigned d = 1; d <= date_days_in_month(year, month); d++) {
                civil_t civil = date_to_civil(day);
                char text[DATE_TEXT_SIZE];
                if (civil.year != year || civil.month != month || civil.day != d ||
                    date_from_civil(year, month, d) != day || date_weekday(day) != weekday ||
                    date_day_of_year(day) != of_year || date_format_iso(day, text) != 10 ||
                    day_of(text) != day || date_quarter(day) != (int)(month + 2) / 3) {
                    fail_msg("%04d-%02u-%02u", year, month, d);
                }
                day++;
                of_year++;
                weekday = weekday % 7 + 1;
            }
        }
        assert_int_equal(of_year, 366 + leap);
    }
    assert_int_equal(day, DATE_MAX + 1);
}

static void only_dates_that_exist_are_read(void **state)
{
    (void)state;
    const char *const bad[] = {"",           "2020-1-01",  "2020-01-1",   "2020-00-10",
                               "2020-13-01", "2020-01-00", "2020-01-32",  "2021-02-29",
                               "1900-02-29", "2020-04-31", "2020/01/01",  "20200101",
                               "+020-01-01", "2020-01-0a", "2020-01-01 ", "\xB2\x30\x32\x30-01-01",
                               "2020-0:-01", "202/-01-01", "2020-01-:0",  "2020-01=01",
                               "2020m01-01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t days = 77;
        if (date_parse_iso(bad[i], strlen(bad[i]), &days) || days != 77) {
            fail_msg("'%s' was read", bad[i]);
        }
    }
    assert_int_equal(day_of("1970-01-01"), 0);
    assert_int_equal(day_of("2000-02-29"), 11016);
    assert_int_equal(day_of("0000-01-01"), DATE_MIN);
    assert_int_equal(day_of("9999-12-31"), DATE_MAX);
}

static void instants_are_read_in_utc(void **state)
{
    (void)state;
    assert_int_equal(instant_of("1970-01-01T00:00:00Z"), 0);
    assert_int_equal(instant_of("1970-01-01 00:01"), 60000);
    assert_int_equal(instant_of("1969-12-31T23:59:59.999Z"), -1);
}

static void fractions_zones_and_bad_instants(void **state)
{
    (void)state;
    assert_int_equal(instant_of("1970-01-01T00:00:00.5"), 500);
    assert_int_equal(instant_of("1970-01-01T00:00:00.123999999"), 123);
    assert_int_equal(instant_of("1970-01-01T02:00:00+02:00"), 0);
    assert_int_equal(instant_of("1970-01-01T02:00+0200"), 0);
    assert_int_equal(instant_of("1969-12-31T18:30:00-05:30"), 0);
    const char *const bad[] = {
        "1970-01-01",
        "1970-01-01T",
        "1970-01-01T24:00",
        "1970-01-01T00:60",
        "1970-01-01T00:00:60",
        "1970-01-01T00:00:00.",
        "1970-01-01T00:00:00.1234567890",
        "1970-01-01T00:00:0",
        "1970-01-01T00:00:",
        "1970-01-01t00:00",
        "1970-01-01T00:00z",
        "1970-01-01T00:00+2",
        "1970-01-01T00:00+02:0",
        "1970-01-01T00:00+24:00",
        "1970-01-01T00:00Z ",
        "1970-02-30T00:00",
        "0000-01-01T00:00+00:01",
        "9999-12-31T23:59-00:01",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t ms = 77;
        if (datetime_parse_iso(bad[i], strlen(bad[i]), &ms) || ms != 77) {
            fail_msg("'%s' was read", bad[i]);
        }
    }
}

static void instants_are_written_and_read_again(void **state)
{
    (void)state;
    char text[DATETIME_TEXT_SIZE];
    assert_int_equal(datetime_format_iso(-1, text), 24);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    datetime_format_iso(1580466030000, text);
    assert_string_equal(text, "2020-01-31T10:20:30Z");
    datetime_format_iso(DATETIME_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999Z");
    datetime_format_iso(DATETIME_MIN, text);
    assert_string_equal(text, "0000-01-01T00:00:00Z");
    for (int64_t ms = DATETIME_MIN; ms <= DATETIME_MAX; ms += 7777777777777) {
        datetime_format_iso(ms, text);
        assert_int_equal(instant_of(text), ms);
    }
}

static void weeks_are_those_of_iso_8601(void **state)
{
    (void)state;
    assert_int_equal(date_week(day_of("2021-01-03")), 53);
    assert_int_equal(date_week(day_of("2021-01-04")), 1);
    assert_int_equal(date_week(day_of("2018-12-31")), 1);
    assert_int_equal(date_week(day_of("2020-12-31")), 53);
    assert_int_equal(date_week(day_of("2016-01-01")), 53);
    assert_int_equal(date_week(day_of("2015-06-15")), 25);
}

static void months_are_added_up_to_the_month_s_end(void **state)
{
    (void)state;
    int64_t days;
    assert_true(date_add_months(day_of("2020-01-31"), 1, &days));
    assert_int_equal(days, day_of("2020-02-29"));
    assert_true(date_add_months(day_of("2020-03-31"), -13, &days));
    assert_int_equal(days, day_of("2019-02-28"));
    assert_true(date_add_months(day_of("0000-02-29"), -1, &days));
    assert_int_equal(days, day_of("0000-01-29"));
    assert_false(date_add_months(day_of("0000-02-29"), -2, &days));
    assert_false(date_add_months(day_of("9999-12-01"), 1, &days));
    assert_false(date_add_months(0, INT64_MAX, &days));
    assert_false(date_add_months(0, INT64_MIN, &days));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_ten_thousand_years_is_told),
        cmocka_unit_test(only_dates_that_exist_are_read),
        cmocka_unit_test(instants_are_read_in_utc),
        cmocka_unit_test(fractions_zones_and_bad_instants),
        cmocka_unit_test(instants_are_written_and_read_again),
        cmocka_unit_test(weeks_are_those_of_iso_8601),
        cmocka_unit_test(months_are_added_up_to_the_month_s_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
