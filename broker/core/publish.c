// SPDX-License-Identifier: MPL-2.0
#include "broker/core/publish.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/emit.h"
#include "broker/core/group.h"
#include "broker/core/topic.h"
#include "proto/name.h"

static void send_published(core_t *core, int64_t session, int64_t id, int64_t offset,
                           bool duplicate)
{
    const session_t *to = map_get(&core->sessions, &session, sizeof session);
    if (to && !to->ended) {
        header_t header = {
            .kind = HDR_published,
            .published = {
                .id = id, .offset = offset, .duplicate = duplicate, .sync = view_of("always")}};
        emit_send(core, to, &header, NULL, 0);
    }
}

static err_t check(core_t *core, const session_t *session, const hdr_publish_t *publish,
                   fault_t *fault)
{
    err_t err = name_check(publish->topic, "topic", fault);
    if (err) {
        return err;
    }
    if (publish->topic.size > CORE_NAME_DEAD &&
        memcmp(publish->topic.data, "dead.", CORE_NAME_DEAD) == 0) {
        return fault_set(fault, ERR_FORBIDDEN, "publish to the topic it came from",
                         "topic '%.*s' takes dead letters only", (int)publish->topic.size,
                         publish->topic.data);
    }
    if (!topic_find(core, publish->topic) && core->topics.live >= CORE_TOPICS_MAX) {
        return fault_set(fault, ERR_FULL, "use one of the topics that are there",
                         "topic '%.*s' would be one more than the %d allowed",
                         (int)publish->topic.size, publish->topic.data, CORE_TOPICS_MAX);
    }
    if (session->publishes >= CORE_PENDING_MAX || core->append_bytes >= CORE_APPEND_BYTES_MAX) {
        return fault_set(fault, ERR_BUSY, "wait for the records on their way to be acknowledged",
                         "topic '%.*s': too much is on its way to the disk",
                         (int)publish->topic.size, publish->topic.data);
    }
    return ERR_OK;
}

static view_t none_if_empty(view_t text)
{
    return text.size > 0 ? text : (view_t){0};
}

static void answer_repeat(core_t *core, const session_t *session, int64_t id, record_t *record)
{
    if (record->position != 0) {
        send_published(core, session->serial, id, record->offset, true);
        return;
    }
    waiter_t *waiter = mem_new(sizeof *waiter);
    *waiter = (waiter_t){.session = session->serial, .id = id, .next = record->waiting};
    record->waiting = waiter;
}

static void append_record(core_t *core, session_t *session, const hdr_publish_t *publish,
                          view_t body)
{
    topic_t *topic = topic_open(core, publish->topic);
    view_t key = none_if_empty(publish->key);
    view_t message_id = none_if_empty(publish->message_id);
    record_t *known = topic_seen(topic, message_id);
    if (known) {
        answer_repeat(core, session, publish->id, known);
        return;
    }
    const record_t *record = topic_push(core, topic, key, message_id);
    topic->time_ms = core->wall_ms > topic->time_ms ? core->wall_ms : topic->time_ms;
    op_t *op = op_new(core, OP_PUBLISH);
    op->topic = topic;
    op->offset = record->offset;
    op->session = session->serial;
    op->id = publish->id;
    session->publishes++;
    entry_t entry = {.kind = ENT_record,
                     .record = {.topic = publish->topic,
                                .offset = record->offset,
                                .time_ms = topic->time_ms,
                                .key = key,
                                .message_id = message_id}};
    entries_t entries = {0};
    entries_add(core, &entries, &entry, body);
    emit_append(core, op, &entries);
}

void publish_on_publish(core_t *core, session_t *session, const header_t *header,
                        const event_t *event)
{
    fault_t fault;
    if (check(core, session, &header->publish, &fault)) {
        emit_done(core, session->serial, header->publish.id, &fault);
        return;
    }
    view_t body = event->frame_count > 1 ? event->frames[1] : (view_t){"", 0};
    append_record(core, session, &header->publish, body);
}

static void publish_ended(core_t *core, const op_t *op)
{
    session_t *session = map_get(&core->sessions, &op->session, sizeof op->session);
    if (session) {
        session->publishes--;
    }
}

// The publishes that waited with this record, taken off it.
static waiter_t *take_waiter(record_t *record)
{
    waiter_t *waiter = record->waiting;
    if (waiter) {
        record->waiting = waiter->next;
    }
    return waiter;
}

void publish_on_appended(core_t *core, op_t *op, const event_t *event)
{
    record_t *record = topic_record(op->topic, op->offset);
    topic_place(core, record, event->positions[0], (size_t)op->entry_bytes);
    publish_ended(core, op);
    send_published(core, op->session, op->id, op->offset, false);
    waiter_t *waiter;
    while ((waiter = take_waiter(record))) {
        send_published(core, waiter->session, waiter->id, op->offset, true);
        free(waiter);
    }
    size_t at = 0;
    group_t *group;
    while ((group = map_next(&op->topic->groups, &at))) {
        group_wake(core, group);
    }
}

void publish_on_failed(core_t *core, op_t *op, const event_t *event)
{
    fault_t fault;
    fault_set(&fault, event->code, "free disk space and publish again",
              "topic '%s': the record was not stored: %s", op->topic->name, err_text(event->code));
    record_t *record = topic_record(op->topic, op->offset);
    publish_ended(core, op);
    emit_done(core, op->session, op->id, &fault);
    waiter_t *waiter;
    while ((waiter = take_waiter(record))) {
        emit_done(core, waiter->session, waiter->id, &fault);
        free(waiter);
    }
    topic_pop(core, op->topic);
}
