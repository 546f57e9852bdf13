// SPDX-License-Identifier: MPL-2.0
// Records that go without being settled: their time to live has passed, or a stream's retention
// takes them. Neither is written down: a restart comes to the same end.
#pragma once

#include "broker/core/state.h"

// Sets the timer of a record that expires.
void expiry_arm(core_t *core, trait_t *trait);

// Whether the record must not be delivered any more.
bool expiry_passed(const core_t *core, const record_t *record);

// The record goes, for all groups; a delivery that is open becomes stale. `gap`: the groups are
// told.
void expiry_remove(core_t *core, topic_t *topic, int64_t offset, bool gap);

// Takes what is over the topic's retention, and tells the groups. Sets the timer for the next.
void expiry_retain(core_t *core, topic_t *topic);

// Removes all below the offset: for the recovery, before groups take part, and for a purge.
void expiry_drop_below(core_t *core, topic_t *topic, int64_t below);
void expiry_purge(core_t *core, topic_t *topic, int64_t below);

// The timers of DUE_TRAIT and DUE_TOPIC.
void expiry_on_trait_due(core_t *core, heap_node_t *node);
void expiry_on_topic_due(core_t *core, heap_node_t *node);
