// SPDX-License-Identifier: MPL-2.0
#include "broker/core/bury.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "broker/core/group.h"
#include "broker/core/topic.h"

enum { RETRY_MS = 30000 }; // after the disk refused

static op_t *op_for(core_t *core, op_kind_t kind, item_t *item, int64_t session, int64_t id)
{
    op_t *op = op_new(core, kind);
    op->group = item->group;
    op->topic = item->group->topic;
    op->offset = item->offset;
    op->session = session;
    op->id = id;
    heap_remove(&core->heap, &item->due);
    list_remove(&item->link);
    item->state = ITEM_SETTLING;
    return op;
}

static entry_t settled_entry(const op_t *op)
{
    return (entry_t){.kind = ENT_settled,
                     .settled = {.topic = view_of(op->group->topic->name),
                                 .group = view_of(op->group->name),
                                 .offset = op->offset}};
}

void bury_settle(core_t *core, item_t *item, int64_t session, int64_t id)
{
    op_t *op = op_for(core, OP_SETTLE, item, session, id);
    entry_t entry = settled_entry(op);
    entries_t entries = {0};
    entries_add(core, &entries, &entry, (view_t){0});
    emit_append(core, op, &entries);
}

void bury_start(core_t *core, item_t *item, view_t reason, int64_t session, int64_t id)
{
    const group_t *group = item->group;
    emit_report(core, LOG_WARNING, "record.dead",
                "topic %s, group %s, offset %lld, deliveries %lld: %.*s", group->topic->name,
                group->name, (long long)item->offset, (long long)item->deliveries, (int)reason.size,
                reason.data);
    if (group->topic->dead) {
        bury_settle(core, item, session, id);
        return;
    }
    op_t *op = op_for(core, OP_BURY_READ, item, session, id);
    op->reason = view_dup(reason);
    emit_read(core, op, item->record);
}

// The dead letter: the record as it was, with where it came from and why.
static entry_t letter(const op_t *op, const item_t *item, const topic_t *grave, int64_t offset,
                      const ent_record_t *record)
{
    return (entry_t){.kind = ENT_record,
                     .record = {.topic = view_of(grave->name),
                                .offset = offset,
                                .time_ms = grave->time_ms,
                                .key = record->key,
                                .message_id = record->message_id,
                                .origin_topic = view_of(op->group->topic->name),
                                .origin_offset = op->offset,
                                .origin_deliveries = item->deliveries,
                                .reason = view_of(op->reason)}};
}

static topic_t *open_grave(core_t *core, const group_t *group)
{
    char *name = text_format("dead.%s.%s", group->topic->name, group->name);
    topic_t *grave = topic_open(core, view_of(name));
    free(name);
    if (core->wall_ms > grave->time_ms) {
        grave->time_ms = core->wall_ms;
    }
    return grave;
}

void bury_on_read(core_t *core, op_t *op, const event_t *event)
{
    item_t *item = group_item(op->group, op->offset);
    assert(item && item->state == ITEM_SETTLING);
    entry_t read;
    view_t body;
    if (entry_unpack(event->bytes, &read, &body, NULL) || read.kind != ENT_record) {
        event_t failed = {.kind = EVENT_READ_FAILED, .code = ERR_CORRUPT};
        bury_on_failed(core, op, &failed);
        return;
    }
    topic_t *grave = open_grave(core, op->group);
    record_t *record = topic_push(core, grave, read.record.key, read.record.message_id);
    op_t *next = op_for(core, OP_BURY, item, op->session, op->id);
    next->topic = grave;
    next->grave = record->offset;
    entry_t entry = letter(op, item, grave, record->offset, &read.record);
    entries_t entries = {0};
    entries_add(core, &entries, &entry, body);
    entry = settled_entry(op);
    entries_add(core, &entries, &entry, (view_t){0});
    emit_append(core, next, &entries);
}

void bury_on_appended(core_t *core, op_t *op, const event_t *event)
{
    record_t *record = topic_record(op->topic, op->grave);
    topic_place(core, record, event->positions[0], (size_t)op->entry_bytes);
    size_t at = 0;
    group_t *group;
    while ((group = map_next(&op->topic->groups, &at))) {
        group_wake(core, group);
    }
    bury_on_settled(core, op, event);
}

void bury_on_settled(core_t *core, op_t *op, const event_t *event)
{
    (void)event;
    group_finish(core, group_item(op->group, op->offset));
    emit_done(core, op->session, op->id, NULL);
}

void bury_on_failed(core_t *core, op_t *op, const event_t *event)
{
    if (op->kind == OP_BURY) {
        topic_pop(core, op->topic);
    }
    fault_t fault;
    fault_set(&fault, event->code, "the record will be delivered again",
              "topic '%s', group '%s', offset %lld could not be settled: %s",
              op->group->topic->name, op->group->name, (long long)op->offset,
              err_text(event->code));
    emit_report(core, LOG_ERROR, "record.unsettled", "%s", fault.detail);
    group_wait(core, group_item(op->group, op->offset), RETRY_MS);
    emit_done(core, op->session, op->id, &fault);
}
