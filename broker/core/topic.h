// SPDX-License-Identifier: MPL-2.0
// A topic: an index over the log. Offsets are dense; message ids and producers tell repeats.
#pragma once

#include "broker/core/entry.h"
#include "broker/core/records.h"
#include "broker/core/state.h"

// The topic with this name; NULL when there is none.
topic_t *topic_find(const core_t *core, view_t name);

// The same, made when it is not there. Its name is valid.
topic_t *topic_open(core_t *core, view_t name);

// The settings that a topic of this name begins with.
topic_settings_t topic_preset(const core_t *core, view_t name);

// The record at the offset; NULL when it is gone or not there yet.
record_t *topic_record(const topic_t *topic, int64_t offset);

// The lowest offset that has a record; next_offset when there is none.
int64_t topic_first(const topic_t *topic);

// The offset behind the newest record that is on disk. Those from here to next_offset are on their
// way: when the disk refuses them, their offsets are given again.
int64_t topic_stored_end(const topic_t *topic);

// Adds a record, with what its entry says of it, at an offset without one.
record_t *topic_add(core_t *core, topic_t *topic, int64_t offset, const ent_record_t *entry);

// Gives the next record its offset, which the entry gets too, and lets the oldest message id leave
// the window.
record_t *topic_push(core_t *core, topic_t *topic, ent_record_t *entry);

// Takes back the newest record, which did not reach the disk.
void topic_pop(core_t *core, topic_t *topic);

// Notes where the record's entry is.
void topic_place(core_t *core, topic_t *topic, record_t *record, uint64_t position, size_t size);

// The trait of a record, made when it has none.
trait_t *topic_trait(topic_t *topic, int64_t offset);

// The window's record with this message id; NULL when there is none.
trait_t *topic_seen(const topic_t *topic, view_t message_id);

// Puts a record's message id into the window, unless a newer one has it.
void topic_remember(topic_t *topic, trait_t *trait);

// The payload is needed by nobody: keeps what the window needs, or drops the record.
void topic_bury(core_t *core, topic_t *topic, int64_t offset);

// Whether the offset's message id is still to be known.
bool topic_in_window(const core_t *core, const topic_t *topic, int64_t offset);

// The same for one that the log says is buried.
void topic_bury_recovered(core_t *core, topic_t *topic, record_t *record);

// The topic's last word on itself, for the log.
entry_t topic_entry(const topic_t *topic);

// The settings in such an entry.
topic_settings_t topic_entry_settings(const ent_topic_t *entry);

// Frees the topic and its records; its groups are gone already.
void topic_destroy(core_t *core, topic_t **topic);
