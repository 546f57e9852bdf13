// SPDX-License-Identifier: MPL-2.0
// What the admin is told: each event goes into the history, and into a mail of its own or, when an
// actor makes too much of it, into one with others.
#pragma once

#include "actors/health/roster.h"

enum { REPORT_HISTORY_MAX = 512 };

typedef struct {
    int64_t wall_ms;
    roster_event_t event;
    char name[LIMIT_NAME_BYTES + 1];
    char instance[LIMIT_NAME_BYTES + 1];
    bool told;
} report_entry_t;

// The latest events; the oldest are overwritten.
typedef struct {
    report_entry_t entries[REPORT_HISTORY_MAX];
    size_t used; // since the start; the newest is at (used - 1) % REPORT_HISTORY_MAX
} report_t;

// Fills `ret` with the mail about an event, texts allocated; false when it waits for a later one.
// The key is the same whenever the same event is reported again, as by a health that was restarted.
bool report_event(report_t *report, member_t *member, roster_event_t event, moment_t now,
                  msg_notice_t *ret);

// The same for all events of the member that wait; false when none are due.
bool report_held(report_t *report, member_t *member, moment_t now, msg_notice_t *ret);
