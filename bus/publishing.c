// SPDX-License-Identifier: MPL-2.0
#include "bus/publishing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "bus/lane.h"
#include "proto/name.h"

static err_t check_text(const char *text, const char *what, fault_t *fault)
{
    size_t size = text ? strlen(text) : 0;
    if (size <= LIMIT_KEY_BYTES && (!text || text_is_utf8(text, size))) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_INVALID, "use UTF-8 text of at most 128 bytes",
                     "the %s of the record is not valid", what);
}

static err_t check(const bus_publish_t *record, fault_t *fault)
{
    err_t err = name_check(view_of(record->topic), "topic", fault);
    err = err ? err : check_text(record->key, "key", fault);
    err = err ? err : check_text(record->message_id, "message id", fault);
    err = err ? err : check_text(record->trace_id, "trace id", fault);
    err = err ? err : check_text(record->content_type, "content type", fault);
    err = err ? err : check_text(record->schema_version, "schema version", fault);
    if (err == ERR_OK && record->payload.size > LIMIT_FRAME_BYTES) {
        err = fault_set(fault, ERR_TOO_LARGE, "send large content as a blob",
                        "topic '%s': the record has %zu bytes, at most %d are allowed",
                        record->topic, record->payload.size, LIMIT_FRAME_BYTES);
    }
    return err;
}

static size_t size_of(const char *text)
{
    return text ? strlen(text) : 0;
}

static counter_t *open_counter(bus_t *bus, const char *topic)
{
    counter_t *counter = map_get(&bus->sequences, topic, strlen(topic));
    if (!counter) {
        counter = mem_new(sizeof *counter);
        counter->topic = mem_strdup(topic);
        map_add(&bus->sequences, counter->topic, strlen(topic), counter);
    }
    return counter;
}

void publishing_release(bus_t *bus)
{
    size_t at = 0;
    counter_t *counter;
    while ((counter = map_next(&bus->sequences, &at))) {
        free(counter->topic);
        free(counter);
    }
    map_release(&bus->sequences);
}

static err_t add(bus_t *bus, const bus_publish_t *record, bus_published_fn *on_published,
                 void *context, int64_t *ret_id, fault_t *fault)
{
    err_t err = check(record, fault);
    if (err) {
        return err;
    }
    size_t texts = size_of(record->topic) + size_of(record->key) + size_of(record->message_id) +
                   size_of(record->trace_id) + size_of(record->content_type) +
                   size_of(record->schema_version);
    ask_t *ask = ask_new(ASK_PUBLISH, HDR_publish, &record->payload, 1, texts);
    hdr_publish_t *publish = &ask->header.publish;
    publish->topic = ask_text(ask, record->topic);
    publish->key = ask_text(ask, record->key);
    publish->message_id = ask_text(ask, record->message_id);
    publish->priority = record->priority;
    publish->delay_ms = record->delay_ms;
    publish->ttl_ms = record->ttl_ms;
    publish->trace_id = ask_text(ask, record->trace_id);
    publish->content_type = ask_text(ask, record->content_type);
    publish->schema_version = ask_text(ask, record->schema_version);
    ask->on_published = on_published;
    ask->context = context;
    counter_t *counter = open_counter(bus, record->topic);
    publish->producer = view_of(bus->message_prefix);
    publish->sequence = counter->next;
    err = lane_add(bus, ask, ret_id, fault);
    if (err == ERR_OK) {
        counter->next++;
        lane_submit(bus, ask);
    }
    return err;
}

err_t bus_publish(bus_t *bus, const bus_publish_t *record, bus_published_fn *on_published,
                  void *context, fault_t *fault)
{
    return add(bus, record, on_published, context, NULL, fault);
}

static void end_one(bus_t *bus, int64_t id, int64_t offset, bool duplicate)
{
    ask_t *ask = lane_find(bus, id);
    if (!ask || ask->kind != ASK_PUBLISH) {
        return;
    }
    lane_take(bus, ask);
    if (ask->on_published) {
        ask->on_published(ask->context, NULL, offset, duplicate);
    }
    ask_free(ask);
}

void publishing_on_published(bus_t *bus, const hdr_published_t *published)
{
    int64_t count = published->count > 1 ? published->count : 1;
    for (int64_t i = 0; i < count; i++) {
        end_one(bus, published->id + i, published->offset + i, published->duplicate);
    }
}

void publishing_fail(ask_t *ask)
{
    if (ask->on_published) {
        ask->on_published(ask->context, ask->fault, 0, false);
    }
    ask_free(ask);
}

// --- Waiting
// ----------------------------------------------------------------------------------------------------

typedef struct {
    bool done;
    fault_t fault;
    int64_t offset;
} waiting_t;

static void end_waiting(void *context, const fault_t *fault, int64_t offset, bool duplicate)
{
    (void)duplicate;
    waiting_t *waiting = context;
    waiting->done = true;
    waiting->offset = offset;
    if (fault) {
        waiting->fault = *fault;
    }
}

err_t bus_publish_wait(bus_t *bus, const bus_publish_t *record, int64_t deadline_ms,
                       int64_t *ret_offset, fault_t *fault)
{
    waiting_t waiting = {0};
    int64_t id = 0;
    err_t err = add(bus, record, end_waiting, &waiting, &id, fault);
    if (err) {
        return err;
    }
    bus_run(bus, &waiting.done, deadline_ms);
    ask_t *ask = lane_find(bus, id);
    if (ask) { // it goes on without us
        ask->on_published = NULL;
        return fault_set(fault, ERR_TIMEOUT, "it may still be stored",
                         "topic '%s': the record was not acknowledged within %lld ms",
                         record->topic, (long long)deadline_ms);
    }
    if (waiting.fault.code && fault) {
        *fault = waiting.fault;
    }
    if (waiting.fault.code == ERR_OK && ret_offset) {
        *ret_offset = waiting.offset;
    }
    return waiting.fault.code;
}
