// SPDX-License-Identifier: MPL-2.0
#include "broker/core/parcel.h"

#include <string.h>

void parcel_begin(parcel_t *parcel, core_t *core)
{
    *parcel = (parcel_t){.core = core};
}

static void send_one(core_t *core, const item_t *item, const ent_record_t *record, view_t body)
{
    const consumer_t *consumer = item->consumer;
    header_t header = {.kind = HDR_record,
                       .record = {.topic = record->topic,
                                  .group = view_of(item->group->name),
                                  .offset = item->offset,
                                  .deliveries = item->deliveries,
                                  .time_ms = record->time_ms,
                                  .key = record->key,
                                  .message_id = record->message_id,
                                  .lease_ms = consumer->ack_wait_ms,
                                  .origin_topic = record->origin_topic,
                                  .origin_offset = record->origin_offset,
                                  .origin_deliveries = record->origin_deliveries,
                                  .reason = record->reason,
                                  .priority = record->priority,
                                  .trace_id = record->trace_id,
                                  .content_type = record->content_type,
                                  .schema_version = record->schema_version}};
    emit_send(core, consumer->session, &header, &body, 1);
}

static void send_gathered(parcel_t *parcel)
{
    if (parcel->count == 0) {
        return;
    }
    core_t *core = parcel->core;
    header_t header = {.kind = HDR_records,
                       .records = {.topic = view_of(parcel->group->topic->name),
                                   .group = view_of(parcel->group->name),
                                   .count = parcel->count,
                                   .lease_ms = parcel->consumer->ack_wait_ms}};
    buf_t list = {0};
    codec_pack_list((uint32_t)parcel->count, &list);
    buf_add(&list, parcel->list.data, parcel->list.size);
    view_t frames[] = {slab_dup(&core->effects->slab, (view_t){list.data, list.size}),
                       {parcel->bodies, parcel->body_bytes}};
    buf_release(&list);
    emit_send(core, parcel->consumer->session, &header, frames, 2);
    buf_clear(&parcel->list);
    parcel->body_bytes = 0;
    parcel->count = 0;
}

static void gather(parcel_t *parcel, const item_t *item, const ent_record_t *record, view_t body)
{
    hdr_item_t packed = {.bytes = (int64_t)body.size,
                         .offset = item->offset,
                         .deliveries = item->deliveries,
                         .time_ms = record->time_ms,
                         .key = record->key,
                         .message_id = record->message_id,
                         .origin_topic = record->origin_topic,
                         .origin_offset = record->origin_offset,
                         .origin_deliveries = record->origin_deliveries,
                         .reason = record->reason,
                         .priority = record->priority,
                         .trace_id = record->trace_id,
                         .content_type = record->content_type,
                         .schema_version = record->schema_version};
    codec_pack_array(&envelope_row(HDR_item)->schema, &packed, &parcel->list);
    if (parcel->count == 0) {
        parcel->bodies = slab_new(&parcel->core->effects->slab, LIMIT_FRAME_BYTES);
    }
    memcpy(parcel->bodies + parcel->body_bytes, body.data, body.size);
    parcel->body_bytes += body.size;
    parcel->count++;
}

// The list frame has a limit too: an item takes little more than its texts.
enum { LIST_BYTES_MAX = LIMIT_FRAME_BYTES - 4096 };

void parcel_add(parcel_t *parcel, const item_t *item, const ent_record_t *record, view_t body)
{
    const consumer_t *consumer = item->consumer;
    bool full = parcel->body_bytes + body.size > LIMIT_FRAME_BYTES ||
                parcel->list.size > LIST_BYTES_MAX || parcel->count >= consumer->batch;
    if (parcel->count > 0 && (consumer != parcel->consumer || full)) {
        send_gathered(parcel);
    }
    if (consumer->batch <= 1) {
        send_one(parcel->core, item, record, body);
        return;
    }
    parcel->consumer = consumer;
    parcel->group = item->group;
    gather(parcel, item, record, body);
}

void parcel_end(parcel_t *parcel)
{
    send_gathered(parcel);
    buf_release(&parcel->list);
}
