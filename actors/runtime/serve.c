// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "actors/runtime/runtime.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

// --- Requests ---

static void finish(actor_t *actor, const request_t *request, const fault_t *fault, bytes_t message,
                   bytes_t payload)
{
    actor->requests--;
    bus_reply(actor->bus, request->id, fault, message, payload);
}

void actor_refuse(actor_t *actor, const request_t *request, const fault_t *fault)
{
    finish(actor, request, fault, (bytes_t){0}, (bytes_t){0});
}

void actor_answer_payload(actor_t *actor, const request_t *request, const void *message,
                          bytes_t payload)
{
    static const msg_empty_t EMPTY;
    buf_t packed = {0};
    message_kind_t kind = message ? method_row(request->method)->answer : MSG_empty;
    message_pack(kind, message ? message : &EMPTY, &packed);
    fault_t fault;
    if (packed.size > LIMIT_FRAME_BYTES) {
        fault_set(&fault, ERR_TOO_LARGE, "ask for less, or for it as a file",
                  "the answer of %s has %zu bytes", method_row(request->method)->name, packed.size);
        actor_refuse(actor, request, &fault);
    } else {
        finish(actor, request, NULL, (bytes_t){packed.data, packed.size}, payload);
    }
    buf_release(&packed);
}

void actor_answer(actor_t *actor, const request_t *request, const void *message)
{
    actor_answer_payload(actor, request, message, (bytes_t){0});
}

static const actor_route_t *route_of(const actor_t *actor, const bus_request_t *incoming)
{
    method_t method = method_by_name(incoming->service, incoming->method);
    for (size_t i = 0; i < actor->spec->service_count; i++) {
        const actor_service_t *service = &actor->spec->services[i];
        for (size_t k = 0; k < service->count; k++) {
            if (service->routes[k].method == method) {
                return &service->routes[k];
            }
        }
    }
    return NULL;
}

static void on_request(void *context, const bus_request_t *incoming)
{
    actor_t *actor = context;
    const actor_route_t *route = route_of(actor, incoming);
    request_t request = {.id = incoming->id, .deadline_ms = actor->now_ms + incoming->remaining_ms};
    text_copy(request.client, sizeof request.client, incoming->client);
    request.here = strcmp(incoming->role, "local") == 0;
    actor->requests++;
    actor->handled++;
    fault_t fault;
    if (!route) {
        fault_set(&fault, ERR_NOT_FOUND, "see the methods in the wire document",
                  "service '%s' has no method '%s'", incoming->service, incoming->method);
        actor_refuse(actor, &request, &fault);
        return;
    }
    request.method = route->method;
    message_kind_t kind = method_row(route->method)->request;
    void *message = mem_new(message_schema(kind)->size);
    if (message_unpack(kind, incoming->message.data, incoming->message.size, message, &fault)) {
        actor_refuse(actor, &request, &fault);
    } else {
        route->handle(actor, &request, message, incoming->payload);
        message_release(kind, message);
    }
    free(message);
}

// --- What waits for the bus: ended with a fault when the actor stops, so that nothing is lost
// track of ---

struct outstanding {
    outstanding_t *next;
    outstanding_t **back;
    void (*abandon)(outstanding_t *outstanding, const fault_t *fault);
};

static void enlist(actor_t *actor, outstanding_t *outstanding)
{
    outstanding->next = actor->outstanding;
    outstanding->back = &actor->outstanding;
    if (outstanding->next) {
        outstanding->next->back = &outstanding->next;
    }
    actor->outstanding = outstanding;
}

static void delist(outstanding_t *outstanding)
{
    *outstanding->back = outstanding->next;
    if (outstanding->next) {
        outstanding->next->back = outstanding->back;
    }
}

// --- Calls ---

typedef struct {
    outstanding_t outstanding;
    actor_t *actor;
    method_t method;
    actor_answer_fn *on_answer;
    void *context;
    fault_t fault; // why the call could not even be sent
} pending_t;

static void on_answer(void *context, const fault_t *fault, bytes_t bytes, bytes_t payload)
{
    pending_t *pending = context;
    delist(&pending->outstanding);
    message_kind_t kind = method_row(pending->method)->answer;
    void *message = mem_new(message_schema(kind)->size);
    fault_t own;
    if (!fault && message_unpack(kind, bytes.data, bytes.size, message, &own)) {
        fault = &own;
    }
    pending->on_answer(pending->actor, pending->context, fault, fault ? NULL : message, payload);
    message_release(kind, message);
    free(message);
    free(pending);
}

static void not_sent(actor_t *actor, void *context)
{
    (void)actor;
    pending_t *pending = context;
    fault_t fault = pending->fault;
    on_answer(pending, &fault, (bytes_t){0}, (bytes_t){0});
}

static void abandon_call(outstanding_t *outstanding, const fault_t *fault)
{
    on_answer(outstanding, fault, (bytes_t){0}, (bytes_t){0});
}

void actor_call(actor_t *actor, method_t method, const void *message, bytes_t payload,
                int64_t deadline_ms, actor_answer_fn *answer, void *context)
{
    const method_row_t *row = method_row(method);
    pending_t *pending = mem_new(sizeof *pending);
    *pending = (pending_t){.outstanding.abandon = abandon_call,
                           .actor = actor,
                           .method = method,
                           .on_answer = answer,
                           .context = context};
    enlist(actor, &pending->outstanding);
    buf_t packed = {0};
    message_pack(row->request, message, &packed);
    if (bus_call(actor->bus, row->service, row->name, (bytes_t){packed.data, packed.size}, payload,
                 deadline_ms ? deadline_ms : row->deadline_ms, row->idempotent, on_answer, pending,
                 NULL, &pending->fault)) {
        pool_later(actor, not_sent, pending);
    }
    buf_release(&packed);
}

// --- Topics ---

typedef struct {
    outstanding_t outstanding;
    actor_t *actor;
    actor_published_fn *on_published;
    void *context;
    fault_t fault;
} publication_t;

static void on_published(void *context, const fault_t *fault, int64_t offset, bool duplicate)
{
    (void)offset;
    (void)duplicate;
    publication_t *publication = context;
    delist(&publication->outstanding);
    if (publication->on_published) {
        publication->on_published(publication->actor, publication->context, fault);
    } else if (fault) {
        log_event(LOG_WARNING, "publish.refused", "%s", fault->detail);
    }
    free(publication);
}

static void not_published(actor_t *actor, void *context)
{
    (void)actor;
    publication_t *publication = context;
    fault_t fault = publication->fault;
    on_published(publication, &fault, 0, false);
}

static void abandon_publication(outstanding_t *outstanding, const fault_t *fault)
{
    on_published(outstanding, fault, 0, false);
}

void actor_publish(actor_t *actor, const char *topic, const char *key, const char *message_id,
                   bytes_t payload, actor_published_fn *published, void *context)
{
    publication_t *publication = mem_new(sizeof *publication);
    *publication = (publication_t){.outstanding.abandon = abandon_publication,
                                   .actor = actor,
                                   .on_published = published,
                                   .context = context};
    enlist(actor, &publication->outstanding);
    bus_publish_t record = {
        .topic = topic, .key = key, .message_id = message_id, .payload = payload};
    if (bus_publish(actor->bus, &record, on_published, publication, &publication->fault)) {
        pool_later(actor, not_published, publication);
    }
}

// A settlement that is lost is no harm: the record comes again, and whoever handles it knows what
// was done.
static void on_settled(void *context, const fault_t *fault)
{
    (void)context;
    if (fault) {
        log_event(LOG_INFO, "settle.refused", "%s", fault->detail);
    }
}

void actor_ack(actor_t *actor, const char *topic, const char *group, int64_t offset)
{
    bus_ack(actor->bus, topic, group, offset, on_settled, NULL);
}

void actor_nack(actor_t *actor, const char *topic, const char *group, int64_t offset,
                int64_t delay_ms, const char *reason)
{
    bus_nack(actor->bus, topic, group, offset, delay_ms, reason, on_settled, NULL);
}

void actor_touch(actor_t *actor, const char *topic, const char *group, int64_t offset)
{
    bus_touch(actor->bus, topic, group, offset, on_settled, NULL);
}

void actor_term(actor_t *actor, const char *topic, const char *group, int64_t offset,
                const char *reason)
{
    bus_term(actor->bus, topic, group, offset, reason, on_settled, NULL);
}

// The group that this instance consumes a topic in. Malloc'd.
static char *group_of(const actor_t *actor, const actor_topic_t *topic)
{
    return topic->each ? text_format("%s.%s", topic->options.group, actor->instance)
                       : mem_strdup(topic->options.group);
}

static void on_record(void *context, const bus_record_t *record)
{
    actor_t *actor = context;
    actor->handled++;
    for (size_t i = 0; i < actor->spec->topic_count; i++) {
        const actor_topic_t *topic = &actor->spec->topics[i];
        char *group = group_of(actor, topic);
        bool ours =
            strcmp(topic->options.topic, record->topic) == 0 && strcmp(group, record->group) == 0;
        free(group);
        if (ours) {
            topic->handle(actor, record);
            return;
        }
    }
}

static void on_heartbeat(void *context, const msg_heartbeat_t *heartbeat)
{
    actor_t *actor = context;
    actor->heard_ms = actor->heard_ms ? actor->heard_ms : actor->now_ms;
    actor->spec->heartbeat(actor, heartbeat);
}

// --- Start and stop ---

void serve_start(actor_t *actor)
{
    fault_t fault;
    for (size_t i = 0; i < actor->spec->service_count; i++) {
        const actor_service_t *service = &actor->spec->services[i];
        if (bus_serve(actor->bus, service->name, service->credit, on_request, actor, &fault)) {
            log_event(LOG_ERROR, "serve.refused", "%s: %s", service->name, fault.detail);
        }
    }
    for (size_t i = 0; i < actor->spec->topic_count; i++) {
        bus_consume_t options = actor->spec->topics[i].options;
        char *group = group_of(actor, &actor->spec->topics[i]);
        options.group = group;
        if (bus_consume(actor->bus, &options, on_record, actor, &fault)) {
            log_event(LOG_ERROR, "consume.refused", "%s: %s", options.topic, fault.detail);
        }
        free(group);
    }
    if (actor->spec->heartbeat) {
        bus_on_heartbeat(actor->bus, on_heartbeat, actor);
    }
}

void serve_abandon(actor_t *actor)
{
    fault_t fault;
    fault_set(&fault, ERR_UNAVAILABLE, "try again", "the %s actor stops", actor->spec->name);
    while (actor->outstanding) {
        outstanding_t *outstanding = actor->outstanding;
        outstanding->abandon(outstanding, &fault);
    }
}

void serve_stop(actor_t *actor)
{
    for (size_t i = 0; i < actor->spec->service_count; i++) {
        bus_unserve(actor->bus, actor->spec->services[i].name);
    }
    for (size_t i = 0; i < actor->spec->topic_count; i++) {
        char *group = group_of(actor, &actor->spec->topics[i]);
        bus_unconsume(actor->bus, actor->spec->topics[i].options.topic, group);
        free(group);
    }
}
