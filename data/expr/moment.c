// SPDX-License-Identifier: MPL-2.0
#include "data/expr/moment.h"

#include <math.h>

#include "data/value/date.h"

enum { HOUR_MS = 3600000 };

static bool is_datetime(const vector_t *cells)
{
    return cells->type == TYPE_DATETIME;
}

// The day of a cell. A missing cell may hold anything; it becomes a day that can be asked.
static int64_t day_of(const vector_t *cells, size_t i)
{
    int64_t value = cells->integers[call_row(cells, i)];
    int64_t day = is_datetime(cells) ? datetime_day(value) : value;
    return date_in_range(day) ? day : 0;
}

// Milliseconds since midnight.
static int64_t time_of(int64_t ms)
{
    int64_t rest = ms % DAY_MS;
    return rest < 0 ? rest + DAY_MS : rest;
}

#define PART_OF_DAY(name, expression)                                                              \
    err_t name(call_t *call, vector_t *ret)                                                        \
    {                                                                                              \
        int64_t *result = call_integers(call, ret);                                                \
        for (size_t i = 0; i < call->count; i++) {                                                 \
            int64_t day = day_of(&call->args[0], i);                                               \
            result[i] = (expression);                                                              \
        }                                                                                          \
        return ERR_OK;                                                                             \
    }

PART_OF_DAY(moment_year, date_to_civil(day).year)
PART_OF_DAY(moment_month, date_to_civil(day).month)
PART_OF_DAY(moment_day, date_to_civil(day).day)
PART_OF_DAY(moment_weekday, date_weekday(day))
PART_OF_DAY(moment_week, date_week(day))
PART_OF_DAY(moment_quarter, date_quarter(day))
PART_OF_DAY(moment_day_of_year, date_day_of_year(day))
PART_OF_DAY(moment_to_date, day)

static err_t part_of_time(call_t *call, vector_t *ret, int64_t unit_ms, int64_t limit)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = time_of(call->args[0].integers[i]) / unit_ms % limit;
    }
    return ERR_OK;
}

err_t moment_hour(call_t *call, vector_t *ret)
{
    return part_of_time(call, ret, HOUR_MS, 24);
}

err_t moment_minute(call_t *call, vector_t *ret)
{
    return part_of_time(call, ret, 60000, 60);
}

err_t moment_second(call_t *call, vector_t *ret)
{
    return part_of_time(call, ret, 1000, 60);
}

err_t moment_days_between(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = day_of(&call->args[1], i) - day_of(&call->args[0], i);
    }
    return ERR_OK;
}

err_t moment_difference(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = day_of(&call->args[0], i) - day_of(&call->args[1], i);
    }
    return ERR_OK;
}

static err_t time_between(call_t *call, vector_t *ret, double unit_ms)
{
    double *result = call_numbers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        double ms = (double)call_integer(call, 1, i) - (double)call_integer(call, 0, i);
        result[i] = ms / unit_ms;
    }
    return ERR_OK;
}

err_t moment_hours_between(call_t *call, vector_t *ret)
{
    return time_between(call, ret, HOUR_MS);
}

err_t moment_float_days_between(call_t *call, vector_t *ret)
{
    return time_between(call, ret, DAY_MS);
}

// Keeps a cell that is in range and loses the others.
static int64_t kept(call_t *call, size_t i, int64_t value, bool in_range)
{
    if (in_range) {
        return value;
    }
    if (call_has(call, i)) {
        call_lose(call, i, EXPR_LOSS_OVERFLOW);
    }
    return 0;
}

static bool in_range(type_t type, int64_t value)
{
    return type == TYPE_DATETIME ? datetime_in_range(value) : date_in_range(value);
}

static err_t add_days(call_t *call, vector_t *ret, size_t moment, bool minus)
{
    int64_t *result = call_integers(call, ret);
    type_t type = call->args[moment].type;
    int64_t unit = type == TYPE_DATETIME ? DAY_MS : 1;
    for (size_t i = 0; i < call->count; i++) {
        int64_t value = call_integer(call, moment, i);
        int64_t days;
        bool over = __builtin_mul_overflow(call_integer(call, 1 - moment, i), unit, &days);
        over = (minus ? __builtin_sub_overflow(value, days, &value)
                      : __builtin_add_overflow(value, days, &value)) ||
               over;
        result[i] = kept(call, i, value, !over && in_range(type, value));
    }
    return ERR_OK;
}

err_t moment_add_days(call_t *call, vector_t *ret)
{
    return add_days(call, ret, 0, false);
}

err_t moment_add_days_swapped(call_t *call, vector_t *ret)
{
    return add_days(call, ret, 1, false);
}

err_t moment_subtract_days(call_t *call, vector_t *ret)
{
    return add_days(call, ret, 0, true);
}

err_t moment_add_months(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    const vector_t *moments = &call->args[0];
    for (size_t i = 0; i < call->count; i++) {
        int64_t day = day_of(moments, i);
        int64_t sum = 0;
        bool fits = date_add_months(day, call_integer(call, 1, i), &sum);
        if (is_datetime(moments)) {
            sum = sum * DAY_MS + time_of(call_integer(call, 0, i));
        }
        result[i] = kept(call, i, sum, fits);
    }
    return ERR_OK;
}

err_t moment_add_hours(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        double ms = rint(call_number(call, 1, i) * HOUR_MS);
        double sum = (double)call_integer(call, 0, i) + ms;
        bool fits = sum >= (double)DATETIME_MIN && sum <= (double)DATETIME_MAX;
        result[i] = kept(call, i, fits ? (int64_t)sum : 0, fits);
    }
    return ERR_OK;
}

err_t moment_to_datetime(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        result[i] = day_of(&call->args[0], i) * DAY_MS;
    }
    return ERR_OK;
}

err_t moment_date_of(call_t *call, vector_t *ret)
{
    int64_t *result = call_integers(call, ret);
    for (size_t i = 0; i < call->count; i++) {
        int64_t year = call_integer(call, 0, i);
        int64_t month = call_integer(call, 1, i);
        int64_t day = call_integer(call, 2, i);
        bool exists = year >= 0 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
                      day <= (int64_t)date_days_in_month(year, (unsigned)month);
        result[i] = 0;
        if (exists) {
            result[i] = date_from_civil(year, (unsigned)month, (unsigned)day);
        } else if (call_has(call, i)) {
            call_lose(call, i, EXPR_LOSS_CONVERSION);
        }
    }
    return ERR_OK;
}
