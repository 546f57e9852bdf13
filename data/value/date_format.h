// SPDX-License-Identifier: MPL-2.0
// Dates and times in a shape that a person describes with strftime's letters:
//   %Y year, four digits         %y year, two digits: 00 to 68 are 2000 to 2068, the rest 19xx
//   %m month 1 to 12             %b %B month's name, English: "Jan" or "January", any case
//   %d day of the month          %j day of the year
//   %H hour 0 to 23              %I hour 1 to 12, with %p: AM or PM, any case
//   %M minute  %S second         %f fraction of a second: 1 to 9 digits read, 6 written
//   %z zone: Z, +HH:MM or +HHMM read, +0000 written
//   %% a percent sign            anything else stands for itself
// %m %d %H %I %M %S take one or two digits when they are read (two where there are two), %j one to
// three; all are written with leading zeros.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

enum { DATE_FORMAT_MAX = 128 };

typedef enum {
    DATE_FORMAT_READ, // must name the year; month and day are 1 and the time is 0 where not named
    DATE_FORMAT_WRITE,
} date_format_use_t;

// A compiled pattern; a plain value, safe to share.
typedef struct {
    size_t count;
    struct {
        char letter; // a directive's letter, 0: `literal` stands for itself
        char literal;
    } items[DATE_FORMAT_MAX];
} date_format_t;

// Compiles a pattern of at most DATE_FORMAT_MAX bytes. ERR_STEP_PARAMETER: it is longer or empty,
// has an unknown letter, or (to read) lacks a year, names a part twice, or %I and %p not together.
err_t date_format_compile(const char *pattern, size_t size, date_format_use_t use,
                          date_format_t *ret_format, fault_t *fault);

// Reads a whole text by a format for reading; false, and nothing written, when it does not fit or
// is no date that exists. A time in it is checked and dropped; the date is the one that is written,
// whatever the zone.
bool date_format_parse(const date_format_t *format, const char *text, size_t size,
                       int64_t *ret_days);

// The same for an instant; no zone is UTC.
bool date_format_parse_time(const date_format_t *format, const char *text, size_t size,
                            int64_t *ret_ms);

// Writes an instant (in range), not terminated, and returns the length. A directive takes at most 9
// bytes.
enum { DATE_FORMAT_TEXT_SIZE = 9 * DATE_FORMAT_MAX };
size_t date_format_print(const date_format_t *format, int64_t ms, char text[DATE_FORMAT_TEXT_SIZE]);
