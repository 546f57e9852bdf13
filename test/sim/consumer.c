// SPDX-License-Identifier: MPL-2.0
// Settles what it gets, in every way that there is, or not at all.
#include <string.h>

#include "sim.h"

enum { ACT_MOST_MS = 400, CALM_MOST_MS = 20, RANGE_MOST = 32 };

static bool takes(const client_t *client, int pair)
{
    if (pair >= PAIR_DEAD) {
        return client->number == CONSUMERS - 1;
    }
    return client->number < CONSUMERS - 1 && (pair + client->number) % (CONSUMERS - 1) < 2;
}

void consumer_join(world_t *world, client_t *client)
{
    for (int p = 0; p < PAIRS; p++) {
        if (!takes(client, p)) {
            continue;
        }
        header_t header = {.kind = HDR_consume,
                           .consume = {.id = ++client->next_id,
                                       .topic = view_of(topic_name(pair_topic(p))),
                                       .group = view_of(pair_group(p)),
                                       .credit = 1 + (int64_t)draw(world, 8),
                                       .ack_wait_ms = 600 + (int64_t)draw(world, 2000),
                                       .ephemeral = p == PAIR_EPHEMERAL,
                                       .batch = chance(world, 50) ? 8 : 0}};
        net_up(world, client, &header, NULL, NULL);
    }
}

static plan_t plan(world_t *world)
{
    uint64_t drawn = draw(world, 100);
    if (world->calm || drawn < 78) {
        return PLAN_ACK;
    }
    return drawn < 86 ? PLAN_NACK : drawn < 89 ? PLAN_TERM : drawn < 95 ? PLAN_TOUCH : PLAN_STALL;
}

static void hold(world_t *world, client_t *client, int pair, int64_t offset)
{
    if (client->held_count == HELD_MAX) {
        return; // forgotten: its lease passes
    }
    client->held[client->held_count++] = (held_t){
        .pair = pair,
        .offset = offset,
        .plan = plan(world),
        .at_ms = world->now_ms + (int64_t)draw(world, world->calm ? CALM_MOST_MS : ACT_MOST_MS)};
}

void consumer_take(world_t *world, client_t *client, const header_t *header, const message_t *from)
{
    if (header->kind == HDR_record) {
        hold(world, client, pair_of(header->record.topic, header->record.group),
             header->record.offset);
    }
    if (header->kind != HDR_records) {
        return;
    }
    codec_list_t list;
    fault_t fault;
    codec_open_list(from->frames[1].data, from->frames[1].size, &list, &fault);
    while (list.left > 0) {
        hdr_item_t item;
        codec_next_array(&list, &envelope_row(HDR_item)->schema, &item, &fault);
        hold(world, client, pair_of(header->records.topic, header->records.group), item.offset);
    }
}

static void settle(world_t *world, client_t *client, const held_t *held, int64_t count)
{
    view_t topic = view_of(topic_name(pair_topic(held->pair)));
    view_t group = view_of(pair_group(held->pair));
    int64_t id = client->next_id + 1;
    client->next_id += count;
    header_t header = {
        .kind = HDR_ack,
        .ack = {.id = id, .topic = topic, .group = group, .offset = held->offset, .count = count}};
    if (held->plan == PLAN_NACK) {
        header = (header_t){.kind = HDR_nack,
                            .nack = {.id = id,
                                     .topic = topic,
                                     .group = group,
                                     .offset = held->offset,
                                     .delay_ms = (int64_t)draw(world, 300) - 1}};
    } else if (held->plan == PLAN_TERM) {
        header =
            (header_t){.kind = HDR_term,
                       .term = {.id = id, .topic = topic, .group = group, .offset = held->offset}};
    } else if (held->plan == PLAN_TOUCH) {
        header =
            (header_t){.kind = HDR_touch,
                       .touch = {.id = id, .topic = topic, .group = group, .offset = held->offset}};
    }
    net_up(world, client, &header, NULL, NULL);
}

static int find(const client_t *client, int pair, int64_t offset)
{
    for (int i = 0; i < client->held_count; i++) {
        if (client->held[i].pair == pair && client->held[i].offset == offset) {
            return i;
        }
    }
    return -1;
}

static void drop(client_t *client, int index)
{
    client->held[index] = client->held[--client->held_count];
}

// One, or with it those behind it that are to be acknowledged as well.
static void carry_out(world_t *world, client_t *client, int index)
{
    held_t held = client->held[index];
    drop(client, index);
    int64_t count = 1;
    int next = 0;
    while (held.plan == PLAN_ACK && count < RANGE_MOST &&
           (next = find(client, held.pair, held.offset + count)) >= 0 &&
           client->held[next].plan == PLAN_ACK) {
        drop(client, next);
        count++;
    }
    if (held.plan == PLAN_STALL) {
        return;
    }
    settle(world, client, &held, count);
    if (held.plan == PLAN_TOUCH && client->held_count < HELD_MAX) {
        held.plan = PLAN_ACK;
        held.at_ms = world->now_ms + (int64_t)draw(world, ACT_MOST_MS * 3);
        client->held[client->held_count++] = held;
    }
}

void consumer_turn(world_t *world, client_t *client)
{
    for (int i = client->held_count - 1; i >= 0; i--) {
        if (i < client->held_count && world->now_ms >= client->held[i].at_ms) {
            carry_out(world, client, i);
        }
    }
}
