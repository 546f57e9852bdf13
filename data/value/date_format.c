// SPDX-License-Identifier: MPL-2.0
#include "data/value/date_format.h"

#include <string.h>
#include <strings.h>

#include "data/value/date.h"

static const char LETTERS[] = "YymbBdjHIpMSfz";
static const char *const MONTHS[12] = {"January",   "February", "March",    "April",
                                       "May",       "June",     "July",     "August",
                                       "September", "October",  "November", "December"};

// What the directives of a text say.
typedef struct {
    int year, month, day, day_of_year;
    int hour, hour12, minute, second, ms;
    int afternoon;
    int64_t ahead_ms;
} parts_t;

static err_t refuse(fault_t *fault, const char *pattern, size_t size, const char *why)
{
    return fault_set(fault, ERR_STEP_PARAMETER,
                     "write it with %Y %y %m %b %B %d %j %H %I %p %M %S %f %z, as in '%d.%m.%Y'",
                     "the date format '%.*s' %s", (int)(size < 128 ? size : 128), pattern, why);
}

// Which part of a date or time a directive tells; two that tell the same cannot both be read.
static char part_of(char letter)
{
    switch (letter) {
    case 'y':
        return 'Y';
    case 'b':
    case 'B':
        return 'm';
    case 'I':
        return 'H';
    default:
        return letter;
    }
}

static const char *why_unreadable(const date_format_t *format)
{
    bool seen[128] = {false};
    bool twelve = false;
    for (size_t i = 0; i < format->count; i++) {
        unsigned char letter = (unsigned char)format->items[i].letter;
        unsigned char part = (unsigned char)part_of((char)letter);
        if (letter != 0 && seen[part]) {
            return "names one part of the date or time twice";
        }
        seen[part] = letter != 0;
        twelve = twelve || letter == 'I';
    }
    if (!seen['Y']) {
        return "names no year";
    }
    if (seen['j'] && (seen['m'] || seen['d'])) {
        return "names the day twice, %j is the day of the year";
    }
    if (twelve != seen['p']) {
        return "needs %I and %p together";
    }
    return NULL;
}

err_t date_format_compile(const char *pattern, size_t size, date_format_use_t use,
                          date_format_t *ret_format, fault_t *fault)
{
    if (size == 0 || size > DATE_FORMAT_MAX) {
        return refuse(fault, pattern, size, "is empty or longer than 128 bytes");
    }
    date_format_t format = {.count = 0};
    for (size_t at = 0; at < size; at++) {
        char c = pattern[at];
        char letter = 0;
        if (c == '%') {
            at++;
            c = at < size ? pattern[at] : '\0';
            letter = c;
            if (c == '%') {
                letter = 0;
            } else if (c == '\0' || !strchr(LETTERS, c)) {
                return refuse(fault, pattern, size, "has an unknown letter after a percent sign");
            }
        }
        format.items[format.count].letter = letter;
        format.items[format.count].literal = c;
        format.count++;
    }
    const char *why = use == DATE_FORMAT_READ ? why_unreadable(&format) : NULL;
    if (why) {
        return refuse(fault, pattern, size, why);
    }
    *ret_format = format;
    return ERR_OK;
}

// `least` to `most` digits as a number from `from` to `to`.
static size_t read_number(const char *text, size_t size, size_t least, size_t most, int from,
                          int to, int *ret_value)
{
    size_t at = 0;
    int value = 0;
    while (at < size && at < most && text[at] >= '0' && text[at] <= '9') {
        value = value * 10 + (text[at] - '0');
        at++;
    }
    if (at < least || value < from || value > to) {
        return 0;
    }
    *ret_value = value;
    return at;
}

static bool starts_with(const char *text, size_t size, const char *word, size_t word_size)
{
    return size >= word_size && strncasecmp(text, word, word_size) == 0;
}

static size_t read_month(const char *text, size_t size, parts_t *parts)
{
    for (int i = 0; i < 12; i++) {
        size_t length = strlen(MONTHS[i]);
        if (starts_with(text, size, MONTHS[i], 3)) {
            parts->month = i + 1;
            return starts_with(text, size, MONTHS[i], length) ? length : 3;
        }
    }
    return 0;
}

static size_t read_fraction(const char *text, size_t size, parts_t *parts)
{
    int unit = 100;
    size_t at = 0;
    parts->ms = 0;
    for (; at < size && at < 9 && text[at] >= '0' && text[at] <= '9'; at++) {
        parts->ms += (text[at] - '0') * unit;
        unit /= 10;
    }
    return at;
}

static size_t read_half(const char *text, size_t size, parts_t *parts)
{
    parts->afternoon = starts_with(text, size, "PM", 2);
    return parts->afternoon || starts_with(text, size, "AM", 2) ? 2 : 0;
}

// One directive at the start of a text; returns how many bytes it takes, 0 when it does not fit.
static size_t read_part(char letter, const char *text, size_t size, parts_t *parts)
{
    size_t taken;
    switch (letter) {
    case 'Y':
        return read_number(text, size, 4, 4, 0, 9999, &parts->year);
    case 'y':
        taken = read_number(text, size, 2, 2, 0, 99, &parts->year);
        parts->year += parts->year <= 68 ? 2000 : 1900;
        return taken;
    case 'm':
        return read_number(text, size, 1, 2, 1, 12, &parts->month);
    case 'b':
    case 'B':
        return read_month(text, size, parts);
    case 'd':
        return read_number(text, size, 1, 2, 1, 31, &parts->day);
    case 'j':
        return read_number(text, size, 1, 3, 1, 366, &parts->day_of_year);
    case 'H':
        return read_number(text, size, 1, 2, 0, 23, &parts->hour);
    case 'I':
        return read_number(text, size, 1, 2, 1, 12, &parts->hour12);
    case 'p':
        return read_half(text, size, parts);
    case 'M':
        return read_number(text, size, 1, 2, 0, 59, &parts->minute);
    case 'S':
        return read_number(text, size, 1, 2, 0, 59, &parts->second);
    case 'f':
        return read_fraction(text, size, parts);
    default:
        return datetime_parse_zone(text, size, &parts->ahead_ms);
    }
}

static bool read_parts(const date_format_t *format, const char *text, size_t size, parts_t *parts)
{
    size_t at = 0;
    for (size_t i = 0; i < format->count; i++) {
        char letter = format->items[i].letter;
        size_t taken = letter ? read_part(letter, text + at, size - at, parts)
                              : (at < size && text[at] == format->items[i].literal);
        if (taken == 0) {
            return false;
        }
        at += taken;
    }
    return at == size;
}

static bool read_text(const date_format_t *format, const char *text, size_t size, parts_t *parts,
                      int64_t *ret_days)
{
    *parts = (parts_t){.month = 1, .day = 1};
    if (!read_parts(format, text, size, parts)) {
        return false;
    }
    if (parts->day_of_year > 0) {
        *ret_days = date_from_civil(parts->year, 1, 1) + parts->day_of_year - 1;
        return parts->day_of_year <= 365 + date_is_leap(parts->year);
    }
    *ret_days = date_from_civil(parts->year, (unsigned)parts->month, (unsigned)parts->day);
    return parts->day <= (int)date_days_in_month(parts->year, (unsigned)parts->month);
}

bool date_format_parse(const date_format_t *format, const char *text, size_t size,
                       int64_t *ret_days)
{
    parts_t parts;
    int64_t days;
    if (!read_text(format, text, size, &parts, &days)) {
        return false;
    }
    *ret_days = days;
    return true;
}

bool date_format_parse_time(const date_format_t *format, const char *text, size_t size,
                            int64_t *ret_ms)
{
    parts_t parts;
    int64_t days;
    if (!read_text(format, text, size, &parts, &days)) {
        return false;
    }
    int hour = parts.hour12 > 0 ? parts.hour12 % 12 + 12 * parts.afternoon : parts.hour;
    int64_t seconds = ((int64_t)hour * 60 + parts.minute) * 60 + parts.second;
    int64_t ms = days * DAY_MS + seconds * 1000 + parts.ms - parts.ahead_ms;
    if (!datetime_in_range(ms)) {
        return false;
    }
    *ret_ms = ms;
    return true;
}

static size_t put_number(char *to, unsigned value, unsigned digits)
{
    for (unsigned i = digits; i > 0; i--) {
        to[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return digits;
}

static size_t put_word(char *to, const char *word, size_t size)
{
    memcpy(to, word, size);
    return size;
}

static size_t print_part(char letter, civil_t civil, int64_t days, unsigned ms, char *to)
{
    unsigned hour = ms / 3600000;
    switch (letter) {
    case 'Y':
        return put_number(to, (unsigned)civil.year, 4);
    case 'y':
        return put_number(to, (unsigned)civil.year % 100, 2);
    case 'm':
        return put_number(to, civil.month, 2);
    case 'b':
        return put_word(to, MONTHS[civil.month - 1], 3);
    case 'B':
        return put_word(to, MONTHS[civil.month - 1], strlen(MONTHS[civil.month - 1]));
    case 'd':
        return put_number(to, civil.day, 2);
    case 'j':
        return put_number(to, (unsigned)date_day_of_year(days), 3);
    case 'H':
        return put_number(to, hour, 2);
    case 'I':
        return put_number(to, (hour + 11) % 12 + 1, 2);
    case 'p':
        return put_word(to, hour < 12 ? "AM" : "PM", 2);
    case 'M':
        return put_number(to, ms / 60000 % 60, 2);
    case 'S':
        return put_number(to, ms / 1000 % 60, 2);
    case 'f':
        return put_number(to, ms % 1000 * 1000, 6);
    default:
        return put_word(to, "+0000", 5);
    }
}

size_t date_format_print(const date_format_t *format, int64_t ms, char text[DATE_FORMAT_TEXT_SIZE])
{
    int64_t days = datetime_day(ms);
    civil_t civil = date_to_civil(days);
    unsigned rest = (unsigned)(ms - days * DAY_MS);
    size_t at = 0;
    for (size_t i = 0; i < format->count; i++) {
        char letter = format->items[i].letter;
        if (letter) {
            at += print_part(letter, civil, days, rest, text + at);
        } else {
            text[at++] = format->items[i].literal;
        }
    }
    return at;
}
