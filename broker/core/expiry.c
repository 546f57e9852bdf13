// SPDX-License-Identifier: MPL-2.0
#include "broker/core/expiry.h"

#include "broker/core/emit.h"
#include "broker/core/group.h"
#include "broker/core/topic.h"

enum {
    CHECK_MS = 1000,       // between looks at a topic's oldest record, and at one that is leased
    REMOVED_A_STEP = 4096, // so that a step stays short
};

bool expiry_passed(const core_t *core, const record_t *record)
{
    const trait_t *trait = record->trait;
    return trait && trait->expires_ms > 0 && trait->expires_ms <= core->wall_ms;
}

// The wall clock may be set meanwhile: when the timer comes, it is looked at again.
void expiry_arm(core_t *core, trait_t *trait)
{
    if (trait->expires_ms > 0) {
        int64_t left_ms = trait->expires_ms - core->wall_ms;
        heap_set(&core->heap, &trait->due, core->now_ms + (left_ms > 0 ? left_ms : 0));
    }
}

void expiry_remove(core_t *core, topic_t *topic, int64_t offset, bool gap)
{
    size_t at = 0;
    group_t *group;
    while ((group = map_next(&topic->groups, &at))) {
        if (group_lose(core, group, offset) && gap) {
            group->gap++;
        }
    }
    topic_bury(core, topic, offset);
}

// A record that a consumer has is left to it.
static bool leased(const topic_t *topic, int64_t offset)
{
    size_t at = 0;
    const group_t *group;
    while ((group = map_next(&topic->groups, &at))) {
        const item_t *item = group_item(group, offset);
        if (item && item->state != ITEM_READY && item->state != ITEM_WAITING &&
            item->state != ITEM_BLOCKED) {
            return true;
        }
    }
    return false;
}

void expiry_on_trait_due(core_t *core, heap_node_t *node)
{
    trait_t *trait = LIST_ITEM(node, trait_t, due);
    topic_t *topic = trait->topic;
    if (trait->expires_ms > core->wall_ms) {
        expiry_arm(core, trait);
    } else if (leased(topic, trait->offset)) {
        heap_set(&core->heap, node, core->now_ms + CHECK_MS);
    } else {
        topic->expired++;
        expiry_remove(core, topic, trait->offset, false);
    }
}

// In a queue, what a group has not settled stays.
static bool may_retire(const topic_t *topic)
{
    const topic_settings_t *set = &topic->settings;
    bool any = set->retention_bytes > 0 || set->retention_ms > 0 || set->retention_count > 0;
    return any && (set->kind == TOPIC_STREAM || topic->durable == 0);
}

static bool over(const core_t *core, const topic_t *topic, const record_t *record)
{
    const topic_settings_t *set = &topic->settings;
    int64_t stored = topic->count - topic->unplaced; // what may yet fail retires nothing
    return (set->retention_count > 0 && stored > set->retention_count) ||
           (set->retention_bytes > 0 && topic->bytes > set->retention_bytes) ||
           (set->retention_ms > 0 && record->time_ms + set->retention_ms <= core->wall_ms);
}

static void tell_gaps(core_t *core, const topic_t *topic)
{
    size_t at = 0;
    group_t *group;
    while ((group = map_next(&topic->groups, &at))) {
        group_tell_gap(core, group);
    }
}

void expiry_retain(core_t *core, topic_t *topic)
{
    if (!may_retire(topic)) {
        return;
    }
    int64_t removed = 0;
    int64_t offset = topic_first(topic);
    while (offset < topic->next_offset && removed < REMOVED_A_STEP) {
        const record_t *record = topic_record(topic, offset);
        if (record->position == 0 || (!record->dead && !over(core, topic, record))) {
            break;
        }
        if (!record->dead) {
            expiry_remove(core, topic, offset, true);
            topic->retired++;
            removed++;
        }
        topic->removed_below = offset + 1;
        offset = records_next(&topic->records, offset + 1, topic->next_offset);
    }
    tell_gaps(core, topic);
    if (topic->count > 0 && (topic->settings.retention_ms > 0 || removed == REMOVED_A_STEP)) {
        heap_set(&core->heap, &topic->due,
                 core->now_ms + (removed == REMOVED_A_STEP ? 0 : CHECK_MS));
    }
}

void expiry_drop_below(core_t *core, topic_t *topic, int64_t below)
{
    int64_t offset = topic_first(topic);
    while (offset < below) {
        topic_bury(core, topic, offset);
        offset = records_next(&topic->records, offset + 1, below);
    }
}

void expiry_purge(core_t *core, topic_t *topic, int64_t below)
{
    int64_t offset = topic_first(topic);
    while (offset < below) {
        if (!topic_record(topic, offset)->dead) {
            expiry_remove(core, topic, offset, false);
        }
        offset = records_next(&topic->records, offset + 1, below);
    }
    topic->removed_below = below > topic->removed_below ? below : topic->removed_below;
}

void expiry_on_topic_due(core_t *core, heap_node_t *node)
{
    expiry_retain(core, LIST_ITEM(node, topic_t, due));
}
