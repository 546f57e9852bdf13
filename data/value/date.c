// SPDX-License-Identifier: MPL-2.0
#include "data/value/date.h"

#include <assert.h>
#include <string.h>

enum {
    DAYS_OF_ERA = 146097,  // 400 years
    DAYS_TO_1970 = 719468, // from 0000-03-01
    MINUTE_MS = 60000,
    HOUR_MS = 3600000,
    ISO_DATE_SIZE = 10,
};

static const uint8_t MONTH_DAYS[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

bool date_is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned date_days_in_month(int64_t year, unsigned month)
{
    return MONTH_DAYS[month] + (month == 2 && date_is_leap(year));
}

int64_t date_from_civil(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_ERA + day_of_era - DAYS_TO_1970;
}

civil_t date_to_civil(int64_t days)
{
    days += DAYS_TO_1970;
    int64_t era = (days >= 0 ? days : days - (DAYS_OF_ERA - 1)) / DAYS_OF_ERA;
    uint32_t day_of_era = (uint32_t)(days - era * DAYS_OF_ERA);
    uint32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_OF_ERA - 1)) /
        365;
    uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint32_t shifted = (5 * day_of_year + 2) / 153; // 0 is March
    uint32_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    return (civil_t){
        .year = (int32_t)(year_of_era + era * 400 + (month <= 2)),
        .month = (uint8_t)month,
        .day = (uint8_t)(day_of_year - (153 * shifted + 2) / 5 + 1),
    };
}

int date_weekday(int64_t days)
{
    int64_t rest = (days + 3) % 7; // 1970-01-01 was a Thursday
    return (int)(rest < 0 ? rest + 7 : rest) + 1;
}

int date_day_of_year(int64_t days)
{
    return (int)(days - date_from_civil(date_to_civil(days).year, 1, 1)) + 1;
}

// A week belongs to the year that its Thursday is in.
int date_week(int64_t days)
{
    return (date_day_of_year(days - date_weekday(days) + 4) - 1) / 7 + 1;
}

int date_quarter(int64_t days)
{
    return (date_to_civil(days).month + 2) / 3;
}

bool date_add_months(int64_t days, int64_t months, int64_t *ret_days)
{
    enum { MONTHS_MAX = 12 * 10000 };
    civil_t civil = date_to_civil(days);
    int64_t from = (int64_t)civil.year * 12 + civil.month - 1;
    if (months > MONTHS_MAX || months < -MONTHS_MAX || from + months < 0 ||
        from + months >= MONTHS_MAX) {
        return false;
    }
    int64_t year = (from + months) / 12;
    unsigned month = (unsigned)((from + months) % 12) + 1;
    unsigned last = date_days_in_month(year, month);
    *ret_days = date_from_civil(year, month, civil.day < last ? civil.day : last);
    return true;
}

static unsigned two_digits(const char *text)
{
    return (unsigned)(text[0] - '0') * 10 + (unsigned)(text[1] - '0');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// date_from_civil without signs, for the years 0 to 9999: counted from 400 years before.
static int64_t near_day(unsigned year, unsigned month, unsigned day)
{
    static const uint16_t BEFORE[13] = {0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275};
    unsigned y = year + 400 - (month <= 2);
    unsigned days = 365 * y + y / 4 - y / 100 + y / 400 + BEFORE[month] + day - 1;
    return (int64_t)days - DAYS_OF_ERA - DAYS_TO_1970;
}

// "YYYY-MM-" is checked as one word: XOR with "0000-00-" leaves 0 to 9 or 0, and adding 0x76 or
// 0x7F carries anything larger into the top bit of its byte.
static bool parse_date(const char *text, int64_t *ret_days)
{
    static const char ZEROS[8] = "0000-00-";
    static const unsigned char ROOM[8] = {0x76, 0x76, 0x76, 0x76, 0x7F, 0x76, 0x76, 0x7F};
    uint64_t word;
    uint64_t zeros;
    uint64_t room;
    memcpy(&word, text, sizeof word);
    memcpy(&zeros, ZEROS, sizeof zeros);
    memcpy(&room, ROOM, sizeof room);
    word ^= zeros;
    if ((((word + room) | word) & 0x8080808080808080U) != 0 || !is_digit(text[8]) ||
        !is_digit(text[9])) {
        return false;
    }
    unsigned year = two_digits(text) * 100 + two_digits(text + 2);
    unsigned month = two_digits(text + 5);
    unsigned day = two_digits(text + 8);
    if (month - 1 >= 12 || day == 0 || (day > 28 && day > date_days_in_month(year, month))) {
        return false;
    }
    *ret_days = near_day(year, month, day);
    return true;
}

bool date_parse_iso(const char *text, size_t size, int64_t *ret_days)
{
    return size == ISO_DATE_SIZE && parse_date(text, ret_days);
}

// Two digits below `limit`.
static bool parse_part(const char *text, unsigned limit, int64_t unit_ms, int64_t *ms)
{
    if (!is_digit(text[0]) || !is_digit(text[1]) || two_digits(text) >= limit) {
        return false;
    }
    *ms += two_digits(text) * unit_ms;
    return true;
}

size_t datetime_parse_zone(const char *text, size_t size, int64_t *ret_ms)
{
    if (size >= 1 && text[0] == 'Z') {
        *ret_ms = 0;
        return 1;
    }
    if (size < 5 || (text[0] != '+' && text[0] != '-')) {
        return 0;
    }
    size_t colon = text[3] == ':';
    int64_t ms = 0;
    if (size < 5 + colon || !parse_part(text + 1, 24, HOUR_MS, &ms) ||
        !parse_part(text + 3 + colon, 60, MINUTE_MS, &ms)) {
        return 0;
    }
    *ret_ms = text[0] == '-' ? -ms : ms;
    return 5 + colon;
}

// ".f" of 1 to 9 digits; returns its length, 0 when it is none.
static size_t parse_fraction(const char *text, size_t size, int64_t *ms)
{
    size_t at = 1;
    int64_t unit = 100;
    while (at < size && is_digit(text[at])) {
        *ms += (text[at] - '0') * unit;
        unit /= 10;
        at++;
    }
    return at > 1 && at <= 10 ? at : 0;
}

// "HH:MM[:SS[.f]]"; returns its length, 0 when it is none.
static size_t parse_time(const char *text, size_t size, int64_t *ms)
{
    if (size < 5 || text[2] != ':' || !parse_part(text, 24, HOUR_MS, ms) ||
        !parse_part(text + 3, 60, MINUTE_MS, ms)) {
        return 0;
    }
    if (size < 6 || text[5] != ':') {
        return 5;
    }
    if (size < 8 || !parse_part(text + 6, 60, 1000, ms)) {
        return 0;
    }
    if (size == 8 || text[8] != '.') {
        return 8;
    }
    size_t fraction = parse_fraction(text + 8, size - 8, ms);
    return fraction > 0 ? 8 + fraction : 0;
}

bool datetime_parse_iso(const char *text, size_t size, int64_t *ret_ms)
{
    int64_t days;
    if (size < ISO_DATE_SIZE + 6 || (text[ISO_DATE_SIZE] != 'T' && text[ISO_DATE_SIZE] != ' ') ||
        !parse_date(text, &days)) {
        return false;
    }
    int64_t ms = days * DAY_MS;
    size_t at = ISO_DATE_SIZE + 1;
    size_t taken = parse_time(text + at, size - at, &ms);
    if (taken == 0) {
        return false;
    }
    at += taken;
    if (at < size) {
        int64_t ahead = 0;
        taken = datetime_parse_zone(text + at, size - at, &ahead);
        ms -= ahead;
        at += taken;
    }
    if (at != size || !datetime_in_range(ms)) {
        return false;
    }
    *ret_ms = ms;
    return true;
}

static char *put(char *to, unsigned value, unsigned digits)
{
    for (unsigned i = digits; i > 0; i--) {
        to[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + digits;
}

static char *put_date(char *to, int64_t days)
{
    civil_t civil = date_to_civil(days);
    to = put(to, (unsigned)civil.year, 4);
    *to++ = '-';
    to = put(to, civil.month, 2);
    *to++ = '-';
    return put(to, civil.day, 2);
}

size_t date_format_iso(int64_t days, char text[DATE_TEXT_SIZE])
{
    assert(date_in_range(days));
    char *end = put_date(text, days);
    *end = '\0';
    return (size_t)(end - text);
}

size_t datetime_format_iso(int64_t ms, char text[DATETIME_TEXT_SIZE])
{
    assert(datetime_in_range(ms));
    int64_t days = datetime_day(ms);
    unsigned rest = (unsigned)(ms - days * DAY_MS);
    char *to = put_date(text, days);
    *to++ = 'T';
    to = put(to, rest / HOUR_MS, 2);
    *to++ = ':';
    to = put(to, rest / MINUTE_MS % 60, 2);
    *to++ = ':';
    to = put(to, rest / 1000 % 60, 2);
    if (rest % 1000 != 0) {
        *to++ = '.';
        to = put(to, rest % 1000, 3);
    }
    *to++ = 'Z';
    *to = '\0';
    return (size_t)(to - text);
}
