// SPDX-License-Identifier: MPL-2.0
// A consumer group: which records it has settled, which it is looking at, and which of those may be
// delivered next.
#pragma once

#include "broker/core/emit.h"
#include "broker/core/entry.h"
#include "broker/core/state.h"

// The group with this name; NULL when there is none.
group_t *group_find(const topic_t *topic, view_t name);

// Adds a group that has settled what is below the floor and what is gone.
group_t *group_add(core_t *core, topic_t *topic, view_t name, int64_t floor, int64_t deliveries_max,
                   bool ephemeral);

// The same group as new from the floor on: what it had settled there comes again.
void group_reset(core_t *core, group_t *group, int64_t floor);

// Whether the record is for this group; one that was given back is for one group only.
bool group_wants(const group_t *group, const record_t *record);

// A record with a trait is on disk: one with a priority need not wait for those in front.
void group_announce(core_t *core, const topic_t *topic, int64_t offset);

// A record is going to be removed: the group is done with it. False when it was already.
bool group_lose(core_t *core, group_t *group, int64_t offset);

// The group is going to be deleted: what only it needed goes.
void group_leave_records(core_t *core, group_t *group);

// A recovered group takes its part in what its topic has.
void group_join(core_t *core, group_t *group);

// Records of a queue that none of its groups needs go.
void group_bury_unneeded(core_t *core, topic_t *topic);

// Forgets what the group looks at; leases become stale.
void group_drop_items(core_t *core, group_t *group);

// Tells the consumers what retention took; when there are none, the next one that joins.
void group_tell_gap(core_t *core, group_t *group);

// What the group still has to settle.
int64_t group_lag(const group_t *group);

// The first word on a group, for the log.
entry_t group_entry(const group_t *group);

// Adds the entries that bring back a group: itself, its settled records, its delivery counts.
void group_snapshot(core_t *core, const group_t *group, entries_t *entries);

// Whether the group is done with the offset.
bool group_has_settled(const group_t *group, int64_t offset);

// Notes that it is; nothing else changes (for the recovery).
void group_mark(group_t *group, int64_t offset);

// Raises the floor over what is settled.
void group_raise(group_t *group);

// Notes how often a record was delivered, as the log says; the last word counts.
void group_count(group_t *group, int64_t offset, int64_t deliveries);

// Deliveries that have come to an end, which is what the log knows: one that is open when the
// broker ends is not held against the record, for its consumer may be well.
int64_t group_ended_deliveries(const item_t *item);

// The item of an offset; NULL when the group does not look at it.
item_t *group_item(const group_t *group, int64_t offset);

// The next item that may be delivered, READY and at the head of the list; NULL when there is none
// now.
item_t *group_next(core_t *core, group_t *group);

// Takes an item off the list it is on, into another state.
void group_take(item_t *item, item_state_t state);

// Makes an item ready to be delivered again.
void group_ready(core_t *core, item_t *item);

// Lets an item wait before it is delivered again.
void group_wait(core_t *core, item_t *item, int64_t delay_ms);

// The record is settled and that is on disk: its key goes on, its payload may go. Frees the item.
void group_finish(core_t *core, item_t *item);

// Puts the group on the list of those that may have something to deliver; or all of a topic's.
void group_wake(core_t *core, group_t *group);
void group_wake_all(core_t *core, const topic_t *topic);

// Frees the group and its items; its consumers are gone already.
void group_destroy(core_t *core, group_t **group);
