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
    op->count = 1;
    heap_remove(&core->heap, &item->due);
    group_take(item, ITEM_SETTLING);
    item->lease = op->token;
    return op;
}

static entry_t settled_entry(const op_t *op)
{
    return (entry_t){.kind = ENT_settled,
                     .settled = {.topic = view_of(op->group->topic->name),
                                 .group = view_of(op->group->name),
                                 .offset = op->offset,
                                 .count = op->count > 1 ? op->count : 0}};
}

op_t *bury_settle(core_t *core, item_t *item, int64_t session, int64_t id)
{
    return op_for(core, OP_SETTLE, item, session, id);
}

void bury_settle_more(core_t *core, op_t *op, item_t *item)
{
    heap_remove(&core->heap, &item->due);
    group_take(item, ITEM_SETTLING);
    item->lease = op->token;
    op->count++;
}

void bury_settle_end(core_t *core, op_t *op)
{
    entry_t entry = settled_entry(op);
    entries_t entries = {0};
    entries_add(core, &entries, &entry, (view_t){0});
    emit_append(core, op, &entries);
}

void bury_start(core_t *core, item_t *item, view_t reason, int64_t session, int64_t id)
{
    const group_t *group = item->group;
    item->group->dead++;
    emit_report(core, LOG_WARNING, "record.dead",
                "topic %s, group %s, offset %lld, deliveries %lld: %.*s", group->topic->name,
                group->name, (long long)item->offset, (long long)item->deliveries, (int)reason.size,
                reason.data);
    if (group->topic->dead) {
        bury_settle_end(core, bury_settle(core, item, session, id));
        return;
    }
    op_t *op = op_for(core, OP_BURY_READ, item, session, id);
    op->reason = view_dup(reason);
    emit_read(core, op, item->record);
}

// The dead letter: the record as it was, with where it came from and why.
static ent_record_t letter(const op_t *op, const item_t *item, const topic_t *grave,
                           const ent_record_t *record)
{
    return (ent_record_t){.topic = view_of(grave->name),
                          .time_ms = grave->time_ms,
                          .key = record->key,
                          .message_id = record->message_id,
                          .trace_id = record->trace_id,
                          .content_type = record->content_type,
                          .schema_version = record->schema_version,
                          .origin_topic = view_of(op->group->topic->name),
                          .origin_offset = op->offset,
                          .origin_deliveries = item->deliveries,
                          .reason = view_of(op->reason)};
}

// The item that the op is to settle; NULL when retention or an admin took it away meanwhile.
static item_t *item_of(const op_t *op, int64_t offset)
{
    item_t *item = group_item(op->group, offset);
    return item && item->state == ITEM_SETTLING && item->lease == op->token ? item : NULL;
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
    item_t *item = item_of(op, op->offset);
    entry_t read;
    view_t body;
    if (!item) {
        emit_done(core, op->session, op->id, NULL);
        return;
    }
    if (entry_unpack(event->bytes, &read, &body, NULL) || read.kind != ENT_record) {
        event_t failed = {.kind = EVENT_READ_FAILED, .code = ERR_CORRUPT};
        bury_on_failed(core, op, &failed);
        return;
    }
    topic_t *grave = open_grave(core, op->group);
    entry_t entry = {.kind = ENT_record, .record = letter(op, item, grave, &read.record)};
    topic_push(core, grave, &entry.record);
    op_t *next = op_for(core, OP_BURY, item, op->session, op->id);
    next->topic = grave;
    next->grave = entry.record.offset;
    entries_t entries = {0};
    entries_add(core, &entries, &entry, body);
    entry = settled_entry(op);
    entries_add(core, &entries, &entry, (view_t){0});
    emit_append(core, next, &entries);
}

void bury_on_appended(core_t *core, op_t *op, const event_t *event)
{
    record_t *record = topic_record(op->topic, op->grave);
    topic_place(core, op->topic, record, event->positions[0], op->sizes[0]);
    group_wake_all(core, op->topic);
    bury_on_settled(core, op, event);
}

void bury_on_settled(core_t *core, op_t *op, const event_t *event)
{
    (void)event;
    for (int64_t i = 0; i < op->count; i++) {
        item_t *item = item_of(op, op->offset + i);
        if (item) {
            op->group->acked += op->kind == OP_SETTLE;
            group_finish(core, item);
        }
    }
    emit_done_many(core, op->session, op->id, op->count);
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
    for (int64_t i = 0; i < op->count; i++) {
        item_t *item = item_of(op, op->offset + i);
        if (item) {
            group_wait(core, item, RETRY_MS);
        }
    }
    for (int64_t i = 0; i < op->count; i++) {
        emit_done(core, op->session, op->id + i, &fault);
    }
}
