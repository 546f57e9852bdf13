// SPDX-License-Identifier: MPL-2.0
#include "broker/core/topic.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "broker/core/space.h"

// What a seen entry takes besides the names in it.
enum { SEEN_BYTES = 32 };

topic_t *topic_find(const core_t *core, view_t name)
{
    return map_get(&core->topics, name.data, name.size);
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
    map_add(&core->topics, topic->name, name.size, topic);
    return topic;
}

static record_t **slot_at(const topic_t *topic, int64_t offset)
{
    int64_t at = offset - topic->first_offset;
    bool inside = at >= 0 && (size_t)at < topic->slot_count;
    return inside ? &topic->slots[topic->slot_start + (size_t)at] : NULL;
}

record_t *topic_record(const topic_t *topic, int64_t offset)
{
    record_t **slot = slot_at(topic, offset);
    return slot ? *slot : NULL;
}

int64_t topic_first(const topic_t *topic)
{
    return topic->slot_count > 0 ? topic->first_offset : topic->next_offset;
}

// Moves the slots into an array with room for `before` more in front and twice as many in all.
static void regrow(topic_t *topic, size_t before, size_t after)
{
    size_t wanted = before + topic->slot_count + after;
    size_t capacity = wanted < 32 ? 64 : wanted * 2;
    record_t **slots = mem_array(capacity, sizeof(void *));
    for (size_t i = 0; i < topic->slot_count; i++) {
        slots[before + i] = topic->slots[topic->slot_start + i];
    }
    free(topic->slots);
    topic->slots = slots;
    topic->slot_start = 0;
    topic->slot_capacity = capacity;
    topic->first_offset -= (int64_t)before;
    topic->slot_count += before + after;
}

static record_t **slot_make(topic_t *topic, int64_t offset)
{
    if (topic->slot_count == 0) {
        topic->first_offset = offset;
        topic->slot_start = 0;
    }
    if (offset < topic->first_offset) {
        regrow(topic, (size_t)(topic->first_offset - offset), 0);
    }
    size_t count = (size_t)(offset - topic->first_offset) + 1;
    if (topic->slot_start + count > topic->slot_capacity) {
        regrow(topic, 0, count - topic->slot_count);
    }
    if (count > topic->slot_count) {
        memset(topic->slots + topic->slot_start + topic->slot_count, 0,
               (count - topic->slot_count) * sizeof(void *));
        topic->slot_count = count;
    }
    return slot_at(topic, offset);
}

static char *dup_or_null(view_t text)
{
    return text.data ? view_dup(text) : NULL;
}

record_t *topic_add(topic_t *topic, int64_t offset, view_t key, view_t message_id)
{
    record_t **slot = slot_make(topic, offset);
    assert(!*slot);
    record_t *record = mem_new(sizeof *record);
    record->offset = offset;
    record->key = dup_or_null(key);
    record->message_id = dup_or_null(message_id);
    *slot = record;
    if (offset >= topic->next_offset) {
        topic->next_offset = offset + 1;
    }
    return record;
}

bool topic_in_window(const core_t *core, const topic_t *topic, int64_t offset)
{
    return offset >= topic->next_offset - core->options.window;
}

record_t *topic_seen(const topic_t *topic, view_t message_id)
{
    return map_get(&topic->ids, message_id.data, message_id.size);
}

void topic_remember(topic_t *topic, record_t *record)
{
    if (!record->message_id || topic->dead) {
        return;
    }
    size_t size = strlen(record->message_id);
    const record_t *known = map_get(&topic->ids, record->message_id, size);
    if (known && known->offset > record->offset) {
        return;
    }
    map_remove(&topic->ids, record->message_id, size);
    map_add(&topic->ids, record->message_id, size, record);
}

static void forget_id(topic_t *topic, const record_t *record)
{
    if (record->message_id && topic_seen(topic, view_of(record->message_id)) == record) {
        map_remove(&topic->ids, record->message_id, strlen(record->message_id));
    }
}

static void free_record(record_t *record)
{
    while (record->waiting) {
        waiter_t *waiter = record->waiting;
        record->waiting = waiter->next;
        free(waiter);
    }
    free(record->key);
    free(record->message_id);
    free(record);
}

// Frees the record and gives back the slots in front that are empty.
static void drop(core_t *core, topic_t *topic, record_t *record)
{
    if (record->position != 0) {
        space_count(core, record->position, -(int64_t)record->live);
    }
    forget_id(topic, record);
    *slot_at(topic, record->offset) = NULL;
    free_record(record);
    while (topic->slot_count > 0 && !topic->slots[topic->slot_start]) {
        topic->slot_start++;
        topic->slot_count--;
        topic->first_offset++;
    }
}

record_t *topic_push(core_t *core, topic_t *topic, view_t key, view_t message_id)
{
    record_t *record = topic_add(topic, topic->next_offset, key, message_id);
    record->needed_by = (uint32_t)topic->groups.live;
    topic_remember(topic, record);
    record_t *leaving = topic_record(topic, topic->next_offset - core->options.window - 1);
    if (leaving) {
        forget_id(topic, leaving);
        if (leaving->dead) {
            drop(core, topic, leaving);
        }
    }
    return record;
}

void topic_pop(core_t *core, topic_t *topic)
{
    record_t *record = topic_record(topic, topic->next_offset - 1);
    assert(record && record->position == 0);
    drop(core, topic, record);
    topic->next_offset--;
    while (topic->slot_count > 0 &&
           topic->first_offset + (int64_t)topic->slot_count > topic->next_offset) {
        topic->slot_count--;
    }
}

void topic_place(core_t *core, record_t *record, uint64_t position, size_t size)
{
    if (record->position != 0) {
        space_count(core, record->position, -(int64_t)record->live);
    }
    record->position = position;
    record->size = (uint32_t)size;
    record->live = (uint32_t)size;
    space_count(core, position, (int64_t)size);
}

void topic_bury(core_t *core, topic_t *topic, record_t *record)
{
    record->dead = true;
    bool known = record->message_id && topic_in_window(core, topic, record->offset) &&
                 topic_seen(topic, view_of(record->message_id)) == record;
    if (!known) {
        drop(core, topic, record);
        return;
    }
    uint32_t kept = (uint32_t)(SEEN_BYTES + strlen(topic->name) + strlen(record->message_id));
    if (kept < record->live) {
        space_count(core, record->position, (int64_t)kept - (int64_t)record->live);
        record->live = kept;
    }
}

void topic_destroy(topic_t **topic)
{
    topic_t *old = *topic;
    for (size_t i = 0; i < old->slot_count; i++) {
        if (old->slots[old->slot_start + i]) {
            free_record(old->slots[old->slot_start + i]);
        }
    }
    free(old->slots);
    map_release(&old->ids);
    map_release(&old->groups);
    free(old->name);
    free(old);
    *topic = NULL;
}
