// SPDX-License-Identifier: MPL-2.0
#include "actors/health/report.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static const char *const KEYS[] = {
    [ROSTER_DOWN] = "down", [ROSTER_BACK] = "back", [ROSTER_RESTART] = "restart"};

static const char *const SENTENCES[] = {[ROSTER_DOWN] = "does not answer",
                                        [ROSTER_BACK] = "answers again",
                                        [ROSTER_RESTART] = "was interrupted and is back"};

static report_entry_t *note(report_t *report, const member_t *member, roster_event_t event,
                            moment_t now)
{
    report_entry_t *entry = &report->entries[report->used++ % REPORT_HISTORY_MAX];
    *entry = (report_entry_t){.wall_ms = now.wall_ms, .event = event};
    text_copy(entry->name, sizeof entry->name, member->name);
    text_copy(entry->instance, sizeof entry->instance, member->instance);
    return entry;
}

// One incarnation can fall silent more than once: its count of heartbeats tells the times apart.
static char *make_key(const member_t *member, const char *what)
{
    return text_format("health:%s.%s:%s:%s:%lld", member->name, member->instance,
                       member->incarnation, what, (long long)member->sequence);
}

static char *describe(const member_t *member, roster_event_t event, moment_t now)
{
    char seen[CLOCK_TEXT_SIZE];
    char time[CLOCK_TEXT_SIZE];
    clock_rfc3339(member->last_seen_ms, seen);
    clock_rfc3339(now.wall_ms, time);
    switch (event) {
    case ROSTER_DOWN:
        return text_format("The service %s (instance %s) was last heard at %s and is silent.\n\n"
                           "It is started again by itself when it died. You will be told when it "
                           "answers.\n",
                           member->name, member->instance, seen);
    case ROSTER_BACK:
        return text_format("The service %s (instance %s) answers again since %s.\n", member->name,
                           member->instance, time);
    case ROSTER_RESTART:
        return text_format("The service %s (instance %s) ended without a goodbye and answers again "
                           "since %s.\n\nIts log tells why it ended.\n",
                           member->name, member->instance, time);
    }
    return NULL;
}

bool report_event(report_t *report, member_t *member, roster_event_t event, moment_t now,
                  msg_notice_t *ret)
{
    report_entry_t *entry = note(report, member, event, now);
    entry->told = damper_take(&member->damper, now.mono_ms);
    if (!entry->told) {
        return false;
    }
    ret->key = make_key(member, KEYS[event]);
    ret->subject =
        text_format("AutoDP: %s.%s %s", member->name, member->instance, SENTENCES[event]);
    ret->text = describe(member, event, now);
    return true;
}

static bool is_of(const report_entry_t *entry, const member_t *member)
{
    return strcmp(entry->name, member->name) == 0 && strcmp(entry->instance, member->instance) == 0;
}

// Lists the entries that were held, oldest first.
static void list_held(report_t *report, const member_t *member, buf_t *text)
{
    size_t first = report->used > REPORT_HISTORY_MAX ? report->used - REPORT_HISTORY_MAX : 0;
    for (size_t i = first; i < report->used; i++) {
        report_entry_t *entry = &report->entries[i % REPORT_HISTORY_MAX];
        if (entry->told || !is_of(entry, member)) {
            continue;
        }
        char time[CLOCK_TEXT_SIZE];
        clock_rfc3339(entry->wall_ms, time);
        buf_addf(text, "%s  %s\n", time, SENTENCES[entry->event]);
        entry->told = true;
    }
}

bool report_held(report_t *report, member_t *member, moment_t now, msg_notice_t *ret)
{
    int held = damper_release(&member->damper, now.mono_ms);
    if (held == 0) {
        return false;
    }
    bool silent = member->out;
    buf_t text = {0};
    buf_addf(&text,
             "The service %s (instance %s) came and went several times; %d events since the last "
             "mail:\n\n",
             member->name, member->instance, held);
    list_held(report, member, &text);
    buf_addf(&text, "\nIt %s now.\n", silent ? "is silent" : "answers");
    ret->key = make_key(member, "merged");
    ret->subject = text_format("AutoDP: %s.%s is unstable and %s", member->name, member->instance,
                               silent ? "does not answer" : "answers at the moment");
    ret->text = text_dup(text.data, text.size);
    buf_release(&text);
    return true;
}
