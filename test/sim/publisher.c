// SPDX-License-Identifier: MPL-2.0
// Publishes singly and in batches, and sends again what has no answer until it has one.
#include <stdio.h>
#include <string.h>

#include "sim.h"

enum {
    BATCH_MOST = 8,
    AGAIN_LEAST_MS = 500,
    AGAIN_MOST_MS = 4000,
    SIZE_MOST = 300,
    SIZE_TIMES = 20
};

void payload_make(const world_t *world, int64_t serial, buf_t *to)
{
    char bytes[SIZE_MOST * SIZE_TIMES + 32];
    int head = snprintf(bytes, sizeof bytes, "r%lld|", (long long)serial);
    size_t size = world->parcels[serial].size;
    size = size > (size_t)head ? size : (size_t)head;
    memset(bytes + head, 'a' + (int)(serial % 26), size - (size_t)head);
    buf_add(to, bytes, size);
}

int64_t payload_serial(const world_t *world, view_t payload)
{
    int64_t serial = 0;
    for (size_t at = 1; at < payload.size && payload.data[at] != '|' && at < 8; at++) {
        serial = serial * 10 + (payload.data[at] - '0');
    }
    if (serial < 0 || serial >= world->parcel_count) {
        return -1;
    }
    buf_t same = {0};
    payload_make(world, serial, &same);
    bool equal = same.size == payload.size && memcmp(same.data, payload.data, same.size) == 0;
    buf_release(&same);
    return equal ? serial : -1;
}

static int64_t again_ms(world_t *world)
{
    return world->now_ms + AGAIN_LEAST_MS + (int64_t)draw(world, AGAIN_MOST_MS);
}

// A new record. Only those whose repeats are known for ever may expire: of the others a second
// copy is right when the first left the window.
static int64_t make(world_t *world, client_t *client, int topic)
{
    int64_t serial = world->parcel_count++;
    parcel_t *parcel = &world->parcels[serial];
    *parcel =
        (parcel_t){.topic = topic,
                   .key = (int)draw(world, KEYS),
                   .publisher = (int)(client - world->clients),
                   .sequence = client->sequences[topic]++,
                   .size = 10 + draw(world, chance(world, 3) ? SIZE_MOST * SIZE_TIMES : SIZE_MOST),
                   .offset = -1};
    if (parcel->key == 0) {
        parcel->priority = (int64_t)draw(world, 3);
        parcel->delay_ms = chance(world, 10) ? 1 + (int64_t)draw(world, 3000) : 0;
    }
    if (topic != TOPIC_STREAMED && client->by_producer && chance(world, 10)) {
        parcel->ttl_ms = 200 + (int64_t)draw(world, 4000);
    }
    return serial;
}

static void names_of(const world_t *world, int64_t serial, char key[8], char id[16])
{
    const parcel_t *parcel = &world->parcels[serial];
    snprintf(key, 8, parcel->key ? "k%d" : "", parcel->key);
    snprintf(id, 16, "m%lld", (long long)serial);
}

static void send_single(world_t *world, client_t *client, out_t *out)
{
    const parcel_t *parcel = &world->parcels[out->serial];
    char key[8];
    char id[16];
    names_of(world, out->serial, key, id);
    out->id = ++client->next_id;
    out->again_ms = again_ms(world);
    header_t header = {.kind = HDR_publish,
                       .publish = {.id = out->id,
                                   .topic = view_of(topic_name(parcel->topic)),
                                   .key = view_of(key),
                                   .priority = parcel->priority,
                                   .delay_ms = parcel->delay_ms,
                                   .ttl_ms = parcel->ttl_ms}};
    if (client->by_producer) {
        header.publish.producer = view_of(client->name);
        header.publish.sequence = parcel->sequence;
    } else {
        header.publish.message_id = view_of(id);
    }
    buf_t payload = {0};
    payload_make(world, out->serial, &payload);
    net_up(world, client, &header, &payload, NULL);
    buf_release(&payload);
}

static void add_part(world_t *world, const client_t *client, int64_t serial, buf_t *list,
                     buf_t *payload)
{
    const parcel_t *parcel = &world->parcels[serial];
    char key[8];
    char id[16];
    names_of(world, serial, key, id);
    size_t before = payload->size;
    payload_make(world, serial, payload);
    hdr_part_t part = {.bytes = (int64_t)(payload->size - before),
                       .key = view_of(key),
                       .message_id = view_of(client->by_producer ? "" : id),
                       .priority = parcel->priority,
                       .delay_ms = parcel->delay_ms,
                       .ttl_ms = parcel->ttl_ms};
    codec_pack_array(&envelope_row(HDR_part)->schema, &part, list);
}

static void send_batch(world_t *world, client_t *client, int count)
{
    int topic = (int)draw(world, TOPICS);
    buf_t list = {0};
    buf_t payload = {0};
    codec_pack_list((uint32_t)count, &list);
    header_t header = {.kind = HDR_publish_batch,
                       .publish_batch = {.id = client->next_id + 1,
                                         .topic = view_of(topic_name(topic)),
                                         .count = count,
                                         .sequence = client->sequences[topic]}};
    if (client->by_producer) {
        header.publish_batch.producer = view_of(client->name);
    }
    for (int i = 0; i < count; i++) {
        int64_t serial = make(world, client, topic);
        client->out[client->out_count++] =
            (out_t){.serial = serial, .id = ++client->next_id, .again_ms = again_ms(world)};
        add_part(world, client, serial, &list, &payload);
    }
    net_up(world, client, &header, &list, &payload);
    buf_release(&list);
    buf_release(&payload);
}

static void send_new(world_t *world, client_t *client)
{
    int room = OUT_MAX - client->out_count;
    if (world->calm || world->parcel_count + BATCH_MOST >= SERIALS_MAX || room == 0) {
        return;
    }
    int count = chance(world, 30) ? 1 + (int)draw(world, BATCH_MOST) : 1;
    count = count < room ? count : room;
    if (count > 1) {
        send_batch(world, client, count);
    } else {
        out_t *out = &client->out[client->out_count++];
        *out = (out_t){.serial = make(world, client, (int)draw(world, TOPICS))};
        send_single(world, client, out);
    }
}

void publisher_turn(world_t *world, client_t *client)
{
    for (int i = 0; i < client->out_count; i++) {
        if (world->now_ms >= client->out[i].again_ms) {
            send_single(world, client, &client->out[i]);
        }
    }
    if (chance(world, 25)) {
        send_new(world, client);
    }
}

static void answered(client_t *client, int64_t id)
{
    for (int i = 0; i < client->out_count; i++) {
        if (client->out[i].id == id) {
            client->out[i] = client->out[--client->out_count];
            return;
        }
    }
}

void publisher_take(world_t *world, client_t *client, const header_t *header)
{
    if (header->kind != HDR_published) {
        return; // what is refused is sent again when its time has come
    }
    const hdr_published_t *published = &header->published;
    for (int64_t i = 0; i < (published->count > 1 ? published->count : 1); i++) {
        if (!chance(world, 4) || world->calm) { // sometimes it forgets that it was answered
            answered(client, published->id + i);
        }
    }
}
