// SPDX-License-Identifier: MPL-2.0
// A topic: an index over the log. Offsets are dense; the window of message ids is rebuilt from the
// records.
#pragma once

#include "broker/core/state.h"

// The topic with this name; NULL when there is none.
topic_t *topic_find(const core_t *core, view_t name);

// The same, made when it is not there. Its name is valid.
topic_t *topic_open(core_t *core, view_t name);

// The record at the offset; NULL when it is gone or not there yet.
record_t *topic_record(const topic_t *topic, int64_t offset);

// The lowest offset that may have a record.
int64_t topic_first(const topic_t *topic);

// Adds a record at an offset without one. Views are copied; ones without data mean none.
record_t *topic_add(topic_t *topic, int64_t offset, view_t key, view_t message_id);

// Gives the next record its offset, and lets the oldest message id leave the window.
record_t *topic_push(core_t *core, topic_t *topic, view_t key, view_t message_id);

// Takes back the newest record, which did not reach the disk.
void topic_pop(core_t *core, topic_t *topic);

// Notes where the record's entry is.
void topic_place(core_t *core, record_t *record, uint64_t position, size_t size);

// The record of the window with this message id; NULL when there is none.
record_t *topic_seen(const topic_t *topic, view_t message_id);

// Puts a record's message id into the window, unless a newer one has it.
void topic_remember(topic_t *topic, record_t *record);

// The payload is needed by nobody: keeps what the window needs, or drops the record.
void topic_bury(core_t *core, topic_t *topic, record_t *record);

// Whether the offset's message id is still to be known.
bool topic_in_window(const core_t *core, const topic_t *topic, int64_t offset);

// Frees the topic and its records; its groups are gone already.
void topic_destroy(topic_t **topic);
