// SPDX-License-Identifier: MPL-2.0
#include "broker/core/group.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/expiry.h"
#include "broker/core/lease.h"
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

bool group_wants(const group_t *group, const record_t *record)
{
    const trait_t *trait = record->trait;
    return !trait || !trait->only_group || strcmp(trait->only_group, group->name) == 0;
}

// It needs what is at the floor or behind it and not settled, and is done with what is gone.
static void take_part(core_t *core, group_t *group)
{
    topic_t *topic = group->topic;
    for (int64_t offset = group->floor; offset < topic->next_offset; offset++) {
        record_t *record = topic_record(topic, offset);
        bool none = !record || record->dead || !group_wants(group, record);
        if (none) {
            group_mark(group, offset);
        }
        if (none || group_has_settled(group, offset)) {
            continue;
        }
        record->needed_by += !group->ephemeral;
        if (record->position != 0 && record->trait) {
            group_announce(core, topic, offset);
        }
    }
}

// They waited for a first group, which does not want them.
static void bury_below(core_t *core, topic_t *topic, int64_t floor)
{
    int64_t offset = topic_first(topic);
    while (offset < floor) {
        const record_t *record = topic_record(topic, offset);
        if (!record->dead && record->needed_by == 0) {
            topic_bury(core, topic, offset);
        }
        offset = records_next(&topic->records, offset + 1, floor);
    }
}

group_t *group_add(core_t *core, topic_t *topic, view_t name, int64_t floor, int64_t deliveries_max,
                   bool ephemeral)
{
    group_t *group = mem_new(sizeof *group);
    group->topic = topic;
    group->name = view_dup(name);
    group->deliveries_max = deliveries_max;
    group->ephemeral = ephemeral;
    group->floor = floor;
    group->cursor = floor;
    group->bits_base = floor / 8 * 8;
    for (size_t i = 0; i <= LIMIT_PRIORITY; i++) {
        list_init(&group->ready[i]);
    }
    list_init(&group->consumers);
    list_init(&group->link);
    list_init(&group->leaves);
    map_add(&topic->groups, group->name, name.size, group);
    topic->durable += !ephemeral;
    if (!core->recovering) {
        take_part(core, group);
        if (topic->durable == 1 && !ephemeral && topic->settings.kind == TOPIC_QUEUE) {
            bury_below(core, topic, floor);
        }
        group_raise(group);
        group->cursor = group->floor;
    }
    return group;
}

// Else each state would carry them on for ever.
static void forget_settled_counts(group_t *group)
{
    size_t at = 0;
    count_t *count;
    while ((count = map_next(&group->counts, &at))) {
        if (group_has_settled(group, count->offset)) {
            map_remove(&group->counts, &count->offset, sizeof count->offset);
            free(count);
        }
    }
}

void group_join(core_t *core, group_t *group)
{
    take_part(core, group);
    group_raise(group);
    forget_settled_counts(group);
    group->cursor = group->floor;
}

entry_t group_entry(const group_t *group)
{
    return (entry_t){.kind = ENT_group,
                     .group = {.topic = view_of(group->topic->name),
                               .group = view_of(group->name),
                               .floor = group->floor,
                               .deliveries_max = group->deliveries_max,
                               .paused = group->paused,
                               .backoff = view_of(group->backoff)}};
}

int64_t group_lag(const group_t *group)
{
    int64_t settled = 0;
    for (size_t i = 0; i < group->bits.size; i++) {
        settled += __builtin_popcount((unsigned char)group->bits.data[i]);
    }
    // Bits below the floor are settled too, and must not count twice.
    int64_t below = group->floor - group->bits_base;
    for (int64_t i = 0; i < below && (size_t)(i / 8) < group->bits.size; i++) {
        settled -= (unsigned char)group->bits.data[i / 8] >> i % 8 & 1U;
    }
    return group->topic->next_offset - group->floor - settled;
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
        entries_add(core, entries, &entry, slab_dup(&core->effects->slab, bits));
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
    entry_t entry = group_entry(group);
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
    const char *key = item->record->trait ? item->record->trait->key : NULL;
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

static int64_t priority_of(const item_t *item)
{
    return item->record->trait ? item->record->trait->priority : 0;
}

// A delayed record waits here for its time.
static void enter(core_t *core, item_t *item)
{
    const trait_t *trait = item->record->trait;
    if (trait && trait->due_ms > core->wall_ms) {
        group_wait(core, item, trait->due_ms - core->wall_ms);
    } else if (enter_order(item->group, item)) {
        group_ready(core, item);
    } else {
        item->state = ITEM_BLOCKED;
    }
}

static void look_at(core_t *core, group_t *group, record_t *record, int64_t offset)
{
    item_t *item = mem_new(sizeof *item);
    item->group = group;
    item->offset = offset;
    item->record = record;
    item->due.kind = DUE_ITEM;
    list_init(&item->link);
    list_init(&item->in_order);
    map_add(&group->items, &item->offset, sizeof item->offset, item);
    take_count(group, item);
    enter(core, item);
}

static bool may_look(const core_t *core, const group_t *group)
{
    return (int64_t)group->items.live < core->options.look_ahead;
}

// Looks at records from the cursor on until one may be delivered.
static void look_ahead(core_t *core, group_t *group)
{
    const topic_t *topic = group->topic;
    while (group->ready_count == 0 && group->cursor < topic->next_offset && may_look(core, group)) {
        record_t *record = topic_record(topic, group->cursor);
        if (record && record->position == 0) {
            return; // not on disk yet
        }
        if (record && !group_has_settled(group, group->cursor)) {
            if (!group_wants(group, record)) {
                group_mark(group, group->cursor);
            } else if (!record->trait || !group_item(group, group->cursor)) {
                look_at(core, group, record, group->cursor);
            }
        } else if (!record) {
            group_mark(group, group->cursor);
        }
        group->cursor++;
    }
    group_raise(group);
}

void group_announce(core_t *core, const topic_t *topic, int64_t offset)
{
    record_t *record = topic_record(topic, offset);
    size_t at = 0;
    group_t *group;
    while (record->trait->priority > 0 && (group = map_next(&topic->groups, &at))) {
        bool fresh = offset >= group->cursor && !group_has_settled(group, offset) &&
                     !group_item(group, offset);
        if (fresh && group_wants(group, record) && may_look(core, group)) {
            look_at(core, group, record, offset);
        }
    }
}

item_t *group_next(core_t *core, group_t *group)
{
    look_ahead(core, group);
    for (size_t i = LIMIT_PRIORITY + 1; i > 0; i--) {
        if (!list_empty(&group->ready[i - 1])) {
            return LIST_ITEM(group->ready[i - 1].next, item_t, link);
        }
    }
    return NULL;
}

static void leave_ready(item_t *item)
{
    if (item->state == ITEM_READY) {
        item->group->ready_count--;
    }
}

void group_take(item_t *item, item_state_t state)
{
    leave_ready(item);
    list_remove(&item->link);
    item->state = state;
}

void group_ready(core_t *core, item_t *item)
{
    heap_remove(&core->heap, &item->due);
    group_take(item, ITEM_READY);
    item->group->ready_count++;
    list_append(&item->group->ready[priority_of(item)], &item->link);
    group_wake(core, item->group);
}

void group_wait(core_t *core, item_t *item, int64_t delay_ms)
{
    group_take(item, ITEM_WAITING);
    heap_set(&core->heap, &item->due, core->now_ms + delay_ms);
}

static void free_item(core_t *core, item_t *item)
{
    leave_ready(item);
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

// The item goes, and the next one of its key may.
static void let_go(core_t *core, item_t *item)
{
    group_t *group = item->group;
    leave_order(core, item);
    map_remove(&group->items, &item->offset, sizeof item->offset);
    free_item(core, item);
}

void group_finish(core_t *core, item_t *item)
{
    group_t *group = item->group;
    topic_t *topic = group->topic;
    record_t *record = item->record;
    int64_t offset = item->offset;
    let_go(core, item);
    group_mark(group, offset);
    group_raise(group);
    if (!group->ephemeral && --record->needed_by == 0 && topic->settings.kind == TOPIC_QUEUE) {
        expiry_remove(core, topic, offset, false); // ephemeral groups may look at it
    }
    group_wake(core, group);
}

bool group_lose(core_t *core, group_t *group, int64_t offset)
{
    if (group_has_settled(group, offset)) {
        return false;
    }
    item_t *item = group_item(group, offset);
    if (item) {
        lease_drop(core, item);
        let_go(core, item);
    }
    group_mark(group, offset);
    group_raise(group);
    group_wake(core, group);
    return true;
}

void group_tell_gap(core_t *core, group_t *group)
{
    if (group->gap == 0 || list_empty(&group->consumers)) {
        return; // the next consumer is told
    }
    header_t header = {.kind = HDR_gap,
                       .gap = {.topic = view_of(group->topic->name),
                               .group = view_of(group->name),
                               .offset = group->floor,
                               .lost = group->gap}};
    for (list_t *link = group->consumers.next; link != &group->consumers; link = link->next) {
        const consumer_t *consumer = LIST_ITEM(link, consumer_t, of_group);
        emit_send(core, consumer->session, &header, NULL, 0);
    }
    emit_report(core, LOG_WARNING, "group.gap", "topic %s, group %s: retention took %lld records",
                group->topic->name, group->name, (long long)group->gap);
    group->gap = 0;
}

void group_drop_items(core_t *core, group_t *group)
{
    size_t at = 0;
    item_t *item;
    while ((item = map_next(&group->items, &at))) {
        lease_drop(core, item);
        map_remove(&group->items, &item->offset, sizeof item->offset);
        free_item(core, item);
    }
    at = 0;
    order_t *order;
    while ((order = map_next(&group->orders, &at))) {
        free_order(group, order);
    }
    at = 0;
    count_t *count;
    while ((count = map_next(&group->counts, &at))) {
        map_remove(&group->counts, &count->offset, sizeof count->offset);
        free(count);
    }
}

// Records that it needs no more go when nobody else does.
static void give_back(group_t *group)
{
    topic_t *topic = group->topic;
    for (int64_t offset = group->floor; offset < topic->next_offset; offset++) {
        record_t *record = topic_record(topic, offset);
        if (record && !record->dead && !group->ephemeral && !group_has_settled(group, offset) &&
            group_wants(group, record)) {
            record->needed_by--;
        }
    }
}

void group_bury_unneeded(core_t *core, topic_t *topic)
{
    bool last = topic->durable == 0; // then they wait for another first group
    int64_t offset = topic_first(topic);
    while (!last && topic->settings.kind == TOPIC_QUEUE && offset < topic->next_offset) {
        const record_t *record = topic_record(topic, offset);
        if (!record->dead && record->position != 0 && record->needed_by == 0) {
            expiry_remove(core, topic, offset, false); // ephemeral groups may look at it
        }
        offset = records_next(&topic->records, offset + 1, topic->next_offset);
    }
}

void group_leave_records(core_t *core, group_t *group)
{
    topic_t *topic = group->topic;
    group_drop_items(core, group);
    give_back(group);
    group_bury_unneeded(core, topic);
}

void group_reset(core_t *core, group_t *group, int64_t floor)
{
    group_drop_items(core, group);
    if (!core->recovering) {
        give_back(group);
    }
    buf_clear(&group->bits);
    group->floor = floor;
    group->bits_base = floor / 8 * 8;
    if (!core->recovering) {
        take_part(core, group);
        group_raise(group);
        group_wake(core, group);
    }
    group->cursor = group->floor;
}

void group_wake_all(core_t *core, const topic_t *topic)
{
    size_t at = 0;
    group_t *group;
    while ((group = map_next(&topic->groups, &at))) {
        group_wake(core, group);
    }
}

void group_wake(core_t *core, group_t *group)
{
    list_append(&core->woken_groups, &group->link);
}

void group_destroy(core_t *core, group_t **group)
{
    group_t *old = *group;
    group_drop_items(core, old);
    list_remove(&old->link);
    list_remove(&old->leaves);
    map_release(&old->items);
    map_release(&old->orders);
    map_release(&old->counts);
    heap_release(&old->open);
    buf_release(&old->bits);
    free(old->name);
    free(old->backoff);
    free(old);
    *group = NULL;
}
