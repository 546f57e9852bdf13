// SPDX-License-Identifier: MPL-2.0
#include "broker/core/consume.h"

#include <string.h>

#include "base/mem.h"
#include "broker/core/admin.h"
#include "broker/core/emit.h"
#include "broker/core/group.h"
#include "broker/core/lease.h"
#include "broker/core/topic.h"

static consumer_t *find_consumer(const session_t *session, const group_t *group)
{
    for (list_t *link = session->consumers.next; link != &session->consumers; link = link->next) {
        consumer_t *consumer = LIST_ITEM(link, consumer_t, of_session);
        if (consumer->group == group) {
            return consumer;
        }
    }
    return NULL;
}

static size_t count_consumers(const topic_t *topic)
{
    size_t count = 0;
    size_t at = 0;
    const group_t *group;
    while ((group = map_next(&topic->groups, &at))) {
        for (const list_t *link = group->consumers.next; link != &group->consumers;
             link = link->next) {
            count++;
        }
    }
    return count;
}

static err_t check_consumers(const topic_t *topic, const session_t *session, view_t name,
                             fault_t *fault)
{
    const group_t *group = group_find(topic, name);
    int64_t most = topic->settings.consumers_max;
    bool there = group && find_consumer(session, group);
    if (most == 0 || there || (int64_t)count_consumers(topic) < most) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_FULL, "stop another consumer, or raise consumers_max",
                     "topic '%s' has %lld consumers already", topic->name, (long long)most);
}

static void join(core_t *core, session_t *session, group_t *group, const ask_group_t *ask)
{
    consumer_t *consumer = find_consumer(session, group);
    if (!consumer) {
        consumer = mem_new(sizeof *consumer);
        consumer->session = session;
        consumer->group = group;
        list_init(&consumer->items);
        list_init(&consumer->of_session);
        list_init(&consumer->of_group);
        list_append(&session->consumers, &consumer->of_session);
        list_append(&group->consumers, &consumer->of_group);
    }
    bool less = ask->credit_bytes > 0 && ask->credit_bytes < CORE_FLIGHT_BYTES_MAX;
    consumer->credit = ask->credit;
    consumer->credit_bytes = less ? ask->credit_bytes : CORE_FLIGHT_BYTES_MAX;
    consumer->batch = ask->batch;
    consumer->ack_wait_ms = ask->ack_wait_ms > 0 ? ask->ack_wait_ms : core->options.ack_wait_ms;
    lease_rank(consumer);
    group_tell_gap(core, group);
    group_wake(core, group);
}

void consume_add_gone(core_t *core, const topic_t *topic, const ent_group_t *group,
                      entries_t *entries)
{
    int64_t base = group->floor / 8 * 8;
    int64_t span = topic->next_offset - base;
    for (int64_t at = 0; at < span; at += (int64_t)CORE_BITS_BYTES * 8) {
        size_t size = (size_t)(span - at + 7) / 8;
        size = size < CORE_BITS_BYTES ? size : CORE_BITS_BYTES;
        char *bits = slab_new(&core->effects->slab, size);
        memset(bits, 0, size);
        bool any = false;
        for (int64_t i = 0; i < (int64_t)size * 8 && at + i < span; i++) {
            const record_t *record = topic_record(topic, base + at + i);
            if (!record || record->dead) {
                bits[i / 8] = (char)((unsigned char)bits[i / 8] | 1U << i % 8);
                any = true;
            }
        }
        entry_t entry = {
            .kind = ENT_settled_bits,
            .settled_bits = {.topic = group->topic, .group = group->group, .base = base + at}};
        if (any) {
            entries_add(core, entries, &entry, (view_t){bits, size});
        }
    }
}

// The first offset whose record is not older.
static int64_t offset_at(const topic_t *topic, int64_t time_ms)
{
    int64_t low = topic_first(topic);
    int64_t high = topic->next_offset;
    while (low < high) {
        int64_t middle = records_next(&topic->records, low + (high - low) / 2, high);
        const record_t *record = topic_record(topic, middle);
        if (!record || record->time_ms >= time_ms) {
            high = low + (high - low) / 2;
        } else {
            low = middle + 1;
        }
    }
    return records_next(&topic->records, low, topic->next_offset);
}

// A group that began behind records on their way would miss what gets their offsets instead.
int64_t consume_start(const topic_t *topic, view_t start, int64_t at)
{
    int64_t first = topic_first(topic);
    int64_t end = topic_stored_end(topic);
    if (view_equals(start, "end")) {
        return end;
    }
    if (view_equals(start, "time")) {
        int64_t offset = offset_at(topic, at);
        return offset < end ? offset : end;
    }
    if (view_equals(start, "offset") && at > first) {
        return at < topic->next_offset ? at : topic->next_offset;
    }
    return first;
}

static ask_group_t ask_of(const core_t *core, const hdr_consume_t *consume)
{
    return (ask_group_t){.credit = consume->credit,
                         .credit_bytes = consume->credit_bytes,
                         .batch = consume->batch,
                         .ack_wait_ms = consume->ack_wait_ms,
                         .deliveries_max = consume->deliveries_max > 0
                                               ? consume->deliveries_max
                                               : core->options.deliveries_max};
}

void consume_make_group(core_t *core, int64_t session, const hdr_consume_t *consume, bool call)
{
    topic_t *topic = topic_open(core, consume->topic);
    op_t *op = op_new(core, OP_GROUP);
    op->topic = topic;
    op->offset = consume_start(topic, consume->start, consume->start_at);
    op->session = session;
    op->id = consume->id;
    op->ask = mem_new(sizeof *op->ask);
    *op->ask = ask_of(core, consume);
    op->ask->call = call;
    op->ask->name = view_dup(consume->group);
    op->ask->backoff = consume->backoff.size > 0 ? view_dup(consume->backoff) : NULL;
    entry_t entry = {.kind = ENT_group,
                     .group = {.topic = consume->topic,
                               .group = consume->group,
                               .floor = op->offset,
                               .deliveries_max = op->ask->deliveries_max,
                               .backoff = view_of(op->ask->backoff)}};
    entries_t entries = {0};
    entries_add(core, &entries, &entry, (view_t){0});
    consume_add_gone(core, topic, &entry.group, &entries);
    emit_append(core, op, &entries);
}

static void make_ephemeral(core_t *core, session_t *session, const hdr_consume_t *consume)
{
    topic_t *topic = topic_open(core, consume->topic);
    int64_t floor = consume_start(topic, consume->start, consume->start_at);
    ask_group_t ask = ask_of(core, consume);
    group_t *group = group_add(core, topic, consume->group, floor, ask.deliveries_max, true);
    join(core, session, group, &ask);
}

void consume_on_consume(core_t *core, session_t *session, const header_t *header,
                        const event_t *event)
{
    (void)event;
    const hdr_consume_t *consume = &header->consume;
    fault_t fault;
    err_t err = consume_check(core, consume, &fault);
    const topic_t *topic = err ? NULL : topic_find(core, consume->topic);
    if (topic && consume->credit > 0) {
        err = check_consumers(topic, session, consume->group, &fault);
    }
    if (err) {
        emit_done(core, session->serial, consume->id, &fault);
        return;
    }
    group_t *group = topic ? group_find(topic, consume->group) : NULL;
    if (group) {
        ask_group_t ask = ask_of(core, consume);
        join(core, session, group, &ask);
    } else if (consume->credit > 0 && consume->ephemeral) {
        make_ephemeral(core, session, consume);
    } else if (consume->credit > 0) {
        consume_make_group(core, session->serial, consume, false);
        return;
    }
    emit_done(core, session->serial, consume->id, NULL);
}

void consume_on_appended(core_t *core, op_t *op, const event_t *event)
{
    (void)event;
    view_t name = view_of(op->ask->name);
    group_t *group = group_find(op->topic, name);
    if (!group) { // another consumer may have made it in between
        group = group_add(core, op->topic, name, op->offset, op->ask->deliveries_max, false);
        group->backoff = op->ask->backoff;
        op->ask->backoff = NULL;
        emit_report(core, LOG_INFO, "group.created", "topic %s, group %s, from offset %lld",
                    op->topic->name, group->name, (long long)op->offset);
    }
    if (op->ask->call) {
        admin_done(core, (asker_t){op->session, op->id}, NULL);
        return;
    }
    session_t *session = map_get(&core->sessions, &op->session, sizeof op->session);
    if (session && !session->ended) {
        join(core, session, group, op->ask);
        emit_done(core, op->session, op->id, NULL);
    }
}

void consume_on_failed(core_t *core, op_t *op, const event_t *event)
{
    fault_t fault;
    fault_set(&fault, event->code, "free disk space and consume again",
              "topic '%s', group '%s': the group was not stored: %s", op->topic->name,
              op->ask->name, err_text(event->code));
    if (op->ask->call) {
        admin_done(core, (asker_t){op->session, op->id}, &fault);
        return;
    }
    emit_done(core, op->session, op->id, &fault);
}
