// SPDX-License-Identifier: MPL-2.0
#include "bus/calling.h"

#include <string.h>

#include "base/clock.h"
#include "bus/lane.h"
#include "bus/link.h"
#include "proto/name.h"

static err_t check(const char *service, const char *method, bytes_t message, bytes_t payload,
                   int64_t deadline_ms, fault_t *fault)
{
    err_t err = name_check(view_of(service), "service", fault);
    if (err == ERR_OK) {
        err = name_check(view_of(method), "method", fault);
    }
    if (err) {
        return err;
    }
    if (message.size > LIMIT_FRAME_BYTES || payload.size > LIMIT_FRAME_BYTES) {
        return fault_set(fault, ERR_TOO_LARGE, "send large content as a blob",
                         "service '%s', method '%s': a frame has %zu bytes, at most %d are allowed",
                         service, method, message.size > payload.size ? message.size : payload.size,
                         LIMIT_FRAME_BYTES);
    }
    if (deadline_ms <= 0 || deadline_ms > LIMIT_DEADLINE_MS) {
        return fault_set(fault, ERR_INVALID, "give it from 1 ms to 15 minutes",
                         "service '%s', method '%s': a deadline of %lld ms is not possible",
                         service, method, (long long)deadline_ms);
    }
    return ERR_OK;
}

err_t bus_call(bus_t *bus, const char *service, const char *method, bytes_t message,
               bytes_t payload, int64_t deadline_ms, bool idempotent, bus_answer_fn *on_answer,
               void *context, int64_t *ret_call, fault_t *fault)
{
    err_t err = check(service, method, message, payload, deadline_ms, fault);
    if (err) {
        return err;
    }
    bytes_t frames[] = {message, payload};
    size_t count = payload.size > 0 ? 2 : 1;
    ask_t *ask = ask_new(ASK_CALL, HDR_call, frames, count, strlen(service) + strlen(method));
    ask->header.call.service = ask_text(ask, service);
    ask->header.call.method = ask_text(ask, method);
    ask->header.call.idempotent = idempotent;
    ask->allowed_ms = deadline_ms;
    ask->deadline_ms = clock_mono_ms() + deadline_ms;
    ask->on_answer = on_answer;
    ask->context = context;
    err = lane_add(bus, ask, ret_call, fault);
    if (err == ERR_OK) {
        lane_run(bus, clock_mono_ms());
    }
    return err;
}

// It may have failed, and its caller not have been told yet.
static void drop_failed(bus_t *bus, int64_t call)
{
    for (list_t *link = bus->failed.next; link != &bus->failed; link = link->next) {
        ask_t *ask = LIST_ITEM(link, ask_t, link);
        if (ask->id == call) {
            list_remove(&ask->link);
            ask_free(ask);
            return;
        }
    }
}

void bus_cancel(bus_t *bus, int64_t call)
{
    ask_t *ask = lane_find(bus, call);
    if (!ask) {
        drop_failed(bus, call);
        return;
    }
    if (ask->kind != ASK_CALL) {
        return;
    }
    if (ask->sent && bus->link == LINK_UP) {
        header_t header = {.kind = HDR_cancel, .cancel = {.id = call}};
        link_send(bus, &header, NULL, 0); // when it does not go, the answer comes and finds nobody
    }
    lane_take(bus, ask);
    ask_free(ask);
}

static void tell(ask_t *ask, const fault_t *fault, bytes_t message, bytes_t payload)
{
    if (ask->on_answer) {
        ask->on_answer(ask->context, fault, message, payload);
    }
    ask_free(ask);
}

void calling_fail(ask_t *ask)
{
    fault_t fault = *ask->fault;
    tell(ask, &fault, (bytes_t){0}, (bytes_t){0});
}

void calling_on_answer(bus_t *bus, const hdr_answer_t *answer, const bytes_t frames[2])
{
    ask_t *ask = lane_find(bus, answer->id);
    if (!ask || ask->kind != ASK_CALL) {
        return;
    }
    lane_take(bus, ask);
    if (answer->code == ERR_OK) {
        tell(ask, NULL, frames[0], frames[1]);
        return;
    }
    fault_t fault;
    message_unpack_fault((err_t)answer->code, frames[0].data, frames[0].size, &fault);
    tell(ask, &fault, (bytes_t){0}, (bytes_t){0});
}

static void expire(bus_t *bus, ask_t *ask)
{
    const hdr_call_t *call = &ask->header.call;
    fault_t fault;
    if (ask->sent) {
        fault_set(&fault, ERR_TIMEOUT, "try again later, or give it more time",
                  "service '%.*s' did not answer '%.*s' within %lld ms", (int)call->service.size,
                  call->service.data, (int)call->method.size, call->method.data,
                  (long long)ask->allowed_ms);
    } else {
        fault_set(&fault, ERR_UNAVAILABLE,
                  "see that the platform is running ('autodp up' starts it)",
                  "the broker at %.150s was not reached within %lld ms%s%.200s", bus->endpoint,
                  (long long)ask->allowed_ms, bus->trouble.code ? ": " : "", bus->trouble.detail);
    }
    lane_fail(bus, ask, &fault);
}

void calling_expire(bus_t *bus, int64_t now_ms)
{
    heap_node_t *node;
    while ((node = heap_first(&bus->heap)) && node->due_ms <= now_ms) {
        expire(bus, LIST_ITEM(node, ask_t, due));
    }
}

// --- Waiting
// ----------------------------------------------------------------------------------------------------

typedef struct {
    bool done;
    fault_t fault;
    buf_t *message;
    buf_t *payload;
} waiting_t;

static void end_waiting(void *context, const fault_t *fault, bytes_t message, bytes_t payload)
{
    waiting_t *waiting = context;
    waiting->done = true;
    if (fault) {
        waiting->fault = *fault;
        return;
    }
    if (waiting->message) {
        buf_add(waiting->message, message.data, message.size);
    }
    if (waiting->payload) {
        buf_add(waiting->payload, payload.data, payload.size);
    }
}

err_t bus_call_wait(bus_t *bus, const char *service, const char *method, bytes_t message,
                    bytes_t payload, int64_t deadline_ms, bool idempotent, buf_t *ret_message,
                    buf_t *ret_payload, fault_t *fault)
{
    waiting_t waiting = {.message = ret_message, .payload = ret_payload};
    err_t err = bus_call(bus, service, method, message, payload, deadline_ms, idempotent,
                         end_waiting, &waiting, NULL, fault);
    if (err) {
        return err;
    }
    bus_run(bus, &waiting.done, -1); // the deadline ends it
    if (waiting.fault.code && fault) {
        *fault = waiting.fault;
    }
    return waiting.fault.code;
}
