// SPDX-License-Identifier: MPL-2.0
#include "actors/health/roster.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static const char BROKER[] = "broker";
static const int64_t FORGET_MS = 24LL * 3600 * 1000; // members that are gone

enum { ASLEEP_MS = 2500 }; // between two checks, which come each second

struct roster {
    member_t *members[ROSTER_MEMBERS_MAX]; // by name and instance
    size_t count;
    int64_t late_ms;
    int64_t checked_ms; // monotonic
};

roster_t *roster_new(int64_t late_ms)
{
    roster_t *roster = mem_new(sizeof *roster);
    roster->late_ms = late_ms;
    return roster;
}

void roster_destroy(roster_t **roster)
{
    if (!*roster) {
        return;
    }
    for (size_t i = 0; i < (*roster)->count; i++) {
        free((*roster)->members[i]);
    }
    free(*roster);
    *roster = NULL;
}

static bool good_name(const char *name)
{
    for (const char *at = name; *at; at++) {
        if (!isalnum((unsigned char)*at) && !strchr("._-", *at)) {
            return false;
        }
    }
    return *name != '\0';
}

static int compare(const member_t *member, const char *name, const char *instance)
{
    int names = strcmp(member->name, name);
    return names ? names : strcmp(member->instance, instance);
}

static void remove_at(roster_t *roster, size_t i)
{
    free(roster->members[i]);
    roster->count--;
    for (; i < roster->count; i++) {
        roster->members[i] = roster->members[i + 1];
    }
}

// Makes room: whoever said goodbye first goes.
static bool make_room(roster_t *roster)
{
    size_t oldest = ROSTER_MEMBERS_MAX;
    for (size_t i = 0; i < roster->count; i++) {
        if (roster->members[i]->state == MEMBER_GOODBYE &&
            (oldest == ROSTER_MEMBERS_MAX ||
             roster->members[i]->heard_ms < roster->members[oldest]->heard_ms)) {
            oldest = i;
        }
    }
    if (oldest < ROSTER_MEMBERS_MAX) {
        remove_at(roster, oldest);
    }
    return roster->count < ROSTER_MEMBERS_MAX;
}

static member_t *find(const roster_t *roster, const char *name, const char *instance)
{
    for (size_t i = 0; i < roster->count; i++) {
        if (compare(roster->members[i], name, instance) == 0) {
            return roster->members[i];
        }
    }
    return NULL;
}

static member_t *insert(roster_t *roster, const char *name, const char *instance)
{
    if (roster->count == ROSTER_MEMBERS_MAX && !make_room(roster)) {
        return NULL;
    }
    member_t *member = mem_new(sizeof *member);
    text_copy(member->name, sizeof member->name, name);
    text_copy(member->instance, sizeof member->instance, instance);
    size_t i = roster->count++;
    for (; i > 0 && compare(roster->members[i - 1], name, instance) > 0; i--) {
        roster->members[i] = roster->members[i - 1];
    }
    roster->members[i] = member;
    return member;
}

static void enter(member_t *member, member_state_t state, moment_t now)
{
    if (member->state != state || member->since_ms == 0) {
        member->state = state;
        member->since_ms = now.wall_ms;
    }
}

static member_state_t state_of(const msg_heartbeat_t *heartbeat)
{
    if (strcmp(heartbeat->state, "goodbye") == 0) {
        return MEMBER_GOODBYE;
    }
    return strcmp(heartbeat->state, "ready") == 0 ? MEMBER_READY : MEMBER_STARTING;
}

// Whether the heartbeat tells nothing new: sent again for late listeners, or overtaken by that of a
// later incarnation. An earlier start counts only while the later one is there: clocks step back.
static bool stale(const roster_t *roster, const member_t *member, const msg_heartbeat_t *heartbeat,
                  int64_t now_ms)
{
    if (strcmp(member->incarnation, heartbeat->incarnation) == 0) {
        return heartbeat->sequence <= member->sequence;
    }
    return heartbeat->started_ms < member->started_ms &&
           now_ms - member->heard_ms < roster->late_ms;
}

static const member_t *broker_of(const roster_t *roster)
{
    const member_t *broker = NULL;
    for (size_t i = 0; i < roster->count; i++) {
        const member_t *member = roster->members[i];
        if (strcmp(member->name, BROKER) == 0 && member->state != MEMBER_GOODBYE &&
            (!broker || member->heard_ms > broker->heard_ms)) {
            broker = member;
        }
    }
    return broker;
}

static void give_time(roster_t *roster, int64_t now_ms)
{
    for (size_t i = 0; i < roster->count; i++) {
        roster->members[i]->heard_ms = now_ms;
    }
}

static void take_in(member_t *member, const msg_heartbeat_t *heartbeat, moment_t now)
{
    text_copy(member->incarnation, sizeof member->incarnation, heartbeat->incarnation);
    member->sequence = heartbeat->sequence;
    member->started_ms = heartbeat->started_ms;
    member->memory_bytes = heartbeat->memory_bytes;
    member->heard_ms = now.mono_ms;
    member->last_seen_ms = now.wall_ms;
    enter(member, state_of(heartbeat), now);
}

void roster_hear(roster_t *roster, const msg_heartbeat_t *heartbeat, moment_t now,
                 roster_event_fn *on_event, void *context)
{
    if (!good_name(heartbeat->name) || !good_name(heartbeat->instance)) {
        return;
    }
    member_t *member = find(roster, heartbeat->name, heartbeat->instance);
    bool known = member != NULL;
    if (!known) {
        member = insert(roster, heartbeat->name, heartbeat->instance);
    }
    if (!member || (known && stale(roster, member, heartbeat, now.mono_ms))) {
        return;
    }
    bool replaced = known && strcmp(member->incarnation, heartbeat->incarnation) != 0;
    bool vanished = replaced && member->state != MEMBER_GOODBYE;
    bool broker = strcmp(member->name, BROKER) == 0;
    if (broker && known && now.mono_ms - member->heard_ms >= roster->late_ms) {
        give_time(roster, now.mono_ms); // nobody could be heard meanwhile
    }
    take_in(member, heartbeat, now);
    bool was_out = member->out;
    member->out = false;
    if (member->state == MEMBER_GOODBYE) {
        return;
    }
    if (was_out) {
        on_event(context, member, ROSTER_BACK);
    } else if (vanished) {
        on_event(context, member, ROSTER_RESTART);
    }
}

// How long the member has been silent while it could have been heard.
static int64_t silence_ms(const member_t *member, const member_t *broker, int64_t now_ms)
{
    bool by_broker = broker && member != broker;
    return (by_broker ? broker->heard_ms : now_ms) - member->heard_ms;
}

static void check_one(const roster_t *roster, member_t *member, const member_t *broker,
                      moment_t now, roster_event_fn *on_event, void *context)
{
    int64_t silent_ms = silence_ms(member, broker, now.mono_ms);
    if (member->state == MEMBER_GOODBYE || silent_ms < roster->late_ms) {
        return;
    }
    enter(member, silent_ms < 2 * roster->late_ms ? MEMBER_LATE : MEMBER_DOWN, now);
    if (!member->out) {
        member->out = true;
        on_event(context, member, ROSTER_DOWN);
    }
}

void roster_check(roster_t *roster, moment_t now, roster_event_fn *on_event, void *context)
{
    if (roster->checked_ms && now.mono_ms - roster->checked_ms >= ASLEEP_MS) {
        give_time(roster, now.mono_ms);
    }
    roster->checked_ms = now.mono_ms;
    const member_t *broker = broker_of(roster);
    for (size_t i = roster->count; i-- > 0;) {
        member_t *member = roster->members[i];
        if (now.mono_ms - member->heard_ms >= FORGET_MS && member != broker) {
            remove_at(roster, i);
        } else {
            check_one(roster, member, broker, now, on_event, context);
        }
    }
}

member_t *roster_next(const roster_t *roster, size_t *at)
{
    return *at < roster->count ? roster->members[(*at)++] : NULL;
}

json_t *roster_list(const roster_t *roster)
{
    static const char *const NAMES[] = {
        [MEMBER_STARTING] = "starting", [MEMBER_READY] = "ready",     [MEMBER_LATE] = "late",
        [MEMBER_DOWN] = "down",         [MEMBER_GOODBYE] = "goodbye",
    };
    json_t *list = json_array();
    for (size_t i = 0; i < roster->count; i++) {
        const member_t *member = roster->members[i];
        json_array_append_new(list,
                              json_pack("{ss ss ss sI sI sI}", "name", member->name, "instance",
                                        member->instance, "state", NAMES[member->state], "since",
                                        (json_int_t)member->since_ms, "last_seen",
                                        (json_int_t)member->last_seen_ms, "memory_bytes",
                                        (json_int_t)member->memory_bytes));
    }
    return list;
}
