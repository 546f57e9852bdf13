// SPDX-License-Identifier: MPL-2.0
// Time: the wall clock for records, the monotonic clock for leases and deadlines.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Milliseconds since 1970-01-01T00:00:00Z.
int64_t clock_wall_ms(void);

// Milliseconds on a clock that never steps.
int64_t clock_mono_ms(void);

// The same in microseconds.
int64_t clock_mono_us(void);

enum { CLOCK_TEXT_SIZE = 25 };

// Writes wall time as RFC 3339 UTC with milliseconds ("2026-11-23T06:12:11.042Z").
void clock_rfc3339(int64_t wall_ms, char text[CLOCK_TEXT_SIZE]);
