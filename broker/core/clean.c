// SPDX-License-Identifier: MPL-2.0
#include "broker/core/clean.h"

#include "broker/core/emit.h"
#include "broker/core/group.h"
#include "broker/core/producer.h"
#include "broker/core/space.h"
#include "broker/core/topic.h"

enum {
    IN_FLIGHT_MAX = 16,   // copies on the way
    LOOKS_A_STEP = 4096,  // records looked at, so that a step stays short
    RETRY_MS = 60 * 1000, // after the disk refused
    FULL_RETRY_MS = 2000, // the same while publishes are refused because of it
};

static void start(core_t *core)
{
    core->cleaning = (cleaning_t){.phase = CLEANING_LOOKING, .segment = core->segments[0].number};
    emit_report(core, LOG_DEBUG, "log.cleaning", "segment %u", core->cleaning.segment);
}

static op_t *copy_op(core_t *core, op_kind_t kind, topic_t *topic, int64_t offset)
{
    op_t *op = op_new(core, kind);
    op->topic = topic;
    op->offset = offset;
    core->cleaning.in_flight++;
    return op;
}

static void copy_seen(core_t *core, topic_t *topic, const trait_t *trait)
{
    op_t *op = copy_op(core, OP_COPY, topic, trait->offset);
    entry_t entry = {.kind = ENT_seen,
                     .seen = {.topic = view_of(topic->name),
                              .offset = trait->offset,
                              .message_id = view_of(trait->message_id)}};
    entries_t entries = {0};
    entries_add(core, &entries, &entry, (view_t){0});
    emit_append(core, op, &entries);
}

static void look_at(core_t *core, topic_t *topic, int64_t offset)
{
    const record_t *record = topic_record(topic, offset);
    if (!record || record->moving || record->position >> 32 != core->cleaning.segment) {
        return;
    }
    if (record->dead) {
        copy_seen(core, topic, record->trait);
    } else {
        emit_read(core, copy_op(core, OP_COPY_READ, topic, offset), record);
    }
}

void clean_on_read(core_t *core, op_t *op, const event_t *event)
{
    core->cleaning.in_flight--;
    const record_t *record = topic_record(op->topic, op->offset);
    if (!record || record->dead || record->moving) {
        return; // it died on the way; its message id is found when the segment is looked at again
    }
    op_t *next = copy_op(core, OP_COPY, op->topic, op->offset);
    effect_entry_t whole = {.head = event->bytes};
    effect_entry_t *kept = slab_new(&core->effects->slab, sizeof *kept);
    *kept = whole;
    entries_t entries = {.items = kept, .count = 1, .capacity = 1};
    emit_append(core, next, &entries);
}

void clean_on_copied(core_t *core, op_t *op, const event_t *event)
{
    core->cleaning.in_flight--;
    record_t *record = topic_record(op->topic, op->offset);
    if (record) {
        topic_place(core, op->topic, record, event->positions[0], op->sizes[0]);
    }
}

// One append for each group: what they say is a union, so that they need not reach the disk
// together.
static void write_groups(core_t *core, const topic_t *topic)
{
    size_t at = 0;
    const group_t *group;
    while ((group = map_next(&topic->groups, &at))) {
        if (group->ephemeral || group->seeking) {
            continue; // where it is going is in the log already, and nothing is settled there
        }
        entries_t entries = {0};
        group_snapshot(core, group, &entries);
        emit_append(core, op_new(core, OP_NOTES), &entries);
    }
}

// The last append before the segment may go: it is on disk only when all of the above are.
static void write_state(core_t *core)
{
    entries_t entries = {0};
    size_t at = 0;
    const topic_t *topic;
    while ((topic = map_next(&core->topics, &at))) {
        write_groups(core, topic);
        entry_t entry = topic_entry(topic);
        entries_add(core, &entries, &entry, (view_t){0});
        producer_snapshot(core, topic, topic_stored_end(topic), &entries);
    }
    emit_append(core, op_new(core, OP_TURN), &entries);
}

// Looks at some more records; true when all of them were looked at.
static bool look_on(core_t *core)
{
    cleaning_t *cleaning = &core->cleaning;
    for (int looks = 0; looks < LOOKS_A_STEP && cleaning->in_flight < IN_FLIGHT_MAX; looks++) {
        if (cleaning->topic && cleaning->offset < cleaning->topic->next_offset) {
            look_at(core, cleaning->topic, cleaning->offset);
            cleaning->offset = records_next(&cleaning->topic->records, cleaning->offset + 1,
                                            cleaning->topic->next_offset);
            continue;
        }
        // When topics come and go on the way it may miss some: it looks again until all is copied.
        cleaning->topic = map_next(&core->topics, &cleaning->topic_at);
        if (!cleaning->topic) {
            return true;
        }
        bool leaving = cleaning->topic->leaving;
        cleaning->offset = leaving ? cleaning->topic->next_offset : topic_first(cleaning->topic);
    }
    return false;
}

void clean_run(core_t *core)
{
    cleaning_t *cleaning = &core->cleaning;
    if (cleaning->phase == CLEANING_NOT && cleaning->in_flight == 0 &&
        core->now_ms >= cleaning->retry_ms && space_wasted(core)) {
        start(core);
    }
    if (cleaning->phase == CLEANING_LOOKING && look_on(core)) {
        cleaning->phase = CLEANING_COPYING;
    }
    if (cleaning->phase != CLEANING_COPYING || cleaning->in_flight > 0) {
        return;
    }
    if (core->segments[0].live >
        0) { // a record died while it was copied: its message id is still there
        cleaning->topic_at = 0;
        cleaning->phase = CLEANING_LOOKING;
        return;
    }
    cleaning->phase = CLEANING_TURNING;
    write_state(core);
}

bool clean_busy(const core_t *core)
{
    return core->cleaning.phase == CLEANING_LOOKING && core->cleaning.in_flight < IN_FLIGHT_MAX;
}

void clean_on_turned(core_t *core, op_t *op, const event_t *event)
{
    (void)op;
    (void)event;
    emit_trim(core, core->cleaning.segment + 1);
    emit_report(core, LOG_INFO, "log.cleaned", "segment %u", core->cleaning.segment);
    space_forget_oldest(core);
    core->cleaning = (cleaning_t){0};
}

void clean_on_failed(core_t *core, op_t *op, const event_t *event)
{
    cleaning_t *cleaning = &core->cleaning;
    cleaning->in_flight -= op->kind != OP_TURN;
    if (cleaning->phase != CLEANING_NOT) {
        emit_report(core, LOG_ERROR, "log.uncleaned", "segment %u stays: %s", cleaning->segment,
                    err_text(event->code));
        *cleaning = (cleaning_t){.in_flight = cleaning->in_flight,
                                 .retry_ms = core->now_ms + (core->low ? FULL_RETRY_MS : RETRY_MS)};
    }
}

void clean_forget_topic(core_t *core, const topic_t *topic)
{
    if (core->cleaning.topic == topic) {
        core->cleaning.topic = NULL;
    }
}
