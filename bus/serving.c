// SPDX-License-Identifier: MPL-2.0
#include "bus/serving.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bus/link.h"
#include "proto/name.h"

static serving_t *find(const bus_t *bus, const char *service)
{
    return map_get(&bus->servings, service, strlen(service));
}

static void offer(bus_t *bus, serving_t *serving)
{
    if (bus->link != LINK_UP) {
        return; // serving_renew does it
    }
    serving->asked = ++bus->ids;
    header_t header = {.kind = HDR_serve,
                       .serve = {.id = serving->asked,
                                 .service = view_of(serving->service),
                                 .credit = serving->credit}};
    bool taken = link_send(bus, &header, NULL, 0);
    serving->again_ms = taken ? 0 : clock_mono_ms() + BUS_RETRY_MS;
}

err_t bus_serve(bus_t *bus, const char *service, int64_t credit, bus_request_fn *on_request,
                void *context, fault_t *fault)
{
    err_t err = name_check(view_of(service), "service", fault);
    if (err) {
        return err;
    }
    if (credit < 1 || credit > LIMIT_CREDIT) {
        return fault_set(fault, ERR_INVALID, "use 1 to 1,024",
                         "service '%s': a credit of %lld is not possible", service,
                         (long long)credit);
    }
    serving_t *serving = find(bus, service);
    if (!serving) {
        serving = mem_new(sizeof *serving);
        serving->service = mem_strdup(service);
        map_add(&bus->servings, serving->service, strlen(service), serving);
    }
    serving->credit = credit;
    serving->on_request = on_request;
    serving->context = context;
    offer(bus, serving);
    return ERR_OK;
}

void bus_unserve(bus_t *bus, const char *service)
{
    serving_t *serving = find(bus, service);
    if (serving) {
        serving->credit = 0;
        offer(bus, serving);
    }
}

void serving_tend(bus_t *bus, int64_t now_ms)
{
    size_t at = 0;
    serving_t *serving;
    while ((serving = map_next(&bus->servings, &at))) {
        if (serving->again_ms != 0 && now_ms >= serving->again_ms) {
            offer(bus, serving);
        }
    }
}

int64_t serving_due_ms(const bus_t *bus)
{
    int64_t due_ms = INT64_MAX;
    size_t at = 0;
    const serving_t *serving;
    while (bus->link == LINK_UP && (serving = map_next(&bus->servings, &at))) {
        if (serving->again_ms != 0 && serving->again_ms < due_ms) {
            due_ms = serving->again_ms;
        }
    }
    return due_ms;
}

static void forget_requests(bus_t *bus)
{
    size_t at = 0;
    open_request_t *open;
    while ((open = map_next(&bus->requests, &at))) {
        free(open);
    }
    map_release(&bus->requests);
}

void serving_renew(bus_t *bus)
{
    forget_requests(bus);
    size_t at = 0;
    serving_t *serving;
    while ((serving = map_next(&bus->servings, &at))) {
        if (serving->credit > 0) {
            offer(bus, serving);
        }
    }
}

bool serving_refused(bus_t *bus, int64_t id, const fault_t *fault, int64_t now_ms)
{
    size_t at = 0;
    serving_t *serving;
    while ((serving = map_next(&bus->servings, &at))) {
        if (serving->asked == id) {
            bus->trouble = *fault;
            serving->again_ms = now_ms + BUS_OFFER_MS;
            return true;
        }
    }
    return false;
}

static char *text_of(view_t view)
{
    return view.data ? view_dup(view) : mem_strdup("");
}

// What the socket does not take now waits in a lane.
static void send_frames(bus_t *bus, const header_t *header, const bytes_t *frames, size_t count)
{
    if (link_send(bus, header, frames, count)) {
        return;
    }
    ask_t *ask = ask_new(ASK_REPLY, header->kind, frames, count, 0);
    ask->header = *header;
    list_append(&bus->lanes[ASK_REPLY].unsent, &ask->link);
}

static void send_reply(bus_t *bus, int64_t broker_id, const fault_t *fault, const bytes_t frames[2])
{
    header_t header = {.kind = HDR_reply,
                       .reply = {.id = broker_id, .code = fault ? fault->code : ERR_OK}};
    if (!fault) {
        send_frames(bus, &header, frames, frames[1].size > 0 ? 2 : 1);
        return;
    }
    buf_t message = {0};
    message_pack_fault(fault, &message);
    bytes_t packed = {message.data, message.size};
    send_frames(bus, &header, &packed, 1);
    buf_release(&message);
}

static void refuse(bus_t *bus, const hdr_request_t *request)
{
    fault_t fault;
    fault_set(&fault, ERR_UNAVAILABLE, "try again", "service '%.*s' is not served here any more",
              (int)request->service.size, request->service.data);
    bytes_t none[2] = {{0}};
    send_reply(bus, request->id, &fault, none);
}

void serving_on_request(bus_t *bus, const hdr_request_t *request, const bytes_t frames[2])
{
    serving_t *serving = map_get(&bus->servings, request->service.data, request->service.size);
    if (bus->link != LINK_UP) {
        return; // of an earlier session: the broker has answered it
    }
    if (!serving || serving->credit == 0) {
        refuse(bus, request);
        return;
    }
    open_request_t *open = mem_new(sizeof *open);
    open->id = ++bus->ids;
    open->broker_id = request->id;
    map_add(&bus->requests, &open->id, sizeof open->id, open);
    char *method = text_of(request->method);
    char *client = text_of(request->client);
    char *role = text_of(request->role);
    bus_request_t given = {.id = open->id,
                           .service = serving->service,
                           .method = method,
                           .client = client,
                           .role = role,
                           .remaining_ms = request->remaining_ms,
                           .message = frames[0],
                           .payload = frames[1]};
    serving->on_request(serving->context, &given);
    free(method);
    free(client);
    free(role);
}

static err_t check_size(const fault_t *fault, bytes_t message, bytes_t payload, fault_t *ret)
{
    if (fault || (message.size <= LIMIT_FRAME_BYTES && payload.size <= LIMIT_FRAME_BYTES)) {
        return ERR_OK;
    }
    return fault_set(ret, ERR_TOO_LARGE, "ask for less, or for a blob",
                     "the answer has a frame of %zu bytes, at most %d are allowed",
                     message.size > payload.size ? message.size : payload.size, LIMIT_FRAME_BYTES);
}

err_t bus_reply(bus_t *bus, int64_t request, const fault_t *fault, bytes_t message, bytes_t payload)
{
    open_request_t *open = map_remove(&bus->requests, &request, sizeof request);
    if (!open) {
        return ERR_OK;
    }
    fault_t too_large;
    err_t err = check_size(fault, message, payload, &too_large);
    bytes_t frames[2] = {message, payload};
    send_reply(bus, open->broker_id, err ? &too_large : fault, frames);
    free(open);
    return err;
}

void serving_release(bus_t *bus)
{
    forget_requests(bus);
    size_t at = 0;
    serving_t *serving;
    while ((serving = map_next(&bus->servings, &at))) {
        free(serving->service);
        free(serving);
    }
    map_release(&bus->servings);
}
