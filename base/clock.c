// SPDX-License-Identifier: MPL-2.0
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t read_us(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_wall_ms(void)
{
    return read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_mono_ms(void)
{
    return clock_mono_us() / 1000;
}

int64_t clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

void clock_rfc3339(int64_t wall_ms, char text[CLOCK_TEXT_SIZE])
{
    time_t seconds = wall_ms / 1000;
    struct tm utc;
    gmtime_r(&seconds, &utc);
    char day[20];
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text, CLOCK_TEXT_SIZE, "%s.%03uZ", day, (unsigned)(wall_ms % 1000) % 1000);
}
