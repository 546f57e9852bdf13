// SPDX-License-Identifier: MPL-2.0
#include "data/value/date_format.h"

#include <string.h>

#include "data/value/date.h"
#include "test/unit/test.h"

static date_format_t compiled(const char *pattern, date_format_use_t use)
{
    date_format_t format;
    assert_int_equal(date_format_compile(pattern, strlen(pattern), use, &format, NULL), ERR_OK);
    return format;
}

static void reads(const char *pattern, const char *text, const char *iso)
{
    date_format_t format = compiled(pattern, DATE_FORMAT_READ);
    int64_t ms = INT64_MIN;
    char made[DATETIME_TEXT_SIZE] = "nothing";
    if (date_format_parse_time(&format, text, strlen(text), &ms)) {
        datetime_format_iso(ms, made);
    }
    assert_string_equal(made, iso);
}

static void texts_are_read_as_pandas_reads_them(void **state)
{
    (void)state;
    reads("%d.%m.%Y", "31.01.2020", "2020-01-31T00:00:00Z");
    reads("%d.%m.%Y", "1.2.2020", "2020-02-01T00:00:00Z");
    reads("%d.%m.%y", "01.02.68", "2068-02-01T00:00:00Z");
    reads("%d.%m.%y", "01.02.69", "1969-02-01T00:00:00Z");
    reads("%b %d, %Y", "jan 3, 2021", "2021-01-03T00:00:00Z");
    reads("%d %B %Y", "3 MAY 2021", "2021-05-03T00:00:00Z");
    reads("%d %B %Y", "3 September 2021", "2021-09-03T00:00:00Z");
    reads("%Y%m%d%H%M%S", "20200131102030", "2020-01-31T10:20:30Z");
    reads("%m/%d/%Y %I:%M %p", "1/2/2020 12:05 am", "2020-01-02T00:05:00Z");
    reads("%m/%d/%Y %I:%M %p", "1/2/2020 1:05 PM", "2020-01-02T13:05:00Z");
    reads("%Y-%m-%dT%H:%M:%S.%f%z", "2020-01-31T10:20:30.1239+0100", "2020-01-31T09:20:30.123Z");
    reads("%Y-%j", "2020-366", "2020-12-31T00:00:00Z");
    reads("%Y-%m", "2020-05", "2020-05-01T00:00:00Z");
    reads("100%% %Y", "100% 2020", "2020-01-01T00:00:00Z");
}

static void what_does_not_fit_is_no_date(void **state)
{
    (void)state;
    reads("%d.%m.%Y", "29.02.2021", "nothing");
    reads("%d.%m.%Y", "31.01.20", "nothing");
    reads("%d.%m.%Y", "31.01.2020 ", "nothing");
    reads("%d.%m.%Y", "", "nothing");
    reads("%Y-%j", "2021-366", "nothing");
    reads("%Y %H", "2021 24", "nothing");
    reads("%Y %I%p", "2021 13am", "nothing");
    reads("%Y %b", "2021 Foo", "nothing");
    reads("%Y %z", "9999 -00:01", "9999-01-01T00:01:00Z");
    reads("%Y%z", "0000+00:01", "nothing");
    reads("%Y.%f", "2020.", "nothing");
}

static void a_date_is_the_one_that_is_written(void **state)
{
    (void)state;
    date_format_t format = compiled("%Y-%m-%d %H:%M%z", DATE_FORMAT_READ);
    const char *text = "2020-01-31 23:00-0500";
    int64_t days;
    assert_true(date_format_parse(&format, text, strlen(text), &days));
    char made[DATE_TEXT_SIZE];
    date_format_iso(days, made);
    assert_string_equal(made, "2020-01-31");
}

static void every_letter_is_written(void **state)
{
    (void)state;
    int64_t ms;
    const char *iso = "2020-03-01T13:04:05.067Z";
    assert_true(datetime_parse_iso(iso, strlen(iso), &ms));
    date_format_t format =
        compiled("%Y %y %m %b %B %d %j %H %I %p %M %S %f %z %%!", DATE_FORMAT_WRITE);
    char text[DATE_FORMAT_TEXT_SIZE];
    size_t size = date_format_print(&format, ms, text);
    text[size] = '\0';
    assert_string_equal(text, "2020 20 03 Mar March 01 061 13 01 PM 04 05 067000 +0000 %!");
    format = compiled("%I%p", DATE_FORMAT_WRITE);
    size = date_format_print(&format, -DAY_MS, text);
    text[size] = '\0';
    assert_string_equal(text, "12AM");
}

static void refused(const char *pattern, const char *why)
{
    fault_t fault = {0};
    date_format_t format;
    assert_int_equal(
        date_format_compile(pattern, strlen(pattern), DATE_FORMAT_READ, &format, &fault),
        ERR_STEP_PARAMETER);
    assert_non_null(strstr(fault.detail, why));
    assert_int_not_equal(fault.remedy[0], '\0');
}

static void formats_that_cannot_be_read_are_refused(void **state)
{
    (void)state;
    refused("", "empty");
    refused("%Q", "'%Q' has an unknown letter");
    refused("%Y%", "unknown letter");
    refused("%d.%m", "no year");
    refused("%Y %y", "twice");
    refused("%Y %m %b", "twice");
    refused("%Y-%j-%d", "twice");
    refused("%Y %I", "together");
    refused("%Y %H %p", "together");
    char long_one[DATE_FORMAT_MAX + 2];
    memset(long_one, 'x', sizeof long_one);
    long_one[DATE_FORMAT_MAX + 1] = '\0';
    refused(long_one, "longer");
    date_format_t format;
    assert_int_equal(date_format_compile("%d", 2, DATE_FORMAT_WRITE, &format, NULL), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_read_as_pandas_reads_them),
        cmocka_unit_test(what_does_not_fit_is_no_date),
        cmocka_unit_test(a_date_is_the_one_that_is_written),
        cmocka_unit_test(every_letter_is_written),
        cmocka_unit_test(formats_that_cannot_be_read_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
