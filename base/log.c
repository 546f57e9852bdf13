// SPDX-License-Identifier: MPL-2.0
#include "base/log.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

static const char *const NAMES[] = {"debug", "info", "warning", "error"};

static char log_actor[64] = "autodp";
static log_level_t log_least = LOG_INFO;

void log_open(const char *actor, log_level_t least)
{
    text_copy(log_actor, sizeof log_actor, actor);
    log_least = least;
}

void log_event(log_level_t level, const char *event, const char *format, ...)
{
    if (level < log_least) {
        return;
    }
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text[text_utf8_prefix(text, strlen(text))] = '\0';

    char ts[CLOCK_TEXT_SIZE];
    clock_rfc3339(clock_wall_ms(), ts);
    json_t *line = json_pack("{ss ss ss ss ss}", "ts", ts, "level", NAMES[level], "actor",
                             log_actor, "event", event, "text", text);
    char *json = line ? json_dumps(line, JSON_COMPACT) : NULL;
    if (json) {
        // One write a line, so that lines of several processes do not mix.
        dprintf(STDERR_FILENO, "%s\n", json);
    }
    free(json);
    json_decref(line);
}
