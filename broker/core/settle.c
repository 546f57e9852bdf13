// SPDX-License-Identifier: MPL-2.0
#include "broker/core/settle.h"

#include <stdlib.h>
#include <string.h>

#include "broker/core/bury.h"
#include "broker/core/emit.h"
#include "broker/core/group.h"
#include "broker/core/lease.h"
#include "broker/core/topic.h"

// The group's backoff: after the first delivery, the second, and so on; the last one stays.
static const char BACKOFF[] = "100,1000,5000,30000";

// The fields that ack, nack, touch and term share.
typedef struct {
    int64_t id;
    view_t topic;
    view_t group;
    int64_t offset;
} aim_t;

// The group, when it has seen the offset; NULL and a fault otherwise.
static group_t *find_group(core_t *core, const aim_t *target, fault_t *fault)
{
    const topic_t *topic = topic_find(core, target->topic);
    group_t *group = topic ? group_find(topic, target->group) : NULL;
    if (!group) {
        fault_set(fault, ERR_NOT_FOUND, "consume it first", "topic '%.*s' has no group '%.*s'",
                  (int)target->topic.size, target->topic.data, (int)target->group.size,
                  target->group.data);
        return NULL;
    }
    if (target->offset < 0 || target->offset >= topic->next_offset) {
        fault_set(fault, ERR_NOT_FOUND, "name an offset that was delivered",
                  "topic '%s' has no offset %lld", topic->name, (long long)target->offset);
        return NULL;
    }
    return group;
}

static item_t *held(const group_t *group, const session_t *session, int64_t offset)
{
    item_t *item = group_item(group, offset);
    bool good = item && item->holder == session->serial && item->state != ITEM_SETTLING;
    return good ? item : NULL;
}

static void set_stale(const group_t *group, int64_t offset, fault_t *fault)
{
    fault_set(fault, ERR_STALE, "drop the work: the record is settled or another has it",
              "topic '%s', group '%s': offset %lld is not held by this client", group->topic->name,
              group->name, (long long)offset);
}

// The item that the session was the last to be given; otherwise it is refused and NULL comes back.
static item_t *find_held(core_t *core, const session_t *session, const aim_t *target)
{
    fault_t fault;
    const group_t *group = find_group(core, target, &fault);
    if (group) {
        item_t *item = held(group, session, target->offset);
        if (item) {
            return item;
        }
        set_stale(group, target->offset, &fault);
    }
    emit_done(core, session->serial, target->id, &fault);
    return NULL;
}

// Settles those that the session holds, row by row; the others are refused one by one.
static void ack_range(core_t *core, session_t *session, const group_t *group, const hdr_ack_t *ack,
                      int64_t count)
{
    op_t *op = NULL;
    for (int64_t i = 0; i < count; i++) {
        item_t *item = held(group, session, ack->offset + i);
        if (item) {
            lease_drop(core, item);
        }
        if (item && op) {
            bury_settle_more(core, op, item);
        } else if (item) {
            op = bury_settle(core, item, session->serial, ack->id + i);
        } else {
            if (op) {
                bury_settle_end(core, op);
            }
            op = NULL;
            fault_t fault;
            set_stale(group, ack->offset + i, &fault);
            emit_done(core, session->serial, ack->id + i, &fault);
        }
    }
    if (op) {
        bury_settle_end(core, op);
    }
}

static void refuse_range(core_t *core, const session_t *session, int64_t id, int64_t count,
                         const fault_t *fault)
{
    for (int64_t i = 0; i < count; i++) {
        emit_done(core, session->serial, id + i, fault);
    }
}

void settle_on_ack(core_t *core, session_t *session, const header_t *header, const event_t *event)
{
    (void)event;
    const hdr_ack_t *ack = &header->ack;
    int64_t count = ack->count > 1 && ack->id <= INT64_MAX - LIMIT_BATCH ? ack->count : 1;
    aim_t target = {ack->id, ack->topic, ack->group, ack->offset};
    fault_t fault;
    const group_t *group = find_group(core, &target, &fault);
    if (group) {
        ack_range(core, session, group, ack, count);
    } else {
        refuse_range(core, session, ack->id, count, &fault);
    }
}

// The delay at this place of the group's list; the last one stays.
static int64_t backoff_ms(const item_t *item)
{
    const char *at = item->group->backoff ? item->group->backoff : BACKOFF;
    for (int64_t step = 1; step < item->deliveries && strchr(at, ','); step++) {
        at = strchr(at, ',') + 1;
    }
    return strtoll(at, NULL, 10);
}

static void note_return(core_t *core, item_t *item, int64_t session, int64_t id)
{
    op_t *op = op_new(core, OP_RETURN);
    op->session = session;
    op->id = id;
    item->noted = item->deliveries;
    entry_t entry = {.kind = ENT_delivered,
                     .delivered = {.topic = view_of(item->group->topic->name),
                                   .group = view_of(item->group->name),
                                   .offset = item->offset,
                                   .deliveries = item->deliveries}};
    entries_t entries = {0};
    entries_add(core, &entries, &entry, (view_t){0});
    emit_append(core, op, &entries);
}

void settle_on_nack(core_t *core, session_t *session, const header_t *header, const event_t *event)
{
    (void)event;
    const hdr_nack_t *nack = &header->nack;
    if (nack->delay_ms < -1 || nack->delay_ms > CORE_DELAY_MAX_MS) {
        fault_t fault;
        fault_set(&fault, ERR_INVALID, "give -1 for the group's backoff, or at most a day",
                  "nack: a delay of %lld ms is not possible", (long long)nack->delay_ms);
        emit_done(core, session->serial, nack->id, &fault);
        return;
    }
    aim_t target = {nack->id, nack->topic, nack->group, nack->offset};
    item_t *item = find_held(core, session, &target);
    if (!item) {
        return;
    }
    view_t reason = nack->reason.size > 0 ? nack->reason : view_of("its consumer refused it");
    int64_t delay_ms = nack->delay_ms == -1 ? backoff_ms(item) : nack->delay_ms;
    if (!lease_return(core, item, delay_ms, reason, session->serial, nack->id)) {
        note_return(core, item, session->serial, nack->id);
    }
}

void settle_on_touch(core_t *core, session_t *session, const header_t *header, const event_t *event)
{
    (void)event;
    const hdr_touch_t *touch = &header->touch;
    aim_t target = {touch->id, touch->topic, touch->group, touch->offset};
    item_t *item = find_held(core, session, &target);
    if (!item) {
        return;
    }
    fault_t fault;
    if (item->state == ITEM_LEASED) {
        heap_set(&core->heap, &item->due, core->now_ms + item->consumer->ack_wait_ms);
        emit_done(core, session->serial, touch->id, NULL);
        return;
    }
    fault_set(&fault, ERR_STALE, "touch before the lease has passed",
              "topic '%s', group '%s': the lease of offset %lld has passed",
              item->group->topic->name, item->group->name, (long long)item->offset);
    emit_done(core, session->serial, touch->id, &fault);
}

void settle_on_term(core_t *core, session_t *session, const header_t *header, const event_t *event)
{
    (void)event;
    const hdr_term_t *term = &header->term;
    aim_t target = {term->id, term->topic, term->group, term->offset};
    item_t *item = find_held(core, session, &target);
    if (item) {
        lease_drop(core, item);
        view_t reason = term->reason.size > 0 ? term->reason : view_of("its consumer ended it");
        bury_start(core, item, reason, session->serial, term->id);
    }
}

void settle_on_returned(core_t *core, op_t *op, const event_t *event)
{
    (void)event;
    emit_done(core, op->session, op->id, NULL);
}

void settle_on_return_failed(core_t *core, op_t *op, const event_t *event)
{
    fault_t fault;
    fault_set(&fault, event->code, "the record will be delivered again",
              "the nack could not be written: %s", err_text(event->code));
    emit_done(core, op->session, op->id, &fault);
}
