// SPDX-License-Identifier: MPL-2.0
// Dates and datetimes: parts, differences, sums. Datetimes are UTC. What is beyond the years 0000
// to 9999 is lost.
#pragma once

#include "data/expr/call.h"

// Parts of a date or datetime.
kernel_t moment_year;
kernel_t moment_month;
kernel_t moment_day;
kernel_t moment_weekday;
kernel_t moment_week;
kernel_t moment_quarter;
kernel_t moment_day_of_year;

// Parts of a datetime.
kernel_t moment_hour;
kernel_t moment_minute;
kernel_t moment_second;

// Second minus first, of dates in days; of datetimes in hours, or in days, with fractions.
kernel_t moment_days_between;
kernel_t moment_hours_between;
kernel_t moment_float_days_between;

// First minus second, of dates in days.
kernel_t moment_difference;

// A date or datetime and an integer; the integer first in the second one.
kernel_t moment_add_days;
kernel_t moment_add_days_swapped;
kernel_t moment_subtract_days;
kernel_t moment_add_months;

// A datetime and a float.
kernel_t moment_add_hours;

// From a date to its midnight, and from a datetime to its day.
kernel_t moment_to_datetime;
kernel_t moment_to_date;

// From year, month and day.
kernel_t moment_date_of;
