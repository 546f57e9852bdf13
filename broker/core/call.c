// SPDX-License-Identifier: MPL-2.0
#include "broker/core/call.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/access.h"
#include "broker/core/emit.h"

static void copy_frames(core_t *core, call_t *call, const view_t *frames, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += frames[i].size;
    }
    call->bytes = mem_new(size);
    char *at = call->bytes;
    for (size_t i = 0; i < count; i++) {
        if (frames[i].size > 0) {
            memcpy(at, frames[i].data, frames[i].size);
        }
        call->frames[i] = (view_t){at, frames[i].size};
        at += frames[i].size;
    }
    call->frame_count = count;
    core->call_bytes += (int64_t)size;
}

// The bytes may still be named by an effect of this step.
static void drop_frames(core_t *core, call_t *call)
{
    for (size_t i = 0; i < call->frame_count; i++) {
        core->call_bytes -= (int64_t)call->frames[i].size;
    }
    call->frame_count = 0;
    slab_adopt(&core->effects->slab, call->bytes);
    call->bytes = NULL;
}

static void enqueue(call_t *call, bool in_front)
{
    service_t *service = call->service;
    call->worker = NULL;
    if (in_front) {
        list_prepend(&service->queue, &call->link);
    } else {
        list_append(&service->queue, &call->link);
    }
    service->queued++;
}

void call_arm(core_t *core, call_t *call)
{
    int64_t due_ms = call->deadline_ms;
    int64_t patience_ms = core->now_ms + core->options.absence_ms;
    if (list_empty(&call->service->workers) && call->attempts == 0 && patience_ms < due_ms) {
        due_ms = patience_ms;
    }
    heap_set(&core->heap, &call->due, due_ms);
}

call_t *call_new(core_t *core, session_t *caller, service_t *service, const hdr_call_t *header,
                 const view_t *frames, size_t count)
{
    call_t *call = mem_new(sizeof *call);
    call->serial = ++core->serials;
    call->id = header->id;
    call->caller = caller;
    call->service = service;
    call->method = view_dup(header->method);
    call->client = mem_strdup(caller->name);
    call->role = mem_strdup(access_role(caller));
    call->allowed_ms = header->remaining_ms;
    call->deadline_ms = core->now_ms + header->remaining_ms;
    call->idempotent = header->idempotent;
    call->due.kind = DUE_CALL;
    list_init(&call->link);
    copy_frames(core, call, frames, count);
    map_add(&core->calls, &call->serial, sizeof call->serial, call);
    map_add(&caller->calls, &call->id, sizeof call->id, call);
    enqueue(call, false);
    call_arm(core, call);
    return call;
}

static void leave_caller(call_t *call)
{
    if (call->caller) {
        map_remove(&call->caller->calls, &call->id, sizeof call->id);
        call->caller = NULL;
    }
}

void call_rank(worker_t *worker)
{
    heap_t *open = &worker->service->open;
    if (worker->busy < worker->credit) {
        heap_set(open, &worker->place, worker->busy - worker->credit);
    } else {
        heap_remove(open, &worker->place);
    }
}

static void leave_worker(core_t *core, call_t *call)
{
    if (call->worker) {
        call->worker->busy--;
        call_rank(call->worker);
        call->worker = NULL;
        list_append(&core->woken_services, &call->service->link);
    } else {
        call->service->queued--;
    }
    list_remove(&call->link);
}

void call_free(core_t *core, call_t *call)
{
    leave_caller(call);
    leave_worker(core, call);
    heap_remove(&core->heap, &call->due);
    map_remove(&core->calls, &call->serial, sizeof call->serial);
    drop_frames(core, call);
    free(call->method);
    free(call->client);
    free(call->role);
    free(call);
}

void call_give(core_t *core, call_t *call, worker_t *worker)
{
    header_t header = {.kind = HDR_request,
                       .request = {.id = call->serial,
                                   .service = view_of(call->service->name),
                                   .method = view_of(call->method),
                                   .remaining_ms = call->deadline_ms - core->now_ms,
                                   .client = view_of(call->client),
                                   .role = view_of(call->role)}};
    emit_send(core, worker->session, &header, call->frames, call->frame_count);
    call->service->queued--;
    call->worker = worker;
    call->attempts++;
    list_append(&worker->calls, &call->link);
    worker->busy++;
    call_rank(worker);
    heap_set(&core->heap, &call->due, call->deadline_ms);
    if (!call->idempotent) {
        drop_frames(core, call);
    }
}

void call_abandon(core_t *core, call_t *call)
{
    leave_caller(call);
    if (!call->worker) {
        call_free(core, call);
        return;
    }
    heap_remove(&core->heap, &call->due);
    drop_frames(core, call);
}

void call_fail(core_t *core, call_t *call, const fault_t *fault)
{
    if (call->caller) {
        emit_answer_fault(core, call->caller, call->id, fault);
    }
    call_abandon(core, call);
}

void call_lose_worker(core_t *core, call_t *call)
{
    if (call->caller && call->idempotent && call->attempts < CORE_ATTEMPTS_MAX) {
        leave_worker(core, call);
        enqueue(call, true);
        call_arm(core, call);
        return;
    }
    if (call->caller) {
        fault_t fault;
        fault_set(&fault, ERR_UNAVAILABLE, "whether it was done is not known: look, then try again",
                  "service '%s': the worker ended during '%s'", call->service->name, call->method);
        emit_answer_fault(core, call->caller, call->id, &fault);
    }
    call_free(core, call);
}
