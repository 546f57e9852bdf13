// SPDX-License-Identifier: MPL-2.0
// Who is there: one member for each name and instance that was heard, and what happened to it.
// Pure: time comes in with each call.
//
// Silence is measured against the broker's own heartbeats: while the broker is not heard, nobody
// can be, and only the broker is late.
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "actors/health/damper.h"
#include "proto/message.h"

enum { ROSTER_MEMBERS_MAX = 256 };

typedef enum {
    MEMBER_STARTING,
    MEMBER_READY,
    MEMBER_LATE, // not heard for late_ms
    MEMBER_DOWN, // not heard for twice that
    MEMBER_GOODBYE,
} member_state_t;

typedef struct {
    char name[LIMIT_NAME_BYTES + 1];
    char instance[LIMIT_NAME_BYTES + 1];
    char incarnation[LIMIT_NAME_BYTES + 1];
    member_state_t state;
    bool out; // an outage was reported and has not ended
    int64_t sequence;
    int64_t started_ms; // wall clock, as all below but heard_ms
    int64_t since_ms;
    int64_t last_seen_ms;
    int64_t heard_ms; // monotonic
    int64_t memory_bytes;
    damper_t damper;
} member_t;

typedef enum {
    ROSTER_DOWN,    // late, without a goodbye
    ROSTER_BACK,    // heard again after ROSTER_DOWN
    ROSTER_RESTART, // another incarnation without a goodbye before, and without ROSTER_DOWN
} roster_event_t;

typedef struct {
    int64_t mono_ms;
    int64_t wall_ms;
} moment_t;

typedef void roster_event_fn(void *context, member_t *member, roster_event_t event);

typedef struct roster roster_t;

roster_t *roster_new(int64_t late_ms);
void roster_destroy(roster_t **roster);

// Takes in a heartbeat. A repeat, one of an incarnation that has been replaced, and one with a name
// that is not letters, digits, ".", "_" and "-" are no sign of life.
void roster_hear(roster_t *roster, const msg_heartbeat_t *heartbeat, moment_t now,
                 roster_event_fn *on_event, void *context);

// Looks for silence; once a second. A roster that was not asked for much longer was asleep itself
// and gives everyone new time.
void roster_check(roster_t *roster, moment_t now, roster_event_fn *on_event, void *context);

// Steps through the members: start with `*at` 0, NULL at the end.
member_t *roster_next(const roster_t *roster, size_t *at);

// What actor.list answers, by name and instance; a new reference.
json_t *roster_list(const roster_t *roster);
