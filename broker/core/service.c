// SPDX-License-Identifier: MPL-2.0
#include "broker/core/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/admin.h"
#include "broker/core/call.h"
#include "broker/core/emit.h"
#include "proto/name.h"

static void wake(core_t *core, service_t *service)
{
    list_append(&core->woken_services, &service->link);
}

// The service with this name, made when it is not there; NULL and a fault when it cannot be.
static service_t *open_service(core_t *core, view_t name, fault_t *fault)
{
    if (name_check(name, "service", fault)) {
        return NULL;
    }
    service_t *service = map_get(&core->services, name.data, name.size);
    if (service) {
        return service;
    }
    if (core->services.live >= CORE_SERVICES_MAX) {
        fault_set(fault, ERR_FULL, "use one of the services that are there",
                  "service '%.*s' would be one more than the %d allowed", (int)name.size, name.data,
                  CORE_SERVICES_MAX);
        return NULL;
    }
    service = mem_new(sizeof *service);
    service->name = view_dup(name);
    list_init(&service->workers);
    list_init(&service->queue);
    list_init(&service->link);
    map_add(&core->services, service->name, name.size, service);
    return service;
}

void service_destroy(core_t *core, service_t **service)
{
    service_t *old = *service;
    map_remove(&core->services, old->name, strlen(old->name));
    list_remove(&old->link);
    heap_release(&old->open);
    free(old->name);
    free(old);
    *service = NULL;
}

static worker_t *find_worker(const session_t *session, const service_t *service)
{
    for (list_t *link = session->workers.next; link != &session->workers; link = link->next) {
        worker_t *worker = LIST_ITEM(link, worker_t, of_session);
        if (worker->service == service) {
            return worker;
        }
    }
    return NULL;
}

static worker_t *add_worker(session_t *session, service_t *service)
{
    worker_t *worker = mem_new(sizeof *worker);
    worker->session = session;
    worker->service = service;
    list_init(&worker->calls);
    list_init(&worker->of_session);
    list_init(&worker->of_service);
    list_append(&session->workers, &worker->of_session);
    service->named++;
    return worker;
}

// Queued calls are patient for another while when the last worker has left, and wait for their
// deadline when one has come.
static void rearm(core_t *core, service_t *service)
{
    for (list_t *link = service->queue.next; link != &service->queue; link = link->next) {
        call_arm(core, LIST_ITEM(link, call_t, link));
    }
}

// Only workers that take new calls are on the service's list.
static void list_worker(core_t *core, worker_t *worker, bool listed)
{
    service_t *service = worker->service;
    bool had_workers = !list_empty(&service->workers);
    if (listed) {
        list_append(&service->workers, &worker->of_service);
    } else {
        list_remove(&worker->of_service);
    }
    if (had_workers == list_empty(&service->workers)) {
        rearm(core, service);
    }
    call_rank(worker);
    wake(core, service);
}

void service_on_serve(core_t *core, session_t *session, const header_t *header,
                      const event_t *event)
{
    (void)event;
    const hdr_serve_t *serve = &header->serve;
    fault_t fault;
    service_t *service = NULL;
    if (admin_serves(serve->service)) {
        fault_set(&fault, ERR_FORBIDDEN, "serve another name",
                  "service 'broker' is the broker's own");
    } else {
        service = open_service(core, serve->service, &fault);
    }
    if (!service) {
        emit_done(core, session->serial, serve->id, &fault);
        return;
    }
    worker_t *worker = find_worker(session, service);
    if (!worker) {
        worker = add_worker(session, service);
    }
    worker->credit = serve->credit;
    list_worker(core, worker, serve->credit > 0);
    emit_done(core, session->serial, serve->id, NULL);
}

static err_t check_call(const core_t *core, const session_t *session, const hdr_call_t *call,
                        fault_t *fault)
{
    err_t err = name_check(call->method, "method", fault);
    if (err) {
        return err;
    }
    if (call->remaining_ms <= 0) {
        return fault_set(fault, ERR_TIMEOUT, "give the call more time",
                         "the call of '%.*s' came with no time left", (int)call->method.size,
                         call->method.data);
    }
    if (map_get(&session->calls, &call->id, sizeof call->id)) {
        return fault_set(fault, ERR_INVALID, "give each call its own id",
                         "a call with id %lld is still on its way", (long long)call->id);
    }
    if (session->calls.live >= CORE_PENDING_MAX || core->call_bytes >= CORE_CALL_BYTES_MAX) {
        return fault_set(fault, ERR_BUSY, "wait for the calls on their way to be answered",
                         "too many calls are on their way");
    }
    return ERR_OK;
}

// The service that takes this call; NULL and a fault when none does.
static service_t *admit(core_t *core, const session_t *session, const hdr_call_t *call,
                        fault_t *fault)
{
    service_t *service =
        check_call(core, session, call, fault) ? NULL : open_service(core, call->service, fault);
    if (service && service->queued >= CORE_QUEUE_MAX) {
        fault_set(fault, ERR_BUSY, "try again later", "service '%s' has %zu calls waiting already",
                  service->name, service->queued);
        return NULL;
    }
    return service;
}

void service_on_call(core_t *core, session_t *session, const header_t *header, const event_t *event)
{
    if (admin_serves(header->call.service)) {
        admin_on_call(core, session, &header->call, event);
        return;
    }
    fault_t fault;
    service_t *service = admit(core, session, &header->call, &fault);
    if (!service) {
        emit_answer_fault(core, session, header->call.id, &fault);
        return;
    }
    call_new(core, session, service, &header->call, event->frames + 1, event->frame_count - 1);
    wake(core, service);
}

void service_on_reply(core_t *core, session_t *session, const header_t *header,
                      const event_t *event)
{
    const hdr_reply_t *reply = &header->reply;
    call_t *call = map_get(&core->calls, &reply->id, sizeof reply->id);
    if (!call || !call->worker || call->worker->session != session) {
        return; // late: the caller has had its answer
    }
    metrics_note(&core->metrics, METRIC_CALL_MS,
                 core->now_ms - (call->deadline_ms - call->allowed_ms));
    if (call->caller) {
        header_t answer = {.kind = HDR_answer, .answer = {.id = call->id, .code = reply->code}};
        emit_send(core, call->caller, &answer, event->frames + 1, event->frame_count - 1);
    }
    call_free(core, call);
}

void service_on_cancel(core_t *core, session_t *session, const header_t *header,
                       const event_t *event)
{
    (void)event;
    call_t *call = map_get(&session->calls, &header->cancel.id, sizeof header->cancel.id);
    if (call) {
        service_t *service = call->service;
        call_abandon(core, call);
        wake(core, service);
    }
}

// The worker with the most credit left; among equals the one whose credit changed first.
static worker_t *pick(const service_t *service)
{
    heap_node_t *first = heap_first(&service->open);
    return first ? LIST_ITEM(first, worker_t, place) : NULL;
}

void service_on_due(core_t *core, heap_node_t *node)
{
    call_t *call = LIST_ITEM(node, call_t, due);
    service_t *service = call->service;
    fault_t fault;
    if (core->now_ms >= call->deadline_ms) {
        fault_set(&fault, ERR_TIMEOUT, "try again later, or give it more time",
                  "service '%s' did not answer '%s' within %lld ms", service->name, call->method,
                  (long long)call->allowed_ms);
    } else {
        fault_set(&fault, ERR_UNAVAILABLE, "see that an actor that serves it is running",
                  "service '%s' has no worker", service->name);
    }
    call_fail(core, call, &fault);
    wake(core, service);
}

// A call whose time passed in this very step is nobody's work any more.
static void give(core_t *core, call_t *call, worker_t *worker)
{
    if (core->now_ms >= call->deadline_ms) {
        service_on_due(core, &call->due);
    } else {
        call_give(core, call, worker);
    }
}

void service_run(core_t *core)
{
    while (!list_empty(&core->woken_services)) {
        service_t *service = LIST_ITEM(core->woken_services.next, service_t, link);
        list_remove(&service->link);
        worker_t *worker = NULL;
        while (!list_empty(&service->queue) && (worker = pick(service))) {
            give(core, LIST_ITEM(service->queue.next, call_t, link), worker);
        }
        if (list_empty(&service->queue) && service->named == 0) {
            service_destroy(core, &service);
        }
    }
}

static void end_worker(core_t *core, worker_t *worker)
{
    if (worker->credit > 0) {
        list_worker(core, worker, false);
    }
    while (!list_empty(&worker->calls)) {
        // From the last to the first, so that those queued in front keep their order.
        call_lose_worker(core, LIST_ITEM(worker->calls.prev, call_t, link));
    }
    wake(core, worker->service);
    worker->service->named--;
    heap_remove(&worker->service->open, &worker->place);
    free(worker);
}

void service_on_session_ended(core_t *core, session_t *session)
{
    size_t at = 0;
    call_t *call;
    while ((call = map_next(&session->calls, &at))) {
        wake(core, call->service);
        call_abandon(core, call);
    }
    list_t *link;
    while ((link = list_pop(&session->workers))) {
        end_worker(core, LIST_ITEM(link, worker_t, of_session));
    }
}
