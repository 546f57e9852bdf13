// SPDX-License-Identifier: MPL-2.0
#include "broker/core/group.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/topic.h"

enum { BITS_SLACK_BYTES = 4096 }; // settled bytes below the floor before the rest moves down

group_t *group_find(const topic_t *topic, view_t name)
{
    return map_get(&topic->groups, name.data, name.size);
}

bool group_has_settled(const group_t *group, int64_t offset)
{
    if (offset < group->floor) {
        return true;
    }
    size_t bit = (size_t)(offset - group->bits_base);
    return bit / 8 < group->bits.size &&
           ((unsigned char)group->bits.data[bit / 8] >> bit % 8 & 1U) != 0;
}

void group_mark(group_t *group, int64_t offset)
{
    if (offset < group->floor) {
        return;
    }
    size_t bit = (size_t)(offset - group->bits_base);
    if (bit / 8 >= group->bits.size) {
        size_t extra = bit / 8 + 1 - group->bits.size;
        memset(buf_reserve(&group->bits, extra), 0, extra);
        group->bits.size += extra;
    }
    group->bits.data[bit / 8] = (char)((unsigned char)group->bits.data[bit / 8] | 1U << bit % 8);
}

void group_raise(group_t *group)
{
    while (group_has_settled(group, group->floor)) {
        group->floor++;
    }
    size_t passed = (size_t)(group->floor - group->bits_base) / 8;
    passed = passed < group->bits.size ? passed : group->bits.size;
    if (passed >= BITS_SLACK_BYTES) {
        group->bits.size -= passed;
        memmove(group->bits.data, group->bits.data + passed, group->bits.size);
        group->bits_base += (int64_t)passed * 8;
    }
}

group_t *group_add(core_t *core, topic_t *topic, view_t name, int64_t floor, int64_t deliveries_max)
{
    group_t *group = mem_new(sizeof *group);
    group->topic = topic;
    group->name = view_dup(name);
    group->deliveries_max = deliveries_max;
    group->floor = floor;
    group->bits_base = floor / 8 * 8;
    list_init(&group->ready);
    list_init(&group->consumers);
    list_init(&group->link);
    map_add(&topic->groups, group->name, name.size, group);
    bool first = topic->groups.live == 1;
    for (int64_t offset = topic_first(topic); !core->recovering && offset < topic->next_offset;
         offset++) {
        record_t *record = topic_record(topic, offset);
        if (record && !record->dead && offset >= floor) {
            record->needed_by++;
        } else if (offset >= floor) {
            group_mark(group, offset);
        } else if (record && !record->dead && first) {
            topic_bury(core, topic, record); // it waited for a first group that does not want it
        }
    }
    group_raise(group);
    group->cursor = group->floor;
    return group;
}

static void add_bits(core_t *core, const group_t *group, entries_t *entries)
{
    for (size_t at = 0; at < group->bits.size; at += CORE_BITS_BYTES) {
        size_t left = group->bits.size - at;
        size_t size = left < CORE_BITS_BYTES ? left : CORE_BITS_BYTES;
        entry_t entry = {.kind = ENT_settled_bits,
                         .settled_bits = {.topic = view_of(group->topic->name),
                                          .group = view_of(group->name),
                                          .base = group->bits_base + (int64_t)at * 8}};
        view_t bits = {group->bits.data + at, size};
        entries_add(core, entries, &entry, arena_dup(&core->effects->arena, bits));
    }
}

static void add_count(core_t *core, const group_t *group, int64_t offset, int64_t deliveries,
                      entries_t *entries)
{
    if (deliveries == 0) {
        return;
    }
    entry_t entry = {.kind = ENT_delivered,
                     .delivered = {.topic = view_of(group->topic->name),
                                   .group = view_of(group->name),
                                   .offset = offset,
                                   .deliveries = deliveries}};
    entries_add(core, entries, &entry, (view_t){0});
}

void group_snapshot(core_t *core, const group_t *group, entries_t *entries)
{
    entry_t entry = {.kind = ENT_group,
                     .group = {.topic = view_of(group->topic->name),
                               .group = view_of(group->name),
                               .floor = group->floor,
                               .deliveries_max = group->deliveries_max}};
    entries_add(core, entries, &entry, (view_t){0});
    add_bits(core, group, entries);
    size_t at = 0;
    const count_t *count;
    while ((count = map_next(&group->counts, &at))) {
        add_count(core, group, count->offset, count->deliveries, entries);
    }
    at = 0;
    const item_t *item;
    while ((item = map_next(&group->items, &at))) {
        add_count(core, group, item->offset, group_ended_deliveries(item), entries);
    }
}

void group_count(group_t *group, int64_t offset, int64_t deliveries)
{
    count_t *count = map_get(&group->counts, &offset, sizeof offset);
    if (!count) {
        count = mem_new(sizeof *count);
        count->offset = offset;
        map_add(&group->counts, &count->offset, sizeof count->offset, count);
    }
    count->deliveries = deliveries;
}

int64_t group_ended_deliveries(const item_t *item)
{
    return item->deliveries - (item->state == ITEM_LEASED);
}

item_t *group_item(const group_t *group, int64_t offset)
{
    return map_get(&group->items, &offset, sizeof offset);
}

// Puts the item behind the others of its key; true when it is the only one.
static bool enter_order(group_t *group, item_t *item)
{
    const char *key = item->record->key;
    if (!key) {
        return true;
    }
    order_t *order = map_get(&group->orders, key, strlen(key));
    if (!order) {
        order = mem_new(sizeof *order);
        order->key = mem_strdup(key);
        list_init(&order->items);
        map_add(&group->orders, order->key, strlen(key), order);
    }
    item->order = order;
    list_append(&order->items, &item->in_order);
    return order->items.next == &item->in_order;
}

static void take_count(group_t *group, item_t *item)
{
    count_t *count = map_remove(&group->counts, &item->offset, sizeof item->offset);
    if (count) {
        item->deliveries = count->deliveries;
        item->noted = count->deliveries;
        free(count);
    }
}

static void look_at(core_t *core, group_t *group, record_t *record)
{
    item_t *item = mem_new(sizeof *item);
    item->group = group;
    item->offset = record->offset;
    item->record = record;
    item->due.kind = DUE_ITEM;
    list_init(&item->link);
    list_init(&item->in_order);
    map_add(&group->items, &item->offset, sizeof item->offset, item);
    take_count(group, item);
    if (enter_order(group, item)) {
        group_ready(core, item);
    } else {
        item->state = ITEM_BLOCKED;
    }
}

// Looks at records from the cursor on until one may be delivered.
static void look_ahead(core_t *core, group_t *group)
{
    const topic_t *topic = group->topic;
    while (list_empty(&group->ready) && group->cursor < topic->next_offset &&
           (int64_t)group->items.live < core->options.look_ahead) {
        record_t *record = topic_record(topic, group->cursor);
        if (record && record->position == 0) {
            return; // not on disk yet
        }
        if (record && !group_has_settled(group, group->cursor)) {
            look_at(core, group, record);
        }
        group->cursor++;
    }
}

item_t *group_next(core_t *core, group_t *group)
{
    look_ahead(core, group);
    return list_empty(&group->ready) ? NULL : LIST_ITEM(group->ready.next, item_t, link);
}

void group_ready(core_t *core, item_t *item)
{
    heap_remove(&core->heap, &item->due);
    item->state = ITEM_READY;
    list_append(&item->group->ready, &item->link);
    group_wake(core, item->group);
}

void group_wait(core_t *core, item_t *item, int64_t delay_ms)
{
    list_remove(&item->link);
    item->state = ITEM_WAITING;
    heap_set(&core->heap, &item->due, core->now_ms + delay_ms);
}

static void free_item(core_t *core, item_t *item)
{
    heap_remove(&core->heap, &item->due);
    list_remove(&item->link);
    list_remove(&item->in_order);
    free(item);
}

static void free_order(group_t *group, order_t *order)
{
    map_remove(&group->orders, order->key, strlen(order->key));
    free((char *)order->key);
    free(order);
}

// The next record of the item's key may go.
static void leave_order(core_t *core, item_t *item)
{
    order_t *order = item->order;
    if (!order) {
        return;
    }
    list_remove(&item->in_order);
    if (list_empty(&order->items)) {
        free_order(item->group, order);
        return;
    }
    item_t *next = LIST_ITEM(order->items.next, item_t, in_order);
    if (next->state == ITEM_BLOCKED) {
        group_ready(core, next);
    }
}

void group_finish(core_t *core, item_t *item)
{
    group_t *group = item->group;
    record_t *record = item->record;
    leave_order(core, item);
    group_mark(group, item->offset);
    map_remove(&group->items, &item->offset, sizeof item->offset);
    free_item(core, item);
    group_raise(group);
    if (--record->needed_by == 0) {
        topic_bury(core, group->topic, record);
    }
    group_wake(core, group);
}

void group_wake(core_t *core, group_t *group)
{
    list_append(&core->woken_groups, &group->link);
}

void group_destroy(core_t *core, group_t **group)
{
    group_t *old = *group;
    size_t at = 0;
    item_t *item;
    while ((item = map_next(&old->items, &at))) {
        free_item(core, item);
    }
    at = 0;
    order_t *order;
    while ((order = map_next(&old->orders, &at))) {
        free((char *)order->key);
        free(order);
    }
    at = 0;
    void *count;
    while ((count = map_next(&old->counts, &at))) {
        free(count);
    }
    list_remove(&old->link);
    map_release(&old->items);
    map_release(&old->orders);
    map_release(&old->counts);
    buf_release(&old->bits);
    free(old->name);
    free(old);
    *group = NULL;
}
