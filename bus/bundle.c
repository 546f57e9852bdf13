// SPDX-License-Identifier: MPL-2.0
#include "bus/bundle.h"

#include <string.h>

#include "bus/link.h"

enum { PAYLOAD_MAX = LIMIT_FRAME_BYTES / 2 };

static bool same_text(view_t a, view_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

// Ids, and what the records are numbered by, must count up: the message names the first only.
static bool follows(const ask_t *ask, const ask_t *before)
{
    if (ask->id != before->id + 1 || ask->header.kind != before->header.kind) {
        return false;
    }
    if (ask->header.kind == HDR_publish) {
        const hdr_publish_t *one = &before->header.publish;
        const hdr_publish_t *next = &ask->header.publish;
        return next->sequence == one->sequence + 1 && same_text(next->topic, one->topic);
    }
    const hdr_ack_t *one = &before->header.ack;
    const hdr_ack_t *next = &ask->header.ack;
    return ask->header.kind == HDR_ack && next->offset == one->offset + 1 &&
           same_text(next->topic, one->topic) && same_text(next->group, one->group);
}

size_t bundle_count(const lane_t *lane, size_t most)
{
    most = most < LIMIT_BATCH ? most : LIMIT_BATCH;
    const ask_t *last = LIST_ITEM(lane->unsent.next, ask_t, link);
    size_t count = 1;
    size_t bytes = ask_size(last);
    for (const list_t *link = last->link.next; link != &lane->unsent && count < most;
         link = link->next) {
        const ask_t *ask = LIST_ITEM(link, ask_t, link);
        bytes += ask_size(ask);
        if (!follows(ask, last) || bytes > PAYLOAD_MAX) {
            break;
        }
        last = ask;
        count++;
    }
    return count;
}

static void pack_part(bus_t *bus, const ask_t *ask)
{
    const hdr_publish_t *publish = &ask->header.publish;
    hdr_part_t part = {.bytes = (int64_t)ask_size(ask),
                       .key = publish->key,
                       .message_id = publish->message_id,
                       .priority = publish->priority,
                       .delay_ms = publish->delay_ms,
                       .ttl_ms = publish->ttl_ms,
                       .trace_id = publish->trace_id,
                       .content_type = publish->content_type,
                       .schema_version = publish->schema_version};
    codec_pack_array(&envelope_row(HDR_part)->schema, &part, &bus->parts);
    buf_add(&bus->payloads, ask->frames[0].data, ask->frames[0].size);
}

static bool send_batch(bus_t *bus, const lane_t *lane, size_t count)
{
    const ask_t *first = LIST_ITEM(lane->unsent.next, ask_t, link);
    buf_clear(&bus->parts);
    buf_clear(&bus->payloads);
    codec_pack_list((uint32_t)count, &bus->parts);
    const list_t *link = lane->unsent.next;
    for (size_t i = 0; i < count; i++, link = link->next) {
        pack_part(bus, LIST_ITEM(link, ask_t, link));
    }
    header_t header = {.kind = HDR_publish_batch,
                       .publish_batch = {.id = first->id,
                                         .topic = first->header.publish.topic,
                                         .count = (int64_t)count,
                                         .producer = first->header.publish.producer,
                                         .sequence = first->header.publish.sequence}};
    bytes_t frames[] = {{bus->parts.data, bus->parts.size},
                        {bus->payloads.data, bus->payloads.size}};
    return link_send(bus, &header, frames, 2);
}

bool bundle_send(bus_t *bus, const lane_t *lane, size_t count)
{
    const ask_t *first = LIST_ITEM(lane->unsent.next, ask_t, link);
    if (first->header.kind == HDR_publish && count > 1) {
        return send_batch(bus, lane, count);
    }
    header_t header = first->header;
    if (header.kind == HDR_ack && count > 1) {
        header.ack.count = (int64_t)count;
    }
    return link_send(bus, &header, first->frames, first->frame_count);
}
