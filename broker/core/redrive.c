// SPDX-License-Identifier: MPL-2.0
#include "broker/core/redrive.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/expiry.h"
#include "broker/core/group.h"
#include "broker/core/topic.h"

enum { BYTES_A_STEP = 1 << 20 };

static void answer(core_t *core, const op_t *op)
{
    msg_counted_t counted = {.count = op->drive->done};
    emit_report(core, LOG_INFO, "topic.redriven", "%s: %lld letters", op->topic->name,
                (long long)counted.count);
    admin_answer(core, (asker_t){op->session, op->id}, MSG_counted, &counted);
}

static void fail(core_t *core, const op_t *op, int64_t done, const fault_t *fault)
{
    fault_t full = *fault;
    fault_set(&full, fault->code, fault->remedy, "topic '%s': %.300s; %lld letters were given back",
              op->topic->name, fault->detail, (long long)done);
    admin_done(core, (asker_t){op->session, op->id}, &full);
}

// The next op of the same redrive.
static op_t *follow(core_t *core, op_t *op, op_kind_t kind)
{
    op_t *next = admin_op(core, kind, (asker_t){op->session, op->id});
    next->topic = op->topic;
    next->drive = op->drive;
    op->drive = NULL;
    return next;
}

static bool may_read(const drive_t *drive, const record_t *record, int64_t bytes)
{
    bool room = bytes == 0 || bytes + record->size <= BYTES_A_STEP;
    bool wanted = drive->most == 0 || drive->done + (int64_t)drive->count < drive->most;
    return record->position != 0 && room && wanted && drive->count < CORE_LETTERS_A_STEP;
}

// Reads the next letters; answers when there are none.
static void read_on(core_t *core, op_t *op)
{
    drive_t *drive = op->drive;
    spot_t *spots = slab_new(&core->effects->slab, CORE_LETTERS_A_STEP * sizeof *spots);
    int64_t bytes = 0;
    int64_t at = records_next(&op->topic->records, drive->next, drive->end);
    drive->count = 0;
    while (at < drive->end) {
        const record_t *record = topic_record(op->topic, at);
        if (!record->dead && !may_read(drive, record, bytes)) {
            break;
        }
        if (!record->dead) {
            spots[drive->count] = (spot_t){record->position, record->size};
            drive->offsets[drive->count++] = at;
            bytes += record->size;
        }
        at = records_next(&op->topic->records, at + 1, drive->end);
    }
    if (drive->count == 0) {
        answer(core, op);
        return;
    }
    op_t *next = follow(core, op, OP_REDRIVE_READ);
    emit_read_many(core, next, spots, drive->count);
}

static bool under_way(const core_t *core, const topic_t *topic)
{
    size_t at = 0;
    const op_t *op;
    while ((op = map_next(&core->ops, &at))) {
        if (op->topic == topic && op->drive) {
            return true;
        }
    }
    return false;
}

err_t redrive_topic(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    const msg_topic_redrive_t *ask = message;
    topic_t *topic = NULL;
    err_t err = admin_find_topic(core, ask->topic, &topic, fault);
    if (err) {
        return err;
    }
    if (!topic->dead || ask->count < 0) {
        return fault_set(fault, ERR_INVALID,
                         "name a topic dead.TOPIC.GROUP, and a count of 0 or more",
                         "topic '%s' holds no dead letters, or the count is below 0", topic->name);
    }
    if (under_way(core, topic)) {
        return fault_set(fault, ERR_CONFLICT, "wait until it has ended",
                         "the letters of topic '%s' are being given back already", topic->name);
    }
    op_t start = {.session = asker.session, .id = asker.id, .topic = topic};
    start.drive = mem_new(sizeof *start.drive);
    start.drive->end = topic->next_offset;
    start.drive->most = ask->count;
    read_on(core, &start);
    free(start.drive);
    return ERR_OK;
}

// The group that gave the letter up: its name is what is behind the topic's in dead.TOPIC.GROUP.
static group_t *group_of(const core_t *core, const topic_t *grave, const ent_record_t *letter,
                         fault_t *fault)
{
    topic_t *origin = letter->origin_topic.data ? topic_find(core, letter->origin_topic) : NULL;
    size_t skip = CORE_NAME_DEAD + letter->origin_topic.size + 1;
    const char *name = strlen(grave->name) > skip ? grave->name + skip : "";
    group_t *group = origin && !origin->leaving ? group_find(origin, view_of(name)) : NULL;
    if (!group || group->leaving || group->ephemeral) {
        fault_set(fault, ERR_NOT_FOUND, "make the group again, or purge the letters",
                  "topic '%.*s' has no group '%s' any more", (int)letter->origin_topic.size,
                  letter->origin_topic.data ? letter->origin_topic.data : "", name);
        return NULL;
    }
    return group;
}

static ent_record_t returned(const group_t *group, const ent_record_t *letter)
{
    return (ent_record_t){.topic = view_of(group->topic->name),
                          .time_ms = group->topic->time_ms,
                          .key = letter->key,
                          .message_id = letter->message_id,
                          .trace_id = letter->trace_id,
                          .content_type = letter->content_type,
                          .schema_version = letter->schema_version,
                          .only_group = view_of(group->name)};
}

typedef struct {
    drive_t *drive;
    op_t *op; // OP_REDRIVE; NULL: no letter yet
    entries_t entries;
} return_t;

static void add_letter(core_t *core, op_t *op, return_t *back, group_t *group, int64_t offset,
                       const ent_record_t *letter, view_t body)
{
    topic_t *origin = group->topic;
    origin->time_ms = core->wall_ms > origin->time_ms ? core->wall_ms : origin->time_ms;
    entry_t entry = {.kind = ENT_record, .record = returned(group, letter)};
    topic_push(core, origin, &entry.record);
    if (!back->op) {
        back->op = follow(core, op, OP_REDRIVE);
        back->op->group = group;
        back->op->offset = entry.record.offset;
    }
    back->drive->offsets[back->op->count++] = offset;
    topic_record(back->op->topic, offset)->moving = true;
    entries_add(core, &back->entries, &entry, body);
    entry = (entry_t){.kind = ENT_removed,
                      .removed = {.topic = view_of(back->op->topic->name), .offset = offset}};
    entries_add(core, &back->entries, &entry, (view_t){0});
}

// Takes letters from what was read until one is of another group; the rest is read again. A letter
// that cannot be given back ends the redrive.
static err_t take_letters(core_t *core, op_t *op, return_t *back, const event_t *event,
                          fault_t *fault)
{
    drive_t *drive = back->drive;
    topic_t *grave = op->topic;
    size_t count = drive->count;
    for (size_t i = 0; i < count; i++) {
        int64_t offset = drive->offsets[i];
        const record_t *record = topic_record(grave, offset);
        entry_t read;
        view_t body;
        if (!record || record->dead) {
            drive->next = offset + 1;
            continue; // it went meanwhile
        }
        view_t bytes = event->reads[i];
        if (!bytes.data || entry_unpack(bytes, &read, &body, fault) || read.kind != ENT_record) {
            return fault_set(fault, bytes.data ? ERR_CORRUPT : event->code,
                             "'autodp log fsck' says more", "offset %lld cannot be read",
                             (long long)offset);
        }
        group_t *group = group_of(core, grave, &read.record, fault);
        if (!group) {
            return fault->code;
        }
        if (back->op && back->op->group != group) {
            break;
        }
        add_letter(core, op, back, group, offset, &read.record, body);
        drive->next = offset + 1;
    }
    return ERR_OK;
}

void redrive_on_read(core_t *core, op_t *op, const event_t *event)
{
    return_t back = {.drive = op->drive};
    fault_t fault;
    err_t err = take_letters(core, op, &back, event, &fault);
    if (back.op) { // what was taken goes; an error is met again behind it
        emit_append(core, back.op, &back.entries);
    } else if (err) {
        fail(core, op, back.drive->done, &fault);
    } else {
        read_on(core, op);
    }
}

void redrive_on_read_failed(core_t *core, op_t *op, const event_t *event)
{
    fault_t fault;
    fault_set(&fault, event->code, "'autodp log fsck' says more", "its letters cannot be read");
    fail(core, op, op->drive->done, &fault);
}

void redrive_on_appended(core_t *core, op_t *op, const event_t *event)
{
    topic_t *origin = op->group->topic;
    for (int64_t i = 0; i < op->count; i++) {
        record_t *record = topic_record(origin, op->offset + i);
        topic_place(core, origin, record, event->positions[2 * i], op->sizes[2 * i]);
        if (record->trait) {
            group_announce(core, origin, op->offset + i);
        }
        const record_t *letter = topic_record(op->topic, op->drive->offsets[i]);
        if (letter && !letter->dead) {
            expiry_remove(core, op->topic, op->drive->offsets[i], false);
        }
    }
    group_wake_all(core, origin);
    op->drive->done += op->count;
    read_on(core, op);
}

void redrive_on_failed(core_t *core, op_t *op, const event_t *event)
{
    for (int64_t i = op->count; i > 0; i--) {
        topic_pop(core, op->group->topic);
        record_t *letter = topic_record(op->topic, op->drive->offsets[i - 1]);
        if (letter) {
            letter->moving = false;
        }
    }
    fault_t fault;
    fault_set(&fault, event->code, "free disk space and try again", "%s", err_text(event->code));
    fail(core, op, op->drive->done, &fault);
}
