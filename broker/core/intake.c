// SPDX-License-Identifier: MPL-2.0
#include "broker/core/intake.h"

#include "broker/core/slab.h"

static view_t none_if_empty(view_t text)
{
    return text.size > 0 ? text : (view_t){0};
}

static err_t check_record(view_t topic, const intake_record_t *record, fault_t *fault)
{
    bool moved = record->priority > 0 || record->delay_ms > 0;
    if (record->delay_ms < 0 || record->delay_ms > LIMIT_DELAY_MS || record->ttl_ms < 0 ||
        record->sequence < 0) {
        return fault_set(fault, ERR_INVALID, "use a delay of at most a day, and no negative times",
                         "topic '%.*s': a delay of %lld ms, a time to live of %lld ms or a "
                         "sequence of %lld is not possible",
                         (int)topic.size, topic.data, (long long)record->delay_ms,
                         (long long)record->ttl_ms, (long long)record->sequence);
    }
    if (record->key.size > 0 && moved) {
        return fault_set(fault, ERR_INVALID, "leave out the key, or the priority and the delay",
                         "topic '%.*s': key '%.*s' keeps its records in order, so that none may "
                         "have a priority or a delay",
                         (int)topic.size, topic.data, (int)record->key.size, record->key.data);
    }
    return ERR_OK;
}

err_t intake_publish(const hdr_publish_t *publish, const event_t *event, core_t *core,
                     intake_t *ret, fault_t *fault)
{
    intake_record_t *record = slab_new(&core->effects->slab, sizeof *record);
    *record = (intake_record_t){
        .id = publish->id,
        .key = none_if_empty(publish->key),
        .message_id = none_if_empty(publish->message_id),
        .priority = publish->priority,
        .delay_ms = publish->delay_ms,
        .ttl_ms = publish->ttl_ms,
        .sequence = publish->sequence,
        .trace_id = none_if_empty(publish->trace_id),
        .content_type = none_if_empty(publish->content_type),
        .schema_version = none_if_empty(publish->schema_version),
        .payload = event->frame_count > 1 ? event->frames[1] : (view_t){"", 0},
    };
    *ret = (intake_t){.id = publish->id,
                      .topic = publish->topic,
                      .producer = none_if_empty(publish->producer),
                      .records = record,
                      .count = 1};
    return check_record(publish->topic, record, fault);
}

static intake_record_t read_part(const hdr_part_t *part, const hdr_publish_batch_t *batch,
                                 size_t index)
{
    return (intake_record_t){
        .id = batch->id + (int64_t)index,
        .sequence = batch->sequence + (int64_t)index,
        .key = none_if_empty(part->key),
        .message_id = none_if_empty(part->message_id),
        .priority = part->priority,
        .delay_ms = part->delay_ms,
        .ttl_ms = part->ttl_ms,
        .trace_id = none_if_empty(part->trace_id),
        .content_type = none_if_empty(part->content_type),
        .schema_version = none_if_empty(part->schema_version),
    };
}

static err_t bad_sizes(const hdr_publish_batch_t *batch, size_t size, fault_t *fault)
{
    return fault_set(fault, ERR_MALFORMED, "send as many parts and bytes as announced",
                     "the batch of %lld records for topic '%.*s' does not fill its frames (%zu "
                     "bytes of payload)",
                     (long long)batch->count, (int)batch->topic.size, batch->topic.data, size);
}

static err_t read_parts(const hdr_publish_batch_t *batch, codec_list_t *list, view_t payload,
                        intake_record_t *records, fault_t *fault)
{
    size_t at = 0;
    for (size_t i = 0; list->left > 0; i++) {
        hdr_part_t part = {0};
        err_t err = codec_next_array(list, &envelope_row(HDR_part)->schema, &part, fault);
        if (err) {
            return err;
        }
        if ((size_t)part.bytes > payload.size - at) {
            return bad_sizes(batch, payload.size, fault);
        }
        records[i] = read_part(&part, batch, i);
        records[i].payload = (view_t){payload.data + at, (size_t)part.bytes};
        at += (size_t)part.bytes;
        err = check_record(batch->topic, &records[i], fault);
        if (err) {
            return err;
        }
    }
    return at == payload.size ? ERR_OK : bad_sizes(batch, payload.size, fault);
}

err_t intake_batch(const hdr_publish_batch_t *batch, const event_t *event, core_t *core,
                   intake_t *ret, fault_t *fault)
{
    view_t list_frame = event->frame_count > 1 ? event->frames[1] : (view_t){"", 0};
    view_t payload = event->frame_count > 2 ? event->frames[2] : (view_t){"", 0};
    codec_list_t list;
    err_t err = codec_open_list(list_frame.data, list_frame.size, &list, fault);
    if (err) {
        return err;
    }
    if (batch->count == 0 || list.left != (uint64_t)batch->count ||
        batch->id > INT64_MAX - LIMIT_BATCH || batch->sequence > INT64_MAX - LIMIT_BATCH) {
        return bad_sizes(batch, payload.size, fault);
    }
    intake_record_t *records =
        slab_new(&core->effects->slab, (size_t)batch->count * sizeof *records);
    err = read_parts(batch, &list, payload, records, fault);
    *ret = (intake_t){.id = batch->id,
                      .topic = batch->topic,
                      .producer = none_if_empty(batch->producer),
                      .records = records,
                      .count = (size_t)batch->count};
    return err;
}
