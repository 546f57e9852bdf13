// SPDX-License-Identifier: MPL-2.0
#include "broker/core/consume.h"

#include <string.h>

#include "base/mem.h"
#include "broker/core/emit.h"
#include "broker/core/group.h"
#include "broker/core/topic.h"
#include "proto/name.h"

static err_t check_names(const hdr_consume_t *consume, fault_t *fault)
{
    err_t err = name_check(consume->topic, "topic", fault);
    if (err == ERR_OK) {
        err = name_check(consume->group, "group", fault);
    }
    if (err) {
        return err;
    }
    bool dead = consume->topic.size >= CORE_NAME_DEAD &&
                memcmp(consume->topic.data, "dead.", CORE_NAME_DEAD) == 0;
    size_t letters = CORE_NAME_DEAD + consume->topic.size + 1 + consume->group.size;
    if (!dead && letters > LIMIT_NAME_BYTES) {
        return fault_set(fault, ERR_INVALID, "use a shorter name for the group",
                         "the dead-letter topic of topic '%.*s' and group '%.*s' would have a name "
                         "of %zu bytes, at most %d are allowed",
                         (int)consume->topic.size, consume->topic.data, (int)consume->group.size,
                         consume->group.data, letters, LIMIT_NAME_BYTES);
    }
    return ERR_OK;
}

static err_t check_values(const hdr_consume_t *consume, fault_t *fault)
{
    if (consume->start.size > 0 && !view_equals(consume->start, "first") &&
        !view_equals(consume->start, "end")) {
        return fault_set(fault, ERR_INVALID, "use 'first' or 'end'",
                         "consume: start '%.*s' is unknown", (int)consume->start.size,
                         consume->start.data);
    }
    if (consume->ack_wait_ms < 0 || consume->ack_wait_ms > CORE_DELAY_MAX_MS) {
        return fault_set(fault, ERR_INVALID, "use at most a day, and touch",
                         "consume: ack_wait_ms %lld is out of range",
                         (long long)consume->ack_wait_ms);
    }
    if (consume->deliveries_max < 0 || consume->deliveries_max > CORE_DELIVERIES_MAX) {
        return fault_set(fault, ERR_INVALID, "use 1 to 1,000, or 0 for the default",
                         "consume: deliveries_max %lld is out of range",
                         (long long)consume->deliveries_max);
    }
    return ERR_OK;
}

static err_t check_room(const core_t *core, const hdr_consume_t *consume, fault_t *fault)
{
    const topic_t *topic = topic_find(core, consume->topic);
    if (!topic && core->topics.live >= CORE_TOPICS_MAX) {
        return fault_set(fault, ERR_FULL, "use one of the topics that are there",
                         "topic '%.*s' would be one more than the %d allowed",
                         (int)consume->topic.size, consume->topic.data, CORE_TOPICS_MAX);
    }
    if (topic && !group_find(topic, consume->group) && topic->groups.live >= CORE_GROUPS_MAX) {
        return fault_set(fault, ERR_FULL, "use one of the groups that are there",
                         "group '%.*s' of topic '%s' would be one more than the %d allowed",
                         (int)consume->group.size, consume->group.data, topic->name,
                         CORE_GROUPS_MAX);
    }
    return ERR_OK;
}

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

static void join(core_t *core, session_t *session, group_t *group, int64_t credit,
                 int64_t ack_wait_ms)
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
    consumer->credit = credit;
    consumer->ack_wait_ms = ack_wait_ms > 0 ? ack_wait_ms : core->options.ack_wait_ms;
    group_wake(core, group);
}

// Marks what is gone already, so that a restart does not bring it back for the new group.
static void add_gone(core_t *core, const topic_t *topic, const ent_group_t *group,
                     entries_t *entries)
{
    int64_t base = group->floor / 8 * 8;
    int64_t span = topic->next_offset - base;
    for (int64_t at = 0; at < span; at += (int64_t)CORE_BITS_BYTES * 8) {
        size_t size = (size_t)(span - at + 7) / 8;
        size = size < CORE_BITS_BYTES ? size : CORE_BITS_BYTES;
        char *bits = arena_new(&core->effects->arena, size);
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

static void make_group(core_t *core, const session_t *session, const hdr_consume_t *consume)
{
    topic_t *topic = topic_open(core, consume->topic);
    bool at_end = view_equals(consume->start, "end");
    op_t *op = op_new(core, OP_GROUP);
    op->topic = topic;
    op->name = view_dup(consume->group);
    op->offset = at_end ? topic->next_offset : topic_first(topic);
    op->session = session->serial;
    op->id = consume->id;
    op->credit = consume->credit;
    op->ack_wait_ms = consume->ack_wait_ms;
    op->deliveries_max =
        consume->deliveries_max > 0 ? consume->deliveries_max : core->options.deliveries_max;
    entry_t entry = {.kind = ENT_group,
                     .group = {.topic = consume->topic,
                               .group = consume->group,
                               .floor = op->offset,
                               .deliveries_max = op->deliveries_max}};
    entries_t entries = {0};
    entries_add(core, &entries, &entry, (view_t){0});
    add_gone(core, topic, &entry.group, &entries);
    emit_append(core, op, &entries);
}

void consume_on_consume(core_t *core, session_t *session, const header_t *header,
                        const event_t *event)
{
    (void)event;
    const hdr_consume_t *consume = &header->consume;
    fault_t fault;
    if (check_names(consume, &fault) || check_values(consume, &fault) ||
        check_room(core, consume, &fault)) {
        emit_done(core, session->serial, consume->id, &fault);
        return;
    }
    const topic_t *topic = topic_find(core, consume->topic);
    group_t *group = topic ? group_find(topic, consume->group) : NULL;
    if (group) {
        join(core, session, group, consume->credit, consume->ack_wait_ms);
    } else if (consume->credit > 0) {
        make_group(core, session, consume);
        return;
    }
    emit_done(core, session->serial, consume->id, NULL);
}

void consume_on_appended(core_t *core, op_t *op, const event_t *event)
{
    (void)event;
    view_t name = view_of(op->name);
    group_t *group = group_find(op->topic, name);
    if (!group) { // another consumer may have made it in between
        group = group_add(core, op->topic, name, op->offset, op->deliveries_max);
        emit_report(core, LOG_INFO, "group.created", "topic %s, group %s, from offset %lld",
                    op->topic->name, op->name, (long long)op->offset);
    }
    session_t *session = map_get(&core->sessions, &op->session, sizeof op->session);
    if (session && !session->ended) {
        join(core, session, group, op->credit, op->ack_wait_ms);
        emit_done(core, op->session, op->id, NULL);
    }
}

void consume_on_failed(core_t *core, op_t *op, const event_t *event)
{
    fault_t fault;
    fault_set(&fault, event->code, "free disk space and consume again",
              "topic '%s', group '%s': the group was not stored: %s", op->topic->name, op->name,
              err_text(event->code));
    emit_done(core, op->session, op->id, &fault);
}
