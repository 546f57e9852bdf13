// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "base/text.h"
#include "bus/lane.h"

// What the four ways to settle share.
typedef struct {
    const char *topic;
    const char *group;
    int64_t offset;
    bus_settled_fn *on_settled;
    void *context;
} settle_t;

static err_t start(const settle_t *settle, header_kind_t kind, ask_t **ret)
{
    if (strlen(settle->topic) > LIMIT_NAME_BYTES || strlen(settle->group) > LIMIT_NAME_BYTES) {
        return ERR_INVALID;
    }
    size_t texts = strlen(settle->topic) + strlen(settle->group);
    texts += kind == HDR_nack || kind == HDR_term ? LIMIT_TEXT_BYTES : 0;
    ask_t *ask = ask_new(ASK_SETTLE, kind, NULL, 0, texts);
    ask->on_settled = settle->on_settled;
    ask->context = settle->context;
    // ack, nack, touch and term begin alike.
    ask->header.ack.topic = ask_text(ask, settle->topic);
    ask->header.ack.group = ask_text(ask, settle->group);
    ask->header.ack.offset = settle->offset;
    *ret = ask;
    return ERR_OK;
}

static err_t send(bus_t *bus, ask_t *ask)
{
    err_t err = lane_add(bus, ask, NULL, NULL);
    if (err) {
        return err;
    }
    if (bus->link == LINK_UP) {
        lane_submit(bus, ask);
        return ERR_OK;
    }
    fault_t fault;
    fault_set(&fault, ERR_UNAVAILABLE, "the record will be delivered again",
              "the broker is not connected: the record cannot be settled");
    lane_fail(bus, ask, &fault);
    return ERR_OK;
}

static view_t reason_text(ask_t *ask, const char *reason)
{
    char cut[LIMIT_TEXT_BYTES + 1];
    text_copy(cut, sizeof cut, reason ? reason : "");
    return ask_text(ask, cut);
}

err_t bus_ack(bus_t *bus, const char *topic, const char *group, int64_t offset,
              bus_settled_fn *on_settled, void *context)
{
    settle_t settle = {topic, group, offset, on_settled, context};
    ask_t *ask = NULL;
    err_t err = start(&settle, HDR_ack, &ask);
    return err ? err : send(bus, ask);
}

err_t bus_nack(bus_t *bus, const char *topic, const char *group, int64_t offset, int64_t delay_ms,
               const char *reason, bus_settled_fn *on_settled, void *context)
{
    settle_t settle = {topic, group, offset, on_settled, context};
    ask_t *ask = NULL;
    err_t err = start(&settle, HDR_nack, &ask);
    if (err) {
        return err;
    }
    ask->header.nack.delay_ms = delay_ms;
    ask->header.nack.reason = reason_text(ask, reason);
    return send(bus, ask);
}

err_t bus_touch(bus_t *bus, const char *topic, const char *group, int64_t offset,
                bus_settled_fn *on_settled, void *context)
{
    settle_t settle = {topic, group, offset, on_settled, context};
    ask_t *ask = NULL;
    err_t err = start(&settle, HDR_touch, &ask);
    return err ? err : send(bus, ask);
}

err_t bus_term(bus_t *bus, const char *topic, const char *group, int64_t offset, const char *reason,
               bus_settled_fn *on_settled, void *context)
{
    settle_t settle = {topic, group, offset, on_settled, context};
    ask_t *ask = NULL;
    err_t err = start(&settle, HDR_term, &ask);
    if (err) {
        return err;
    }
    ask->header.term.reason = reason_text(ask, reason);
    return send(bus, ask);
}
