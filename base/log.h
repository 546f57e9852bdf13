// SPDX-License-Identifier: MPL-2.0
// Logging: JSON lines on stderr, one event a line. Actors, the broker loop and the command log;
// library code returns faults.
#pragma once

// czmq.h brings syslog's macros of the same names: they must neither replace ours nor come later.
#include <syslog.h>
#undef LOG_DEBUG
#undef LOG_INFO
#undef LOG_WARNING

typedef enum { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR } log_level_t;

// Sets the actor named in each line and the least level that is written.
void log_open(const char *actor, log_level_t least);

// Writes {"ts","level","actor","event","text"}; `event` is a stable, dotted id ("job.failed").
void log_event(log_level_t level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
