// SPDX-License-Identifier: MPL-2.0
// Dates and instants: the proleptic Gregorian calendar, years 0000 to 9999, and ISO 8601 texts.
// A date is a count of days since 1970-01-01, an instant milliseconds since
// 1970-01-01T00:00:00Z. Source of the calendar: Howard Hinnant, "chrono-compatible low-level date
// algorithms".
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DATE_MIN = -719528, // 0000-01-01
    DATE_MAX = 2932896, // 9999-12-31
    DATE_TEXT_SIZE = 16,
    DATETIME_TEXT_SIZE = 32,
    DAY_MS = 86400000,
};

#define DATETIME_MIN ((int64_t)DATE_MIN * DAY_MS)
#define DATETIME_MAX (((int64_t)DATE_MAX + 1) * DAY_MS - 1)

typedef struct {
    int32_t year;
    uint8_t month; // 1 to 12
    uint8_t day;   // 1 to 31
} civil_t;

static inline bool date_in_range(int64_t days)
{
    return days >= DATE_MIN && days <= DATE_MAX;
}

static inline bool datetime_in_range(int64_t ms)
{
    return ms >= DATETIME_MIN && ms <= DATETIME_MAX;
}

// The day that an instant is in (UTC), also before 1970.
static inline int64_t datetime_day(int64_t ms)
{
    return ms / DAY_MS - (ms % DAY_MS < 0);
}

bool date_is_leap(int64_t year);

// 28 to 31; `month` is 1 to 12.
unsigned date_days_in_month(int64_t year, unsigned month);

// The day of a civil date that exists; `year` within int32.
int64_t date_from_civil(int64_t year, unsigned month, unsigned day);

// The civil date of a day; its year must fit in int32.
civil_t date_to_civil(int64_t days);

// ISO weekday: 1 is Monday, 7 is Sunday.
int date_weekday(int64_t days);

// ISO 8601 week, 1 to 53.
int date_week(int64_t days);

// 1 to 366.
int date_day_of_year(int64_t days);

// 1 to 4.
int date_quarter(int64_t days);

// The same day of a month `months` later (or earlier), or the last day of that month when it is
// shorter. False when the result is beyond the years 0000 to 9999. `days` is in range.
bool date_add_months(int64_t days, int64_t months, int64_t *ret_days);

// Reads exactly YYYY-MM-DD, a date that exists. False, and nothing written, otherwise.
bool date_parse_iso(const char *text, size_t size, int64_t *ret_days);

// Reads exactly YYYY-MM-DD[T ]HH:MM[:SS[.f]][zone]: f is 1 to 9 digits, cut after three; the zone
// is Z, +HH:MM, -HH:MM, +HHMM or -HHMM, without one it is UTC. No leap seconds, no 24:00. False,
// and nothing written, otherwise and when UTC is beyond the years 0000 to 9999.
bool datetime_parse_iso(const char *text, size_t size, int64_t *ret_ms);

// Reads a zone at the start of a text: Z, +HH:MM, -HH:MM, +HHMM or -HHMM. Returns how many bytes it
// takes, 0 when there is none; `ret_ms` is what local time is ahead of UTC.
size_t datetime_parse_zone(const char *text, size_t size, int64_t *ret_ms);

// Writes "2020-01-31", terminated, and returns its length. `days` is in range.
size_t date_format_iso(int64_t days, char text[DATE_TEXT_SIZE]);

// Writes "2020-01-31T10:20:30Z", with ".123" before the Z where the milliseconds are not zero,
// terminated, and returns its length. `ms` is in range.
size_t datetime_format_iso(int64_t ms, char text[DATETIME_TEXT_SIZE]);
