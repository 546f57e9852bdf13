// SPDX-License-Identifier: MPL-2.0
#include "broker/core/topic.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "broker/core/producer.h"
#include "broker/core/space.h"

// What a seen entry takes besides the names in it.
enum { SEEN_BYTES = 32 };

topic_t *topic_find(const core_t *core, view_t name)
{
    return map_get(&core->topics, name.data, name.size);
}

topic_settings_t topic_preset(const core_t *core, view_t name)
{
    for (size_t i = 0; i < core->options.preset_count; i++) {
        if (view_equals(name, core->options.presets[i].name)) {
            return core->options.presets[i].settings;
        }
    }
    return (topic_settings_t){0};
}

topic_t *topic_open(core_t *core, view_t name)
{
    topic_t *topic = topic_find(core, name);
    if (topic) {
        return topic;
    }
    topic = mem_new(sizeof *topic);
    topic->name = view_dup(name);
    topic->dead = strncmp(topic->name, "dead.", CORE_NAME_DEAD) == 0;
    topic->settings = topic_preset(core, name);
    topic->due.kind = DUE_TOPIC;
    list_init(&topic->recent);
    list_init(&topic->link);
    map_add(&core->topics, topic->name, name.size, topic);
    return topic;
}

record_t *topic_record(const topic_t *topic, int64_t offset)
{
    return records_get(&topic->records, offset);
}

int64_t topic_first(const topic_t *topic)
{
    return records_next(&topic->records, 0, topic->next_offset);
}

int64_t topic_stored_end(const topic_t *topic)
{
    int64_t end = topic->next_offset;
    const record_t *record;
    while ((record = topic_record(topic, end - 1)) && record->position == 0) {
        end--;
    }
    return end;
}

static char *dup_or_null(view_t text)
{
    return text.size > 0 ? view_dup(text) : NULL;
}

static trait_t *make_trait(topic_t *topic, record_t *record, int64_t offset)
{
    trait_t *trait = mem_new(sizeof *trait);
    trait->topic = topic;
    trait->offset = offset;
    trait->due.kind = DUE_TRAIT;
    record->trait = trait;
    return trait;
}

trait_t *topic_trait(topic_t *topic, int64_t offset)
{
    record_t *record = topic_record(topic, offset);
    return record->trait ? record->trait : make_trait(topic, record, offset);
}

// Most records have none, and so take no memory besides their place.
static void add_trait(topic_t *topic, record_t *record, const ent_record_t *entry)
{
    bool plain = entry->key.size == 0 && entry->message_id.size == 0 && entry->priority == 0 &&
                 entry->due_ms == 0 && entry->expires_ms == 0 && entry->only_group.size == 0;
    if (plain) {
        return;
    }
    trait_t *trait = make_trait(topic, record, entry->offset);
    trait->key = dup_or_null(entry->key);
    trait->message_id = dup_or_null(entry->message_id);
    trait->only_group = dup_or_null(entry->only_group);
    trait->priority = entry->priority;
    trait->due_ms = entry->due_ms;
    trait->expires_ms = entry->expires_ms;
    topic->delayed += entry->due_ms > 0;
}

record_t *topic_add(core_t *core, topic_t *topic, int64_t offset, const ent_record_t *entry)
{
    ent_record_t placed = *entry;
    placed.offset = offset;
    record_t *record = records_add(&topic->records, offset);
    record->time_ms = entry->time_ms;
    add_trait(topic, record, &placed);
    topic->count++;
    topic->unplaced++;
    core->records++;
    if (offset >= topic->next_offset) {
        topic->next_offset = offset + 1;
    }
    return record;
}

bool topic_in_window(const core_t *core, const topic_t *topic, int64_t offset)
{
    return offset >= topic->next_offset - core->options.window;
}

trait_t *topic_seen(const topic_t *topic, view_t message_id)
{
    return map_get(&topic->ids, message_id.data, message_id.size);
}

void topic_remember(topic_t *topic, trait_t *trait)
{
    if (!trait->message_id || topic->dead) {
        return;
    }
    size_t size = strlen(trait->message_id);
    const trait_t *known = map_get(&topic->ids, trait->message_id, size);
    if (known && known->offset > trait->offset) {
        return;
    }
    map_remove(&topic->ids, trait->message_id, size);
    map_add(&topic->ids, trait->message_id, size, trait);
}

static void forget_id(topic_t *topic, const trait_t *trait)
{
    if (trait->message_id && topic_seen(topic, view_of(trait->message_id)) == trait) {
        map_remove(&topic->ids, trait->message_id, strlen(trait->message_id));
    }
}

static void free_trait(core_t *core, trait_t *trait)
{
    while (trait->waiting) {
        waiter_t *waiter = trait->waiting;
        trait->waiting = waiter->next;
        free(waiter);
    }
    heap_remove(&core->heap, &trait->due);
    free(trait->key);
    free(trait->message_id);
    free(trait->only_group);
    free(trait);
}

// The bytes that count as needed in the record's segment.
static int64_t live_bytes(const topic_t *topic, const record_t *record)
{
    if (!record->dead || !record->trait || !record->trait->message_id) {
        return record->size;
    }
    int64_t kept = SEEN_BYTES + (int64_t)(strlen(topic->name) + strlen(record->trait->message_id));
    return kept < record->size ? kept : record->size;
}

static void count_out(core_t *core, topic_t *topic, record_t *record)
{
    if (record->position != 0) {
        space_count(core, record->position, -live_bytes(topic, record));
    }
    if (!record->dead) {
        topic->count--;
        topic->unplaced -= record->position == 0;
        topic->bytes -= record->position != 0 ? record->size : 0;
        topic->delayed -= record->trait && record->trait->due_ms > 0;
    }
}

static void drop(core_t *core, topic_t *topic, int64_t offset)
{
    record_t *record = topic_record(topic, offset);
    count_out(core, topic, record);
    if (record->trait) {
        forget_id(topic, record->trait);
        free_trait(core, record->trait);
    }
    core->records--;
    records_remove(&topic->records, offset);
}

record_t *topic_push(core_t *core, topic_t *topic, ent_record_t *entry)
{
    entry->offset = topic->next_offset;
    record_t *record = topic_add(core, topic, topic->next_offset, entry);
    record->needed_by = (uint16_t)(entry->only_group.size > 0 ? 1 : topic->durable);
    if (record->trait) {
        topic_remember(topic, record->trait);
    }
    if (topic->ids.live > 0) {
        int64_t leaving = topic->next_offset - core->options.window - 1;
        const record_t *old = topic_record(topic, leaving);
        if (old && old->trait) {
            forget_id(topic, old->trait);
        }
        if (old && old->dead) {
            drop(core, topic, leaving);
        }
    }
    return record;
}

void topic_pop(core_t *core, topic_t *topic)
{
    const record_t *record = topic_record(topic, topic->next_offset - 1);
    assert(record && record->position == 0);
    (void)record;
    producer_take_back(topic, topic->next_offset - 1);
    drop(core, topic, topic->next_offset - 1);
    topic->next_offset--;
}

void topic_place(core_t *core, topic_t *topic, record_t *record, uint64_t position, size_t size)
{
    if (record->position != 0) {
        space_count(core, record->position, -live_bytes(topic, record));
        topic->bytes -= record->dead ? 0 : record->size;
    } else if (!record->dead) {
        topic->unplaced--;
    }
    record->position = position;
    record->size = (uint32_t)size;
    space_count(core, position, live_bytes(topic, record));
    topic->bytes += record->dead ? 0 : record->size;
}

void topic_bury(core_t *core, topic_t *topic, int64_t offset)
{
    record_t *record = topic_record(topic, offset);
    const trait_t *trait = record->trait;
    bool known = trait && trait->message_id && topic_in_window(core, topic, offset) &&
                 topic_seen(topic, view_of(trait->message_id)) == trait;
    if (!known) {
        drop(core, topic, offset);
    } else if (!record->dead) {
        count_out(core, topic, record);
        heap_remove(&core->heap, &record->trait->due);
        record->dead = true;
        space_count(core, record->position, live_bytes(topic, record));
    }
}

void topic_bury_recovered(core_t *core, topic_t *topic, record_t *record)
{
    if (!record->dead) {
        count_out(core, topic, record);
        record->dead = true;
        if (record->position != 0) {
            space_count(core, record->position, live_bytes(topic, record));
        }
    }
}

topic_settings_t topic_entry_settings(const ent_topic_t *entry)
{
    return (topic_settings_t){.kind = entry->kind == TOPIC_STREAM ? TOPIC_STREAM : TOPIC_QUEUE,
                              .sync_ms = entry->sync_ms,
                              .retention_bytes = entry->retention_bytes,
                              .retention_ms = entry->retention_ms,
                              .retention_count = entry->retention_count,
                              .record_bytes_max = entry->record_bytes_max,
                              .bytes_max = entry->bytes_max,
                              .groups_max = entry->groups_max,
                              .consumers_max = entry->consumers_max};
}

entry_t topic_entry(const topic_t *topic)
{
    const topic_settings_t *set = &topic->settings;
    entry_t entry = {.kind = ENT_topic,
                     .topic = {.topic = view_of(topic->name),
                               .next_offset = topic_stored_end(topic),
                               .time_ms = topic->time_ms,
                               .first_offset = topic->removed_below,
                               .configured = topic->configured,
                               .paused = topic->paused}};
    if (topic->configured) {
        entry.topic.kind = set->kind;
        entry.topic.sync_ms = set->sync_ms;
        entry.topic.retention_bytes = set->retention_bytes;
        entry.topic.retention_ms = set->retention_ms;
        entry.topic.retention_count = set->retention_count;
        entry.topic.record_bytes_max = set->record_bytes_max;
        entry.topic.bytes_max = set->bytes_max;
        entry.topic.groups_max = set->groups_max;
        entry.topic.consumers_max = set->consumers_max;
    }
    return entry;
}

void topic_destroy(core_t *core, topic_t **topic)
{
    topic_t *old = *topic;
    int64_t at = topic_first(old);
    while (at < old->next_offset) {
        drop(core, old, at);
        at = records_next(&old->records, at, old->next_offset);
    }
    producer_release(old);
    heap_remove(&core->heap, &old->due);
    list_remove(&old->link);
    records_release(&old->records);
    map_release(&old->ids);
    map_release(&old->groups);
    free(old->name);
    free(old);
    *topic = NULL;
}
