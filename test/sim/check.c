// SPDX-License-Identifier: MPL-2.0
// What a delivery may be, and what must have become of everything at the end.
#include <stdio.h>
#include <string.h>

#include "model.h"

bool model_holds(const world_t *world, const lot_t *lot)
{
    if (lot->holder == 0 || lot->until_ms <= world->now_ms) {
        return false;
    }
    const side_t *side = &world->model->sides[lot->holder - 1];
    return side->live && world->now_ms - side->heard_ms < SILENCE_MS;
}

static void check_settled(world_t *world, int pair, int64_t offset, const lot_t *lot)
{
    const char *why = lot->flags & LOT_ACKED    ? "its ack was confirmed"
                      : lot->flags & LOT_TERMED ? "its term was confirmed"
                      : lot->flags & LOT_BURIED ? "it is a dead letter"
                                                : NULL;
    if (why) {
        sim_fail(world, "%s/%s/%lld is delivered although %s", topic_name(pair_topic(pair)),
                 pair_group(pair), (long long)offset, why);
    }
    if (model_holds(world, lot)) {
        sim_fail(world, "%s/%s/%lld is delivered while k%d has it until %lld ms",
                 topic_name(pair_topic(pair)), pair_group(pair), (long long)offset, lot->holder - 1,
                 (long long)lot->until_ms);
    }
}

static bool expired(const world_t *world, const parcel_t *parcel)
{
    return parcel->ttl_ms > 0 && world->wall_most >= parcel->expires_least;
}

// What retention took is nobody's any more.
static bool retired(const world_t *world, int topic, int64_t offset)
{
    return topic == TOPIC_STREAMED && offset < world->model->appended[topic] - RETENTION;
}

// Whether the group need not have had it when a later one of its key comes.
static bool over(const world_t *world, int pair, int64_t offset)
{
    const model_t *model = world->model;
    int topic = pair_topic(pair);
    int64_t serial = model->serials[topic][offset] - 1;
    uint8_t done = LOT_ACKED | LOT_MAYBE | LOT_TERMED | LOT_BURIED | LOT_DRAINED;
    return (model->pairs[pair].lots[offset].flags & done) ||
           (serial >= 0 && expired(world, &world->parcels[serial])) ||
           retired(world, topic, offset);
}

static void check_order(world_t *world, int pair, int64_t offset, int64_t serial)
{
    model_t *model = world->model;
    int topic = pair_topic(pair);
    int key = world->parcels[serial].key;
    int64_t *high = &model->pairs[pair].key_high[key];
    if (key == 0 || expired(world, &world->parcels[serial])) {
        return; // the wall clock was set back, and a restart has found it alive again
    }
    bool first = !(model->pairs[pair].lots[offset].flags & LOT_DELIVERED);
    if (first && offset < *high) {
        sim_fail(world, "%s/%s/%lld comes first behind a later one of key k%d", topic_name(topic),
                 pair_group(pair), (long long)offset, key);
    }
    for (int64_t i = 0; first && i < offset; i++) {
        int64_t earlier = model->serials[topic][i] - 1;
        if (earlier >= 0 && world->parcels[earlier].key == key && !over(world, pair, i)) {
            sim_fail(world, "%s/%s/%lld is delivered before %lld of the same key is settled",
                     topic_name(topic), pair_group(pair), (long long)offset, (long long)i);
        }
    }
    *high = offset + 1 > *high ? offset + 1 : *high;
}

static void check_credit(world_t *world, const conn_t *conn, int pair)
{
    int64_t busy = 0;
    for (int64_t i = 0; i < world->model->highest[pair_topic(pair)]; i++) {
        const lot_t *lot = &world->model->pairs[pair].lots[i];
        busy += lot->holder == conn->number + 1 && model_holds(world, lot) &&
                !retired(world, pair_topic(pair), i);
    }
    if (busy >= model_side(world, conn)->credit[pair]) {
        sim_fail(world, "k%d has %lld records of %s/%s, which is its credit, and gets another",
                 conn->number, (long long)busy, topic_name(pair_topic(pair)), pair_group(pair));
    }
}

// A dead letter tells where it came from, comes once, and for a reason.
static void check_letter(world_t *world, int topic, const hdr_item_t *item, int64_t serial)
{
    model_t *model = world->model;
    int dead = topic - TOPICS;
    int origin = dead / 2;
    lot_t *lot = &model->pairs[dead].lots[item->origin_offset];
    int64_t *known = &model->origins[dead][item->offset];
    bool same = model->serials[origin][item->origin_offset] == serial + 1;
    bool why = (lot->flags & LOT_TERM) || (lot->flags & LOT_DRAINED);
    bool again = *known == 0 && (lot->flags & LOT_BURIED);
    if (!view_equals(item->origin_topic, topic_name(origin)) || !same || !why || again ||
        item->reason.size == 0 || (*known != 0 && *known != item->origin_offset + 1)) {
        sim_fail(world, "the dead letter %s/%lld of r%lld is wrong (origin %.*s/%lld)%s",
                 topic_name(topic), (long long)item->offset, (long long)serial,
                 (int)item->origin_topic.size, item->origin_topic.data,
                 (long long)item->origin_offset, again ? ": there is one already" : "");
    }
    *known = item->origin_offset + 1;
    lot->flags |= LOT_BURIED;
}

static void check_clock(world_t *world, int topic, int64_t serial)
{
    const parcel_t *parcel = &world->parcels[serial];
    if (topic < TOPICS && parcel->ttl_ms > 0 && world->wall_ms > parcel->expires_most) {
        sim_fail(world, "r%lld is delivered behind its time to live", (long long)serial);
    }
}

void model_record(world_t *world, const conn_t *conn, int pair, const hdr_item_t *item,
                  int64_t lease_ms, view_t payload)
{
    int topic = pair_topic(pair);
    int64_t serial = payload_serial(world, payload);
    model_learn(world, topic, item->offset, serial);
    check_credit(world, conn, pair);
    lot_t *lot = &world->model->pairs[pair].lots[item->offset];
    if (pair != PAIR_EPHEMERAL) {
        check_settled(world, pair, item->offset, lot);
        check_order(world, pair, item->offset, serial);
        check_clock(world, topic, serial);
    }
    bool dead = topic >= TOPICS;
    if (item->deliveries < 1 || (!dead && item->deliveries > DELIVERIES_MOST)) {
        sim_fail(world, "%s/%s/%lld is at its delivery %lld", topic_name(topic), pair_group(pair),
                 (long long)item->offset, (long long)item->deliveries);
    }
    if (dead) {
        check_letter(world, topic, item, serial);
    }
    lot->flags |= LOT_DELIVERED;
    lot->flags |= item->deliveries >= DELIVERIES_MOST ? LOT_DRAINED : 0;
    lot->holder = conn->number + 1;
    lot->until_ms = world->now_ms + lease_ms;
}

// What an offset still waits for in a group; NULL: nothing.
static const char *missing(const world_t *world, int pair, int64_t offset)
{
    const model_t *model = world->model;
    int topic = pair_topic(pair);
    uint8_t flags = model->pairs[pair].lots[offset].flags;
    int64_t serial = model->serials[topic][offset] - 1;
    bool buried = flags & LOT_BURIED;
    if (topic < TOPICS && (flags & LOT_TERMED) && !buried) {
        return "was given up, and its dead letter never came";
    }
    if ((flags & (LOT_ACKED | LOT_TERMED | LOT_BURIED | LOT_MAYBE)) ||
        (topic < TOPICS && serial >= 0 && expired(world, &world->parcels[serial])) ||
        retired(world, topic, offset)) {
        return NULL;
    }
    return flags & LOT_DELIVERED ? "was delivered and never settled" : "was never delivered";
}

static const char *first_missing(const world_t *world, int *ret_pair, int64_t *ret_offset)
{
    for (int p = 0; p < PAIRS; p++) {
        for (int64_t i = 0; p != PAIR_EPHEMERAL && i < world->model->highest[pair_topic(p)]; i++) {
            const char *what = missing(world, p, i);
            if (what) {
                *ret_pair = p;
                *ret_offset = i;
                return what;
            }
        }
    }
    return NULL;
}

bool model_settled(world_t *world)
{
    int pair = 0;
    int64_t offset = 0;
    for (int i = 0; i < world->model->side_count; i++) {
        if (world->model->sides[i].live && world->model->sides[i].count > 0) {
            return false;
        }
    }
    return !first_missing(world, &pair, &offset);
}

void model_check_end(world_t *world)
{
    int pair = 0;
    int64_t offset = 0;
    const char *what = first_missing(world, &pair, &offset);
    if (what) {
        sim_fail(world, "at the end %s/%s/%lld %s", topic_name(pair_topic(pair)), pair_group(pair),
                 (long long)offset, what);
    }
    for (int i = 0; i < world->model->side_count; i++) {
        const side_t *side = &world->model->sides[i];
        if (side->live && side->count > 0) {
            sim_fail(world, "at the end id %lld of k%d has no answer", (long long)side->pends[0].id,
                     i);
        }
    }
}
