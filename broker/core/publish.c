// SPDX-License-Identifier: MPL-2.0
#include "broker/core/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/emit.h"
#include "broker/core/expiry.h"
#include "broker/core/group.h"
#include "broker/core/intake.h"
#include "broker/core/producer.h"
#include "broker/core/space.h"
#include "broker/core/topic.h"
#include "proto/name.h"

enum {
    DELAYED_MAX = 32768,    // records of a topic that wait; less than a group looks ahead
    RECORDS_MAX = 32 << 20, // of all topics: their places take a gigabyte of memory
};

// Records in a row that are stored together.
typedef struct {
    op_t *op; // NULL: none yet
    entries_t entries;
} stretch_t;

static void send_published(core_t *core, int64_t session, const hdr_published_t *published,
                           const topic_t *topic)
{
    const session_t *to = map_get(&core->sessions, &session, sizeof session);
    if (!to || to->ended) {
        return;
    }
    char sync[48] = "always";
    if (topic->settings.sync_ms > 0) {
        snprintf(sync, sizeof sync, "interval %lld ms", (long long)topic->settings.sync_ms);
    }
    header_t header = {.kind = HDR_published, .published = *published};
    header.published.sync = view_of(sync);
    emit_send(core, to, &header, NULL, 0);
}

// What is refused whatever the records are.
static err_t check_topic(const core_t *core, view_t name, fault_t *fault)
{
    err_t err = name_check(name, "topic", fault);
    if (err) {
        return err;
    }
    if (name.size > CORE_NAME_DEAD && memcmp(name.data, "dead.", CORE_NAME_DEAD) == 0) {
        return fault_set(fault, ERR_FORBIDDEN, "publish to the topic it came from",
                         "topic '%.*s' takes dead letters only", (int)name.size, name.data);
    }
    const topic_t *topic = topic_find(core, name);
    if (!topic && core->topics.live >= CORE_TOPICS_MAX) {
        return fault_set(fault, ERR_FULL, "use one of the topics that are there",
                         "topic '%.*s' would be one more than the %d allowed", (int)name.size,
                         name.data, CORE_TOPICS_MAX);
    }
    if (topic && topic->leaving) {
        return fault_set(fault, ERR_CONFLICT, "wait until it is gone",
                         "topic '%s' is being deleted", topic->name);
    }
    return ERR_OK;
}

static err_t check_room(const core_t *core, const session_t *session, const intake_t *intake,
                        fault_t *fault)
{
    int64_t most = core->options.log_bytes_max;
    if (core->low || (most > 0 && space_bytes(core) >= most) || core->records >= RECORDS_MAX) {
        return fault_set(fault, ERR_FULL, "free disk space, raise the limit, or settle records",
                         "topic '%.*s': %s", (int)intake->topic.size, intake->topic.data,
                         core->low ? "the disk is full" : "the log is full");
    }
    if (session->publishes + (int64_t)intake->count > CORE_PENDING_MAX ||
        core->append_bytes >= CORE_APPEND_BYTES_MAX) {
        return fault_set(fault, ERR_BUSY, "wait for the records on their way to be acknowledged",
                         "topic '%.*s': too much is on its way to the disk",
                         (int)intake->topic.size, intake->topic.data);
    }
    return ERR_OK;
}

static err_t check_settings(const topic_t *topic, const intake_t *intake, fault_t *fault)
{
    const topic_settings_t *set = &topic->settings;
    int64_t bytes = 0;
    bool delayed = false;
    for (size_t i = 0; i < intake->count; i++) {
        int64_t size = (int64_t)intake->records[i].payload.size;
        delayed = delayed || intake->records[i].delay_ms > 0;
        bytes += size;
        if (set->record_bytes_max > 0 && size > set->record_bytes_max) {
            return fault_set(fault, ERR_TOO_LARGE, "send large content as a blob",
                             "topic '%s': the record has %lld bytes, at most %lld are allowed",
                             topic->name, (long long)size, (long long)set->record_bytes_max);
        }
    }
    if (set->kind == TOPIC_QUEUE && set->bytes_max > 0 && topic->bytes + bytes > set->bytes_max) {
        return fault_set(fault, ERR_FULL, "let its consumers settle records, or raise bytes_max",
                         "topic '%s' holds %lld bytes, at most %lld are allowed", topic->name,
                         (long long)topic->bytes, (long long)set->bytes_max);
    }
    if (delayed && topic->delayed + (int64_t)intake->count > DELAYED_MAX) {
        return fault_set(fault, ERR_FULL, "publish it later",
                         "topic '%s' has %lld delayed records already", topic->name,
                         (long long)topic->delayed);
    }
    return ERR_OK;
}

static void answer_repeat(core_t *core, session_t *session, int64_t id, topic_t *topic,
                          int64_t offset)
{
    const record_t *record = topic_record(topic, offset);
    topic->duplicates++;
    if (!record || record->position != 0) {
        hdr_published_t published = {.id = id, .offset = offset, .duplicate = true, .count = 1};
        send_published(core, session->serial, &published, topic);
        return;
    }
    trait_t *trait = topic_trait(topic, offset);
    waiter_t *waiter = mem_new(sizeof *waiter);
    *waiter = (waiter_t){.session = session->serial, .id = id, .next = trait->waiting};
    trait->waiting = waiter;
    session->publishes++;
}

// The offset that the record already has; -1 when it is new.
static int64_t known_offset(const topic_t *topic, const producer_t *producer,
                            const intake_record_t *record)
{
    const trait_t *seen = record->message_id.data ? topic_seen(topic, record->message_id) : NULL;
    if (seen) {
        return seen->offset;
    }
    return producer ? producer_offset(producer, record->sequence) : -1;
}

static ent_record_t entry_of(const core_t *core, const topic_t *topic, const intake_t *intake,
                             const intake_record_t *record)
{
    return (ent_record_t){
        .topic = view_of(topic->name),
        .time_ms = topic->time_ms,
        .key = record->key,
        .message_id = record->message_id,
        .producer = intake->producer,
        .sequence = record->sequence,
        .priority = record->priority,
        .due_ms = record->delay_ms > 0 ? core->wall_ms + record->delay_ms : 0,
        .expires_ms = record->ttl_ms > 0 ? core->wall_ms + record->ttl_ms : 0,
        .trace_id = record->trace_id,
        .content_type = record->content_type,
        .schema_version = record->schema_version,
    };
}

static void end_stretch(core_t *core, topic_t *topic, stretch_t *stretch)
{
    if (stretch->op) {
        emit_append_records(core, stretch->op, &stretch->entries, topic->settings.sync_ms);
    }
    *stretch = (stretch_t){0};
}

static void add_record(core_t *core, session_t *session, topic_t *topic, stretch_t *stretch,
                       const intake_record_t *record, ent_record_t *found)
{
    topic_push(core, topic, found);
    if (!stretch->op) {
        stretch->op = op_new(core, OP_PUBLISH);
        stretch->op->topic = topic;
        stretch->op->offset = found->offset;
        stretch->op->session = session->serial;
        stretch->op->id = record->id;
    }
    stretch->op->count++;
    session->publishes++;
    entry_t entry = {.kind = ENT_record, .record = *found};
    entries_add(core, &stretch->entries, &entry, record->payload);
}

// Each record stands for itself: repeats are answered, the rest is stored.
static void store(core_t *core, session_t *session, const intake_t *intake)
{
    topic_t *topic = topic_open(core, intake->topic);
    producer_t *producer = intake->producer.data ? producer_open(topic, intake->producer) : NULL;
    topic->time_ms = core->wall_ms > topic->time_ms ? core->wall_ms : topic->time_ms;
    stretch_t stretch = {0};
    for (size_t i = 0; i < intake->count; i++) {
        const intake_record_t *record = &intake->records[i];
        int64_t known = known_offset(topic, producer, record);
        if (known >= 0) {
            end_stretch(core, topic, &stretch);
            answer_repeat(core, session, record->id, topic, known);
            continue;
        }
        ent_record_t entry = entry_of(core, topic, intake, record);
        add_record(core, session, topic, &stretch, record, &entry);
        if (producer) {
            producer_note(producer, record->sequence, entry.offset);
        }
    }
    end_stretch(core, topic, &stretch);
}

static void refuse(core_t *core, const session_t *session, int64_t id, size_t count,
                   const fault_t *fault)
{
    for (size_t i = 0; i < count; i++) {
        emit_done(core, session->serial, id + (int64_t)i, fault);
    }
}

static void take(core_t *core, session_t *session, const intake_t *intake)
{
    fault_t fault;
    err_t err = check_topic(core, intake->topic, &fault);
    err = err ? err : check_room(core, session, intake, &fault);
    err = err ? err : check_settings(topic_open(core, intake->topic), intake, &fault);
    if (err) {
        refuse(core, session, intake->id, intake->count, &fault);
    } else {
        store(core, session, intake);
    }
}

void publish_on_publish(core_t *core, session_t *session, const header_t *header,
                        const event_t *event)
{
    intake_t intake;
    fault_t fault;
    if (intake_publish(&header->publish, event, core, &intake, &fault)) {
        emit_done(core, session->serial, header->publish.id, &fault);
    } else {
        take(core, session, &intake);
    }
}

void publish_on_batch(core_t *core, session_t *session, const header_t *header,
                      const event_t *event)
{
    const hdr_publish_batch_t *batch = &header->publish_batch;
    intake_t intake;
    fault_t fault;
    if (intake_batch(batch, event, core, &intake, &fault)) {
        refuse(core, session, batch->id, batch->count > 0 ? (size_t)batch->count : 1, &fault);
    } else {
        take(core, session, &intake);
    }
}

static void publish_ended(core_t *core, int64_t serial, int64_t count)
{
    session_t *session = map_get(&core->sessions, &serial, sizeof serial);
    if (session) {
        session->publishes -= count;
    }
}

// The publishes that waited with this record, taken off it.
static waiter_t *take_waiter(const record_t *record)
{
    waiter_t *waiter = record->trait ? record->trait->waiting : NULL;
    if (waiter) {
        record->trait->waiting = waiter->next;
    }
    return waiter;
}

static void tell_waiters(core_t *core, const op_t *op, const record_t *record, int64_t offset,
                         const fault_t *fault)
{
    waiter_t *waiter;
    while ((waiter = take_waiter(record))) {
        publish_ended(core, waiter->session, 1);
        if (fault) {
            emit_done(core, waiter->session, waiter->id, fault);
        } else {
            hdr_published_t repeat = {
                .id = waiter->id, .offset = offset, .duplicate = true, .count = 1};
            send_published(core, waiter->session, &repeat, op->topic);
        }
        free(waiter);
    }
}

void publish_on_appended(core_t *core, op_t *op, const event_t *event)
{
    topic_t *topic = op->topic;
    hdr_published_t published = {.id = op->id, .offset = op->offset, .count = op->count};
    publish_ended(core, op->session, op->count);
    send_published(core, op->session, &published, topic);
    topic->published += op->count;
    metrics_note(&core->metrics, METRIC_PUBLISH_MS, core->now_ms - op->at_ms);
    metrics_note(&core->metrics, METRIC_BATCH_RECORDS, op->count);
    for (int64_t i = 0; i < op->count; i++) {
        record_t *record = topic_record(topic, op->offset + i);
        topic_place(core, topic, record, event->positions[i], op->sizes[i]);
        tell_waiters(core, op, record, op->offset + i, NULL);
        if (record->trait) {
            group_announce(core, topic, op->offset + i);
            expiry_arm(core, record->trait);
        }
    }
    group_wake_all(core, topic);
    expiry_retain(core, topic);
}

void publish_on_failed(core_t *core, op_t *op, const event_t *event)
{
    fault_t fault;
    fault_set(&fault, event->code, "free disk space and publish again",
              "topic '%s': the record was not stored: %s", op->topic->name, err_text(event->code));
    publish_ended(core, op->session, op->count);
    for (int64_t i = op->count; i > 0; i--) {
        tell_waiters(core, op, topic_record(op->topic, op->offset + i - 1), 0, &fault);
        topic_pop(core, op->topic);
    }
    for (int64_t i = 0; i < op->count; i++) {
        emit_done(core, op->session, op->id + i, &fault);
    }
}
