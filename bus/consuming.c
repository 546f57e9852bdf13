// SPDX-License-Identifier: MPL-2.0
#include "bus/consuming.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "bus/lane.h"
#include "bus/link.h"
#include "proto/name.h"

static consuming_t *find(const bus_t *bus, view_t topic, view_t group)
{
    char name[2 * LIMIT_NAME_BYTES + 2];
    int size = snprintf(name, sizeof name, "%.*s/%.*s", (int)topic.size, topic.data,
                        (int)group.size, group.data);
    return map_get(&bus->consumings, name, (size_t)size);
}

static void join(bus_t *bus, consuming_t *consuming)
{
    if (bus->link != LINK_UP) {
        return; // consuming_renew does it
    }
    consuming->asked = ++bus->ids;
    header_t header = {.kind = HDR_consume,
                       .consume = {.id = consuming->asked,
                                   .topic = view_of(consuming->topic),
                                   .group = view_of(consuming->group),
                                   .credit = consuming->credit,
                                   .start = view_of(consuming->start),
                                   .ack_wait_ms = consuming->ack_wait_ms,
                                   .deliveries_max = consuming->deliveries_max,
                                   .start_at = consuming->start_at,
                                   .credit_bytes = consuming->credit_bytes,
                                   .backoff = view_of(consuming->backoff),
                                   .ephemeral = consuming->ephemeral,
                                   .batch = LIMIT_BATCH}};
    bool taken = link_send(bus, &header, NULL, 0);
    consuming->again_ms = taken ? 0 : clock_mono_ms() + BUS_RETRY_MS;
}

static err_t check_start(const bus_consume_t *options, fault_t *fault)
{
    static const char *const KNOWN[] = {"first", "end", "offset", "time"};
    bool known = !options->start;
    for (size_t i = 0; !known && i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        known = strcmp(options->start, KNOWN[i]) == 0;
    }
    return known ? ERR_OK
                 : fault_set(fault, ERR_INVALID, "use 'first', 'end', 'offset' or 'time'",
                             "topic '%s', group '%s': start '%.100s' is unknown", options->topic,
                             options->group, options->start);
}

static err_t check(const bus_consume_t *options, fault_t *fault)
{
    err_t err = name_check(view_of(options->topic), "topic", fault);
    err = err ? err : name_check(view_of(options->group), "group", fault);
    if (err) {
        return err;
    }
    if (options->credit < 1 || options->credit > LIMIT_CREDIT) {
        return fault_set(fault, ERR_INVALID, "use 1 to 1,024",
                         "topic '%s', group '%s': a credit of %lld is not possible", options->topic,
                         options->group, (long long)options->credit);
    }
    return check_start(options, fault);
}

static consuming_t *add(bus_t *bus, const bus_consume_t *options)
{
    consuming_t *consuming = mem_new(sizeof *consuming);
    consuming->name = text_format("%s/%s", options->topic, options->group);
    consuming->topic = mem_strdup(options->topic);
    consuming->group = mem_strdup(options->group);
    consuming->start = mem_strdup(options->start);
    consuming->backoff = mem_strdup(options->backoff);
    consuming->start_at = options->start_at;
    consuming->ephemeral = options->ephemeral;
    map_add(&bus->consumings, consuming->name, strlen(consuming->name), consuming);
    return consuming;
}

err_t bus_consume(bus_t *bus, const bus_consume_t *options, bus_record_fn *on_record, void *context,
                  fault_t *fault)
{
    err_t err = check(options, fault);
    if (err) {
        return err;
    }
    consuming_t *consuming = find(bus, view_of(options->topic), view_of(options->group));
    if (!consuming) {
        consuming = add(bus, options);
    }
    consuming->credit = options->credit;
    consuming->credit_bytes = options->credit_bytes;
    consuming->ack_wait_ms = options->ack_wait_ms;
    consuming->on_gap = options->on_gap;
    consuming->deliveries_max = options->deliveries_max;
    consuming->on_record = on_record;
    consuming->context = context;
    join(bus, consuming);
    return ERR_OK;
}

void bus_unconsume(bus_t *bus, const char *topic, const char *group)
{
    consuming_t *consuming = find(bus, view_of(topic), view_of(group));
    if (consuming) {
        consuming->credit = 0;
        join(bus, consuming);
    }
}

void consuming_tend(bus_t *bus, int64_t now_ms)
{
    size_t at = 0;
    consuming_t *consuming;
    while ((consuming = map_next(&bus->consumings, &at))) {
        if (consuming->again_ms != 0 && now_ms >= consuming->again_ms) {
            join(bus, consuming);
        }
    }
}

int64_t consuming_due_ms(const bus_t *bus)
{
    int64_t due_ms = INT64_MAX;
    size_t at = 0;
    const consuming_t *consuming;
    while (bus->link == LINK_UP && (consuming = map_next(&bus->consumings, &at))) {
        if (consuming->again_ms != 0 && consuming->again_ms < due_ms) {
            due_ms = consuming->again_ms;
        }
    }
    return due_ms;
}

void consuming_renew(bus_t *bus)
{
    size_t at = 0;
    consuming_t *consuming;
    while ((consuming = map_next(&bus->consumings, &at))) {
        if (consuming->credit > 0) {
            join(bus, consuming);
        }
    }
}

bool consuming_refused(bus_t *bus, int64_t id, const fault_t *fault, int64_t now_ms)
{
    size_t at = 0;
    consuming_t *consuming;
    while ((consuming = map_next(&bus->consumings, &at))) {
        if (consuming->asked == id) {
            bus->trouble = *fault;
            consuming->again_ms = now_ms + BUS_OFFER_MS;
            return true;
        }
    }
    return false;
}

// The texts of a record, terminated, one behind the other.
typedef struct {
    char bytes[6 * (LIMIT_KEY_BYTES + 1) + LIMIT_TEXT_BYTES + 1];
    size_t used;
} texts_t;

static const char *keep(texts_t *texts, view_t text)
{
    char *at = texts->bytes + texts->used;
    if (text.size > 0) {
        memcpy(at, text.data, text.size);
    }
    at[text.size] = '\0';
    texts->used += text.size + 1;
    return at;
}

static void give(const consuming_t *consuming, const hdr_item_t *item, int64_t lease_ms,
                 bytes_t payload)
{
    texts_t texts;
    texts.used = 0;
    bus_record_t given = {.topic = consuming->topic,
                          .group = consuming->group,
                          .offset = item->offset,
                          .deliveries = item->deliveries,
                          .time_ms = item->time_ms,
                          .key = keep(&texts, item->key),
                          .message_id = keep(&texts, item->message_id),
                          .lease_ms = lease_ms,
                          .origin_topic = keep(&texts, item->origin_topic),
                          .origin_offset = item->origin_offset,
                          .origin_deliveries = item->origin_deliveries,
                          .reason = keep(&texts, item->reason),
                          .priority = item->priority,
                          .trace_id = keep(&texts, item->trace_id),
                          .content_type = keep(&texts, item->content_type),
                          .schema_version = keep(&texts, item->schema_version),
                          .payload = payload};
    consuming->on_record(consuming->context, &given);
}

// What nobody takes is given to another when the lease has passed or this client says goodbye.
static const consuming_t *taker(const bus_t *bus, view_t topic, view_t group)
{
    const consuming_t *consuming = find(bus, topic, group);
    return consuming && consuming->credit > 0 && bus->link == LINK_UP ? consuming : NULL;
}

void consuming_on_record(bus_t *bus, const hdr_record_t *record, bytes_t payload)
{
    const consuming_t *consuming = taker(bus, record->topic, record->group);
    if (!consuming) {
        return;
    }
    hdr_item_t item = {.offset = record->offset,
                       .deliveries = record->deliveries,
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
    give(consuming, &item, record->lease_ms, payload);
}

void consuming_on_records(bus_t *bus, const hdr_records_t *records, const bytes_t frames[2])
{
    codec_list_t list;
    if (codec_open_list(frames[0].data, frames[0].size, &list, NULL)) {
        return;
    }
    size_t at = 0;
    while (list.left > 0) {
        hdr_item_t item = {0};
        const consuming_t *consuming = taker(bus, records->topic, records->group);
        if (codec_next_array(&list, &envelope_row(HDR_item)->schema, &item, NULL) || !consuming ||
            (size_t)item.bytes > frames[1].size - at) {
            return;
        }
        bytes_t payload = {(const char *)frames[1].data + at, (size_t)item.bytes};
        at += (size_t)item.bytes;
        give(consuming, &item, records->lease_ms, payload);
    }
}

void consuming_on_gap(const bus_t *bus, const hdr_gap_t *gap)
{
    const consuming_t *consuming = find(bus, gap->topic, gap->group);
    if (consuming && consuming->on_gap) {
        consuming->on_gap(consuming->context, gap->offset, gap->lost);
    }
}

void consuming_settled(bus_t *bus, ask_t *ask)
{
    lane_take(bus, ask);
    if (ask->on_settled) {
        ask->on_settled(ask->context, NULL);
    }
    ask_free(ask);
}

void consuming_settle_fail(ask_t *ask)
{
    if (ask->on_settled) {
        ask->on_settled(ask->context, ask->fault);
    }
    ask_free(ask);
}

void consuming_release(bus_t *bus)
{
    size_t at = 0;
    consuming_t *consuming;
    while ((consuming = map_next(&bus->consumings, &at))) {
        free(consuming->name);
        free(consuming->topic);
        free(consuming->group);
        free(consuming->start);
        free(consuming->backoff);
        free(consuming);
    }
    map_release(&bus->consumings);
}
