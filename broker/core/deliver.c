// SPDX-License-Identifier: MPL-2.0
#include "broker/core/deliver.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/bury.h"
#include "broker/core/emit.h"
#include "broker/core/expiry.h"
#include "broker/core/farewell.h"
#include "broker/core/group.h"
#include "broker/core/lease.h"
#include "broker/core/parcel.h"
#include "broker/core/topic.h"

enum {
    NOTE_AFTER_MS = 1000,    // most records are settled before: then their count is not written
    UNREADABLE_MS = 30000,   // before a record that cannot be read is tried again
    DELIVERIES_A_RUN = 1024, // of one group, so that one step stays short
    READ_BYTES = 1 << 20,    // of one read, more or less
};

// The consumer with the most credit left.
static consumer_t *pick(const group_t *group)
{
    heap_node_t *first = heap_first(&group->open);
    return first ? LIST_ITEM(first, consumer_t, place) : NULL;
}

// Asks for what was gathered for the consumer.
static void end_gathering(core_t *core, consumer_t *consumer)
{
    op_t *op = consumer->reading;
    if (!op) {
        return;
    }
    consumer->reading = NULL;
    spot_t *spots = slab_new(&core->effects->slab, (size_t)op->count * sizeof *spots);
    for (int64_t i = 0; i < op->count; i++) {
        const record_t *record = topic_record(op->topic, op->targets[i].offset);
        spots[i] = (spot_t){record->position, record->size};
    }
    emit_read_many(core, op, spots, (size_t)op->count);
}

// Records for one consumer are read with one request.
static void gather(core_t *core, item_t *item, consumer_t *consumer)
{
    op_t *op = consumer->reading;
    if (!op) {
        op = op_new(core, OP_DELIVER);
        op->group = item->group;
        op->topic = item->group->topic;
        op->targets = mem_array(LIMIT_CREDIT, sizeof *op->targets);
        consumer->reading = op;
    }
    op->targets[op->count++] = (target_t){item->offset, lease_give(core, item, consumer)};
    op->target_bytes += item->record->size;
    if (op->count == LIMIT_CREDIT || op->target_bytes >= READ_BYTES) {
        end_gathering(core, consumer);
    }
}

static void take_next(core_t *core, item_t *item, consumer_t *consumer)
{
    group_t *group = item->group;
    if (expiry_passed(core, item->record)) {
        group_lose(core, group, item->offset); // another group's consumer may still have it
    } else if (item->deliveries >= group->deliveries_max && !group->topic->dead) {
        bury_start(core, item, view_of("it was delivered too often"), 0, 0);
    } else {
        gather(core, item, consumer);
    }
}

// True when the group has more that its consumers would take.
static bool fill_consumers(core_t *core, group_t *group)
{
    for (int i = 0; i < DELIVERIES_A_RUN; i++) {
        consumer_t *consumer = pick(group);
        item_t *item = consumer ? group_next(core, group) : NULL;
        if (!item) {
            return false;
        }
        take_next(core, item, consumer);
    }
    return true;
}

static void run_group(core_t *core, group_t *group)
{
    if (group->paused || group->topic->paused || group->leaving || group->seeking) {
        return;
    }
    bool more = fill_consumers(core, group);
    for (list_t *link = group->consumers.next; link != &group->consumers; link = link->next) {
        end_gathering(core, LIST_ITEM(link, consumer_t, of_group));
    }
    if (more) {
        group_wake(core, group);
    }
}

void deliver_run(core_t *core)
{
    list_t now;
    list_init(&now);
    while (!list_empty(&core->woken_groups)) {
        list_append(&now, core->woken_groups.next);
    }
    while (!list_empty(&now)) {
        group_t *group = LIST_ITEM(now.next, group_t, link);
        list_remove(&group->link);
        run_group(core, group);
    }
}

// The item that this was to deliver, unless it was taken back in between.
static item_t *item_of(const op_t *op, const target_t *target)
{
    item_t *item = group_item(op->group, target->offset);
    bool same = item && item->state == ITEM_READING && item->lease == target->lease;
    return same ? item : NULL;
}

static void add_note(core_t *core, const item_t *item)
{
    if (core->note_count == core->note_capacity) {
        core->note_capacity = core->note_capacity ? core->note_capacity * 2 : 64;
        core->notes = mem_resize(core->notes, core->note_capacity, sizeof(note_t));
    }
    if (core->note_count == 0) {
        heap_set(&core->heap, &core->notes_due, core->now_ms + NOTE_AFTER_MS);
    }
    core->notes[core->note_count++] =
        (note_t){.group = item->group, .offset = item->offset, .at_ms = core->now_ms};
}

static void lend(core_t *core, item_t *item)
{
    item->state = ITEM_LEASED;
    item->deliveries++;
    item->group->delivered++;
    item->group->redelivered += item->deliveries > 1;
    heap_set(&core->heap, &item->due, core->now_ms + item->consumer->ack_wait_ms);
    add_note(core, item);
}

static void give_up(core_t *core, const op_t *op, item_t *item, err_t code)
{
    emit_report(core, LOG_ERROR, "record.unreadable", "topic %s, offset %lld: %s", op->topic->name,
                (long long)item->offset, err_text(code));
    lease_drop(core, item);
    group_wait(core, item, UNREADABLE_MS);
}

void deliver_on_read(core_t *core, op_t *op, const event_t *event)
{
    parcel_t parcel;
    parcel_begin(&parcel, core);
    for (int64_t i = 0; i < op->count; i++) {
        item_t *item = item_of(op, &op->targets[i]);
        if (!item) {
            continue;
        }
        entry_t entry;
        view_t body;
        view_t bytes = event->reads[i];
        if (!bytes.data) {
            give_up(core, op, item, event->code);
        } else if (entry_unpack(bytes, &entry, &body, NULL) || entry.kind != ENT_record) {
            give_up(core, op, item, ERR_CORRUPT);
        } else {
            lend(core, item);
            parcel_add(&parcel, item, &entry.record, body);
        }
    }
    parcel_end(&parcel);
}

void deliver_on_read_failed(core_t *core, op_t *op, const event_t *event)
{
    for (int64_t i = 0; i < op->count; i++) {
        item_t *item = item_of(op, &op->targets[i]);
        if (item) {
            give_up(core, op, item, event->code);
        }
    }
}

void deliver_on_due(core_t *core, heap_node_t *node)
{
    item_t *item = LIST_ITEM(node, item_t, due);
    if (item->state == ITEM_LEASED) {
        lease_return(core, item, 0, view_of("its lease passed"), 0, 0);
    } else if (item->state == ITEM_WAITING) {
        group_ready(core, item);
    }
}

static entry_t count_entry(const item_t *item)
{
    return (entry_t){.kind = ENT_delivered,
                     .delivered = {.topic = view_of(item->group->topic->name),
                                   .group = view_of(item->group->name),
                                   .offset = item->offset,
                                   .deliveries = group_ended_deliveries(item)}};
}

static void end_consumer(core_t *core, consumer_t *consumer)
{
    while (!list_empty(&consumer->items)) {
        item_t *item = LIST_ITEM(consumer->items.next, item_t, link);
        if (consumer->session->left && item->state == ITEM_LEASED) {
            item->deliveries--; // who says goodbye has not failed
        }
        lease_return(core, item, 0, view_of("its consumer ended"), 0, 0);
    }
    group_t *group = consumer->group;
    list_remove(&consumer->of_group);
    heap_remove(&group->open, &consumer->place);
    free(consumer);
    if (group->ephemeral && list_empty(&group->consumers)) {
        farewell_group(core, group);
    }
}

void deliver_on_session_ended(core_t *core, session_t *session)
{
    list_t *link;
    while ((link = list_pop(&session->consumers))) {
        end_consumer(core, LIST_ITEM(link, consumer_t, of_session));
    }
}

static void note_item(core_t *core, const note_t *note, entries_t *entries)
{
    item_t *item = group_item(note->group, note->offset);
    if (!item || item->state == ITEM_SETTLING || group_ended_deliveries(item) <= item->noted) {
        return;
    }
    item->noted = group_ended_deliveries(item);
    entry_t entry = count_entry(item);
    entries_add(core, entries, &entry, (view_t){0});
}

void deliver_on_notes_due(core_t *core, heap_node_t *node)
{
    entries_t entries = {0};
    size_t taken = 0;
    while (taken < core->note_count && entries.count < CORE_ENTRIES_MAX &&
           core->notes[taken].at_ms + NOTE_AFTER_MS <= core->now_ms) {
        note_item(core, &core->notes[taken++], &entries);
    }
    core->note_count -= taken;
    memmove(core->notes, core->notes + taken, core->note_count * sizeof(note_t));
    if (core->note_count > 0) {
        heap_set(&core->heap, node, core->notes[0].at_ms + NOTE_AFTER_MS);
    }
    if (entries.count > 0) {
        emit_append(core, op_new(core, OP_NOTES), &entries);
    }
}

void deliver_on_noted(core_t *core, op_t *op, const event_t *event)
{
    (void)core;
    (void)op;
    (void)event; // a count that is lost is found again at the next delivery
}
