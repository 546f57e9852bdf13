// SPDX-License-Identifier: MPL-2.0
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LATE_MS = 100 }; // a call's end is told so much behind its time at most

model_t *model_new(world_t *world)
{
    (void)world;
    return mem_new(sizeof(model_t));
}

void model_destroy(model_t **model)
{
    for (int i = 0; i < (*model)->side_count; i++) {
        free((*model)->sides[i].pends);
    }
    free((*model)->sides);
    free(*model);
    *model = NULL;
}

side_t *model_side(world_t *world, const conn_t *conn)
{
    model_t *model = world->model;
    while (model->side_count <= conn->number) {
        model->sides =
            mem_resize(model->sides, (size_t)model->side_count + 1, sizeof *model->sides);
        model->sides[model->side_count++] = (side_t){0};
    }
    return &model->sides[conn->number];
}

static pend_t *add_pend(world_t *world, const conn_t *conn, header_kind_t kind, int64_t id)
{
    side_t *side = model_side(world, conn);
    if (side->count == side->capacity) {
        side->capacity = side->capacity ? side->capacity * 2 : 16;
        side->pends = mem_resize(side->pends, (size_t)side->capacity, sizeof(pend_t));
    }
    pend_t *pend = &side->pends[side->count++];
    *pend = (pend_t){.kind = kind, .id = id, .pair = -1, .until_ms = INT64_MAX};
    return pend;
}

// Takes what the answer is for out of the list; there must be one.
static pend_t take_pend(world_t *world, const conn_t *conn, int64_t id)
{
    side_t *side = model_side(world, conn);
    for (int i = 0; i < side->count; i++) {
        if (side->pends[i].id == id) {
            pend_t pend = side->pends[i];
            side->pends[i] = side->pends[--side->count];
            return pend;
        }
    }
    sim_fail(world, "k%d was answered id %lld, which it has not asked or was told already",
             conn->number, (long long)id);
}

// Everything that the connection had is for others now.
static void end_side(world_t *world, const conn_t *conn, bool live)
{
    side_t *side = model_side(world, conn);
    side->live = live;
    for (int p = 0; p < PAIRS; p++) {
        side->credit[p] = live ? side->credit[p] : 0;
        for (int64_t i = 0; i < world->model->highest[pair_topic(p)]; i++) {
            lot_t *lot = &world->model->pairs[p].lots[i];
            lot->holder = lot->holder == conn->number + 1 ? 0 : lot->holder;
        }
    }
    if (!live) {
        side->count = 0;
    }
    for (int i = 0; i < side->count; i++) {
        side->pends[i].doubt = true;
    }
}

void model_append(world_t *world, int topic, int64_t offset)
{
    int64_t *appended = &world->model->appended[topic];
    *appended = offset >= *appended ? offset + 1 : *appended;
}

void model_gone(world_t *world, const conn_t *conn)
{
    end_side(world, conn, false);
}

void model_restart(world_t *world)
{
    for (int i = 0; i < world->conn_count; i++) {
        end_side(world, world->conns[i], false);
    }
}

static void take_hello(world_t *world, const conn_t *conn)
{
    for (int i = 0; i < world->conn_count; i++) {
        if (world->conns[i]->client == conn->client) {
            end_side(world, world->conns[i], false);
        }
    }
    model_side(world, conn)->live = true;
}

static void take_settlement(world_t *world, const conn_t *conn, const header_t *header)
{
    const hdr_ack_t *ack = &header->ack; // nack, touch and term begin alike
    int64_t count = header->kind == HDR_ack && ack->count > 1 ? ack->count : 1;
    int pair = pair_of(ack->topic, ack->group);
    for (int64_t i = 0; i < count; i++) {
        pend_t *pend = add_pend(world, conn, header->kind, ack->id + i);
        pend->pair = pair;
        pend->offset = ack->offset + i;
        lot_t *lot = &world->model->pairs[pair].lots[ack->offset + i];
        bool held = lot->holder == conn->number + 1;
        bool settles = header->kind == HDR_ack || header->kind == HDR_term;
        lot->flags |= settles ? LOT_MAYBE : 0;
        lot->flags |= header->kind == HDR_term ? LOT_TERM : 0;
        if (held && header->kind != HDR_touch) {
            lot->holder = 0;
        }
    }
}

void model_in(world_t *world, const conn_t *conn, const header_t *header)
{
    side_t *side = model_side(world, conn);
    if (header->kind == HDR_hello) {
        take_hello(world, conn);
    } else if (world->now_ms - side->heard_ms >= SILENCE_MS) {
        end_side(world, conn, side->live);
    }
    model_side(world, conn)->heard_ms = world->now_ms;
    switch (header->kind) {
    case HDR_goodbye:
        end_side(world, conn, false);
        break;
    case HDR_consume:
        add_pend(world, conn, HDR_consume, header->consume.id);
        side->credit[pair_of(header->consume.topic, header->consume.group)] =
            header->consume.credit;
        break;
    case HDR_serve:
        add_pend(world, conn, HDR_serve, header->serve.id);
        break;
    case HDR_ack:
    case HDR_nack:
    case HDR_touch:
    case HDR_term:
        take_settlement(world, conn, header);
        break;
    default:
        break;
    }
}

void model_in_publish(world_t *world, const conn_t *conn, int64_t id, int64_t serial)
{
    add_pend(world, conn, HDR_publish, id)->offset = serial;
    parcel_t *parcel = &world->parcels[serial];
    if (parcel->ttl_ms > 0) {
        int64_t expires_ms = world->wall_ms + parcel->ttl_ms;
        bool first = parcel->expires_least == 0;
        parcel->expires_least =
            first || expires_ms < parcel->expires_least ? expires_ms : parcel->expires_least;
        parcel->expires_most =
            expires_ms > parcel->expires_most ? expires_ms : parcel->expires_most;
    }
}

static int64_t call_number(view_t payload)
{
    char text[24] = {0};
    memcpy(text, payload.data, payload.size < sizeof text ? payload.size : sizeof text - 1);
    return strtoll(text + 1, NULL, 10);
}

void model_in_call(world_t *world, const conn_t *conn, const header_t *header, view_t payload)
{
    pend_t *pend = add_pend(world, conn, HDR_call, header->call.id);
    pend->offset = call_number(payload);
    pend->until_ms = world->now_ms + header->call.remaining_ms + LATE_MS;
    world->model->idempotent[pend->offset] = header->call.idempotent;
}

void model_learn(world_t *world, int topic, int64_t offset, int64_t serial)
{
    model_t *model = world->model;
    if (offset < 0 || offset >= OFFSETS_MAX || serial < 0) {
        sim_fail(world, "%s/%lld holds what nobody published", topic_name(topic),
                 (long long)offset);
    }
    int64_t *known = &model->serials[topic][offset];
    if (*known != 0 && *known != serial + 1) {
        sim_fail(world, "%s/%lld held r%lld, and now r%lld", topic_name(topic), (long long)offset,
                 (long long)*known - 1, (long long)serial);
    }
    *known = serial + 1;
    model->highest[topic] = offset >= model->highest[topic] ? offset + 1 : model->highest[topic];
    parcel_t *parcel = &world->parcels[serial];
    if (topic >= TOPICS) {
        return;
    }
    if (parcel->topic != topic) {
        sim_fail(world, "r%lld is in %s", (long long)serial, topic_name(topic));
    }
    bool known_by_id = !world->clients[parcel->publisher].by_producer;
    int64_t between = offset > parcel->offset ? offset - parcel->offset : parcel->offset - offset;
    if (parcel->offset >= 0 && between > 0 && !(known_by_id && between > WINDOW)) {
        sim_fail(world, "r%lld is at %s/%lld and at %lld", (long long)serial, topic_name(topic),
                 (long long)parcel->offset, (long long)offset);
    }
    parcel->offset = parcel->offset < 0 ? offset : parcel->offset;
}

static void see_published(world_t *world, const conn_t *conn, const hdr_published_t *published)
{
    for (int64_t i = 0; i < (published->count > 1 ? published->count : 1); i++) {
        pend_t pend = take_pend(world, conn, published->id + i);
        if (pend.kind != HDR_publish) {
            sim_fail(world, "id %lld is not a publish", (long long)pend.id);
        }
        model_learn(world, world->parcels[pend.offset].topic, published->offset + i, pend.offset);
    }
}

static void see_done(world_t *world, const conn_t *conn, const hdr_done_t *done)
{
    for (int64_t i = 0; i < (done->count > 1 ? done->count : 1); i++) {
        pend_t pend = take_pend(world, conn, done->id + i);
        if (pend.pair < 0 || pend.pair == PAIR_EPHEMERAL) {
            continue;
        }
        lot_t *lot = &world->model->pairs[pend.pair].lots[pend.offset];
        lot->flags |= pend.kind == HDR_ack ? LOT_ACKED : 0;
        lot->flags |= pend.kind == HDR_term ? LOT_TERMED : 0;
    }
}

static void see_records(world_t *world, const conn_t *conn, const hdr_records_t *records,
                        const effect_t *effect)
{
    codec_list_t list;
    fault_t fault;
    view_t payload = effect->frames[2];
    codec_open_list(effect->frames[1].data, effect->frames[1].size, &list, &fault);
    for (int64_t i = 0; i < records->count; i++) {
        hdr_item_t item;
        if (codec_next_array(&list, &envelope_row(HDR_item)->schema, &item, &fault)) {
            sim_fail(world, "a batch cannot be read: %s", fault.detail);
        }
        view_t one = {payload.data, (size_t)item.bytes};
        trace(world, "     item offset=%lld deliveries=%lld key=%.*s", (long long)item.offset,
              (long long)item.deliveries, (int)item.key.size, item.key.data);
        model_record(world, conn, pair_of(records->topic, records->group), &item, records->lease_ms,
                     one);
        payload.data += item.bytes;
    }
}

static hdr_item_t item_of(const hdr_record_t *record)
{
    return (hdr_item_t){.offset = record->offset,
                        .deliveries = record->deliveries,
                        .key = record->key,
                        .origin_topic = record->origin_topic,
                        .origin_offset = record->origin_offset,
                        .origin_deliveries = record->origin_deliveries,
                        .reason = record->reason};
}

static void see_request(world_t *world, const effect_t *effect)
{
    int64_t number = call_number(effect->frames[2]);
    int most = world->model->idempotent[number] ? 3 : 1;
    if (++world->model->requests[number] > most) {
        sim_fail(world, "call c%lld was given to %d workers", (long long)number,
                 world->model->requests[number]);
    }
}

static void see_answer(world_t *world, const conn_t *conn, const hdr_answer_t *answer,
                       const effect_t *effect)
{
    pend_t pend = take_pend(world, conn, answer->id);
    if (pend.kind != HDR_call ||
        (answer->code == 0 && call_number(effect->frames[2]) != pend.offset)) {
        sim_fail(world, "call c%lld has the answer of another", (long long)pend.offset);
    }
}

void model_out(world_t *world, const conn_t *conn, const header_t *header, const effect_t *effect)
{
    hdr_item_t item;
    switch (header->kind) {
    case HDR_published:
        see_published(world, conn, &header->published);
        break;
    case HDR_done:
        see_done(world, conn, &header->done);
        break;
    case HDR_refused:
        if (header->refused.code == ERR_UNAUTHENTICATED) {
            end_side(world, conn, false); // it has ended in silence
        } else if (header->refused.id != 0) {
            take_pend(world, conn, header->refused.id);
        }
        break;
    case HDR_record:
        item = item_of(&header->record);
        model_record(world, conn, pair_of(header->record.topic, header->record.group), &item,
                     header->record.lease_ms, effect->frames[1]);
        break;
    case HDR_records:
        see_records(world, conn, &header->records, effect);
        break;
    case HDR_gap:
        world->model->pairs[pair_of(header->gap.topic, header->gap.group)].lost += header->gap.lost;
        break;
    case HDR_request:
        see_request(world, effect);
        break;
    case HDR_answer:
        see_answer(world, conn, &header->answer, effect);
        break;
    default:
        break;
    }
}

void model_ticked(world_t *world)
{
    for (int i = 0; i < world->model->side_count; i++) {
        const side_t *side = &world->model->sides[i];
        bool sure = side->live && world->now_ms - side->heard_ms < SILENCE_MS;
        for (int k = 0; sure && k < side->count; k++) {
            if (side->pends[k].until_ms < world->now_ms && !side->pends[k].doubt) {
                sim_fail(world, "call c%lld of k%d was not answered in time",
                         (long long)side->pends[k].offset, i);
            }
        }
    }
}
