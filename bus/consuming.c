// SPDX-License-Identifier: MPL-2.0
#include "bus/consuming.h"

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
    char *name = text_format("%.*s/%.*s", (int)topic.size, topic.data, (int)group.size, group.data);
    consuming_t *consuming = map_get(&bus->consumings, name, strlen(name));
    free(name);
    return consuming;
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
                                   .deliveries_max = consuming->deliveries_max}};
    bool taken = link_send(bus, &header, NULL, 0);
    consuming->again_ms = taken ? 0 : clock_mono_ms() + BUS_RETRY_MS;
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
    if (options->start && strcmp(options->start, "first") != 0 &&
        strcmp(options->start, "end") != 0) {
        return fault_set(fault, ERR_INVALID, "use 'first' or 'end'",
                         "topic '%s', group '%s': start '%.100s' is unknown", options->topic,
                         options->group, options->start);
    }
    return ERR_OK;
}

static consuming_t *add(bus_t *bus, const bus_consume_t *options)
{
    consuming_t *consuming = mem_new(sizeof *consuming);
    consuming->name = text_format("%s/%s", options->topic, options->group);
    consuming->topic = mem_strdup(options->topic);
    consuming->group = mem_strdup(options->group);
    consuming->start = mem_strdup(options->start);
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
    consuming->ack_wait_ms = options->ack_wait_ms;
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
    char bytes[4 * (LIMIT_KEY_BYTES + 1) + LIMIT_TEXT_BYTES + 1];
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

void consuming_on_record(bus_t *bus, const hdr_record_t *record, bytes_t payload)
{
    const consuming_t *consuming = find(bus, record->topic, record->group);
    if (!consuming || consuming->credit == 0 || bus->link != LINK_UP) {
        return; // the broker gives it to another when the lease has passed or this client says
                // goodbye
    }
    texts_t texts = {.used = 0};
    bus_record_t given = {.topic = consuming->topic,
                          .group = consuming->group,
                          .offset = record->offset,
                          .deliveries = record->deliveries,
                          .time_ms = record->time_ms,
                          .key = keep(&texts, record->key),
                          .message_id = keep(&texts, record->message_id),
                          .lease_ms = record->lease_ms,
                          .origin_topic = keep(&texts, record->origin_topic),
                          .origin_offset = record->origin_offset,
                          .origin_deliveries = record->origin_deliveries,
                          .reason = keep(&texts, record->reason),
                          .payload = payload};
    consuming->on_record(consuming->context, &given);
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
        free(consuming);
    }
    map_release(&bus->consumings);
}
