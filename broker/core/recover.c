// SPDX-License-Identifier: MPL-2.0
#include "broker/core/recover.h"

#include <stdlib.h>

#include "broker/core/emit.h"
#include "broker/core/expiry.h"
#include "broker/core/farewell.h"
#include "broker/core/group.h"
#include "broker/core/producer.h"
#include "broker/core/space.h"
#include "broker/core/topic.h"

// A copy out of a segment that is gone is known from the snapshot.
static void note_producer(topic_t *topic, const ent_record_t *found)
{
    producer_t *producer = found->producer.data ? producer_open(topic, found->producer) : NULL;
    if (producer && producer_offset(producer, found->sequence) < 0) {
        producer_note(producer, found->sequence, found->offset);
    }
}

static void take_record(core_t *core, const entry_t *entry, const event_t *event)
{
    const ent_record_t *found = &entry->record;
    topic_t *topic = topic_open(core, found->topic);
    record_t *record = topic_record(topic, found->offset);
    if (!record) {
        record = topic_add(core, topic, found->offset, found);
        note_producer(topic, found);
    }
    topic_place(core, topic, record, event->position, event->size);
    topic->time_ms = found->time_ms > topic->time_ms ? found->time_ms : topic->time_ms;
}

static void take_seen(core_t *core, const entry_t *entry, const event_t *event)
{
    const ent_seen_t *found = &entry->seen;
    topic_t *topic = topic_open(core, found->topic);
    record_t *record = topic_record(topic, found->offset);
    if (!record) {
        ent_record_t as_record = {.message_id = found->message_id};
        record = topic_add(core, topic, found->offset, &as_record);
    }
    topic_bury_recovered(core, topic, record);
    topic_place(core, topic, record, event->position, event->size);
}

static void take_topic(core_t *core, const entry_t *entry, const event_t *event)
{
    (void)event;
    const ent_topic_t *found = &entry->topic;
    topic_t *topic = topic_open(core, found->topic);
    int64_t given =
        found->next_offset > found->first_offset ? found->next_offset : found->first_offset;
    topic->next_offset = given > topic->next_offset ? given : topic->next_offset;
    topic->time_ms = found->time_ms > topic->time_ms ? found->time_ms : topic->time_ms;
    topic->removed_below =
        found->first_offset > topic->removed_below ? found->first_offset : topic->removed_below;
    topic->paused = found->paused;
    topic->configured = found->configured;
    if (found->configured) {
        topic->settings = topic_entry_settings(found);
    }
}

static group_t *open_group(core_t *core, view_t topic_name, view_t name)
{
    topic_t *topic = topic_open(core, topic_name);
    group_t *group = group_find(topic, name);
    return group ? group : group_add(core, topic, name, 0, core->options.deliveries_max, false);
}

static void take_group(core_t *core, const entry_t *entry, const event_t *event)
{
    (void)event;
    const ent_group_t *found = &entry->group;
    group_t *group = open_group(core, found->topic, found->group);
    group->deliveries_max = found->deliveries_max;
    group->paused = found->paused;
    free(group->backoff);
    group->backoff = found->backoff.size > 0 ? view_dup(found->backoff) : NULL;
    if (found->reset) {
        group_reset(core, group, found->floor);
    }
    group->floor = found->floor > group->floor ? found->floor : group->floor;
    group_raise(group);
}

static void take_settled(core_t *core, const entry_t *entry, const event_t *event)
{
    (void)event;
    const ent_settled_t *found = &entry->settled;
    group_t *group = open_group(core, found->topic, found->group);
    for (int64_t i = 0; i < (found->count > 1 ? found->count : 1); i++) {
        group_mark(group, found->offset + i);
    }
}

static void take_bits(core_t *core, const entry_t *entry, view_t body)
{
    const ent_settled_bits_t *found = &entry->settled_bits;
    group_t *group = open_group(core, found->topic, found->group);
    for (size_t i = 0; i < body.size * 8; i++) {
        if ((unsigned char)body.data[i / 8] >> i % 8 & 1U) {
            group_mark(group, found->base + (int64_t)i);
        }
    }
}

static void take_delivered(core_t *core, const entry_t *entry, const event_t *event)
{
    (void)event;
    const ent_delivered_t *found = &entry->delivered;
    group_count(open_group(core, found->topic, found->group), found->offset, found->deliveries);
}

static void take_producer(core_t *core, const entry_t *entry, view_t body)
{
    topic_t *topic = topic_open(core, entry->producer.topic);
    producer_restore(producer_open(topic, entry->producer.producer), body);
}

static void take_removed(core_t *core, const entry_t *entry)
{
    topic_t *topic = topic_find(core, entry->removed.topic);
    record_t *record = topic ? topic_record(topic, entry->removed.offset) : NULL;
    if (record) {
        topic_bury_recovered(core, topic, record);
    }
}

static void take_gone(core_t *core, const entry_t *entry)
{
    topic_t *topic = topic_find(core, entry->gone.topic);
    group_t *group = topic && entry->gone.group.data ? group_find(topic, entry->gone.group) : NULL;
    if (group) {
        farewell_forget_group(core, group);
    } else if (topic && !entry->gone.group.data) {
        farewell_forget_topic(core, topic);
    }
}

void recover_entry(core_t *core, const event_t *event)
{
    entry_t entry;
    view_t body;
    fault_t fault;
    space_count(core, event->position, 0);
    if (entry_unpack(event->bytes, &entry, &body, &fault)) {
        emit_report(core, LOG_ERROR, "log.entry", "position %llu: %s",
                    (unsigned long long)event->position, fault.detail);
        return;
    }
    switch (entry.kind) {
    case ENT_record:
        take_record(core, &entry, event);
        break;
    case ENT_seen:
        take_seen(core, &entry, event);
        break;
    case ENT_topic:
        take_topic(core, &entry, event);
        break;
    case ENT_group:
        take_group(core, &entry, event);
        break;
    case ENT_settled:
        take_settled(core, &entry, event);
        break;
    case ENT_settled_bits:
        take_bits(core, &entry, body);
        break;
    case ENT_delivered:
        take_delivered(core, &entry, event);
        break;
    case ENT_producer:
        take_producer(core, &entry, body);
        break;
    case ENT_removed:
        take_removed(core, &entry);
        break;
    case ENT_gone:
        take_gone(core, &entry);
        break;
    }
}

static void end_topic(core_t *core, topic_t *topic)
{
    int64_t next = topic->next_offset;
    for (int64_t at = topic_first(topic); at < next;
         at = records_next(&topic->records, at + 1, next)) {
        const record_t *record = topic_record(topic, at);
        if (record->trait && topic_in_window(core, topic, at)) {
            topic_remember(topic, record->trait);
        }
    }
    expiry_drop_below(core, topic, topic->removed_below); // their message ids stay
    size_t group_at = 0;
    group_t *group;
    while ((group = map_next(&topic->groups, &group_at))) {
        group_join(core, group);
    }
    bool queue = topic->settings.kind == TOPIC_QUEUE;
    for (int64_t at = topic_first(topic); at < next;
         at = records_next(&topic->records, at + 1, next)) {
        const record_t *record = topic_record(topic, at);
        bool done = queue && topic->groups.live > 0 && record->needed_by == 0;
        if (record->dead || done || expiry_passed(core, record)) {
            expiry_remove(core, topic, at, false);
        } else if (record->trait) {
            expiry_arm(core, record->trait);
        }
    }
    expiry_retain(core, topic);
}

void recover_end(core_t *core)
{
    core->recovering = false;
    size_t at = 0;
    topic_t *topic;
    while ((topic = map_next(&core->topics, &at))) {
        end_topic(core, topic);
    }
}
