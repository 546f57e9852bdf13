// SPDX-License-Identifier: MPL-2.0
#include "broker/core/recover.h"

#include "broker/core/emit.h"
#include "broker/core/group.h"
#include "broker/core/space.h"
#include "broker/core/topic.h"

static void take_record(core_t *core, const entry_t *entry, const event_t *event)
{
    const ent_record_t *found = &entry->record;
    topic_t *topic = topic_open(core, found->topic);
    record_t *record = topic_record(topic, found->offset);
    if (!record) {
        record = topic_add(topic, found->offset, found->key, found->message_id);
    }
    topic_place(core, record, event->position, event->size);
    topic->time_ms = found->time_ms > topic->time_ms ? found->time_ms : topic->time_ms;
}

static void take_seen(core_t *core, const entry_t *entry, const event_t *event)
{
    const ent_seen_t *found = &entry->seen;
    topic_t *topic = topic_open(core, found->topic);
    record_t *record = topic_record(topic, found->offset);
    if (!record) {
        record = topic_add(topic, found->offset, (view_t){0}, found->message_id);
    }
    topic_place(core, record, event->position, event->size);
    record->dead = true;
}

static void take_topic(core_t *core, const entry_t *entry, const event_t *event)
{
    (void)event;
    const ent_topic_t *found = &entry->topic;
    topic_t *topic = topic_open(core, found->topic);
    topic->next_offset =
        found->next_offset > topic->next_offset ? found->next_offset : topic->next_offset;
    topic->time_ms = found->time_ms > topic->time_ms ? found->time_ms : topic->time_ms;
}

static group_t *open_group(core_t *core, view_t topic_name, view_t name)
{
    topic_t *topic = topic_open(core, topic_name);
    group_t *group = group_find(topic, name);
    return group ? group : group_add(core, topic, name, 0, core->options.deliveries_max);
}

static void take_group(core_t *core, const entry_t *entry, const event_t *event)
{
    (void)event;
    const ent_group_t *found = &entry->group;
    group_t *group = open_group(core, found->topic, found->group);
    group->deliveries_max = found->deliveries_max;
    group->floor = found->floor > group->floor ? found->floor : group->floor;
    group_raise(group);
}

static void take_settled(core_t *core, const entry_t *entry, const event_t *event)
{
    (void)event;
    const ent_settled_t *found = &entry->settled;
    group_mark(open_group(core, found->topic, found->group), found->offset);
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
    }
}

// A group is done with what is gone, and needs what it has not settled.
static void end_group(const topic_t *topic, group_t *group)
{
    for (int64_t offset = group->floor; offset < topic->next_offset; offset++) {
        record_t *record = topic_record(topic, offset);
        if (!record || record->dead) {
            group_mark(group, offset);
        } else if (!group_has_settled(group, offset)) {
            record->needed_by++;
        }
    }
    group_raise(group);
    group->cursor = group->floor;
}

static void end_topic(core_t *core, topic_t *topic)
{
    int64_t first = topic_first(topic);
    for (int64_t offset = first; offset < topic->next_offset; offset++) {
        record_t *record = topic_record(topic, offset);
        if (record && topic_in_window(core, topic, offset)) {
            topic_remember(topic, record);
        }
    }
    size_t at = 0;
    group_t *group;
    while ((group = map_next(&topic->groups, &at))) {
        end_group(topic, group);
    }
    for (int64_t offset = first; offset < topic->next_offset; offset++) {
        record_t *record = topic_record(topic, offset);
        if (record && (record->dead || (topic->groups.live > 0 && record->needed_by == 0))) {
            topic_bury(core, topic, record);
        }
    }
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
