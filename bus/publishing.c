// SPDX-License-Identifier: MPL-2.0
#include "bus/publishing.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
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
    if (err == ERR_OK && record->payload.size > LIMIT_FRAME_BYTES) {
        err = fault_set(fault, ERR_TOO_LARGE, "send large content as a blob",
                        "topic '%s': the record has %zu bytes, at most %d are allowed",
                        record->topic, record->payload.size, LIMIT_FRAME_BYTES);
    }
    return err;
}

static err_t add(bus_t *bus, const bus_publish_t *record, bus_published_fn *on_published,
                 void *context, int64_t *ret_id, fault_t *fault)
{
    err_t err = check(record, fault);
    if (err) {
        return err;
    }
    char made[64];
    snprintf(made, sizeof made, "%s.%lld", bus->message_prefix, (long long)bus->ids);
    const char *message_id = record->message_id ? record->message_id : made;
    size_t texts =
        strlen(record->topic) + (record->key ? strlen(record->key) : 0) + strlen(message_id);
    ask_t *ask = ask_new(ASK_PUBLISH, HDR_publish, &record->payload, 1, texts);
    ask->header.publish.topic = ask_text(ask, record->topic);
    ask->header.publish.key = ask_text(ask, record->key);
    ask->header.publish.message_id = ask_text(ask, message_id);
    ask->on_published = on_published;
    ask->context = context;
    err = lane_add(bus, ask, ret_id, fault);
    if (err == ERR_OK) {
        lane_run(bus, clock_mono_ms());
    }
    return err;
}

err_t bus_publish(bus_t *bus, const bus_publish_t *record, bus_published_fn *on_published,
                  void *context, fault_t *fault)
{
    return add(bus, record, on_published, context, NULL, fault);
}

void publishing_on_published(bus_t *bus, const hdr_published_t *published)
{
    ask_t *ask = lane_find(bus, published->id);
    if (!ask || ask->kind != ASK_PUBLISH) {
        return;
    }
    lane_take(bus, ask);
    if (ask->on_published) {
        ask->on_published(ask->context, NULL, published->offset, published->duplicate);
    }
    ask_free(ask);
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
