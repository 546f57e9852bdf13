// SPDX-License-Identifier: MPL-2.0
// What an actor is: a constant table of what it serves and hears, and handlers that change only
// their state and ask for the rest through the functions below. The runtime owns sockets,
// heartbeats, threads, child processes and shutdown; a test puts a recording port under the same
// handlers and steps them, without a socket, a thread or a sleep.
#pragma once

#include "base/fault.h"
#include "bus/bus.h"
#include "proto/method.h"

typedef struct actor actor_t;

// A request that waits for its answer. Copied freely; answered exactly once with actor_answer or
// actor_refuse.
typedef struct {
    int64_t id;
    int64_t deadline_ms; // monotonic
    method_t method;
    char client[LIMIT_NAME_BYTES + 1];
    bool here; // the caller is on the broker's host: it may be told of paths
} request_t;

// `message` is a msg_..._t of the method's request kind, freed by the runtime after the handler:
// what is kept is copied.
typedef void actor_method_fn(actor_t *actor, const request_t *request, void *message,
                             bytes_t payload);

typedef struct {
    method_t method;
    actor_method_fn *handle;
} actor_route_t;

typedef struct {
    const char *name;
    int64_t credit; // requests at once
    const actor_route_t *routes;
    size_t count;
} actor_service_t;

// Settles or touches the record later by its topic, group and offset.
typedef void actor_record_fn(actor_t *actor, const bus_record_t *record);

typedef struct {
    bus_consume_t options;
    actor_record_fn *handle;
    bool each; // every instance has a group of its own, GROUP.INSTANCE, and so hears every record
} actor_topic_t;

typedef struct {
    const char *name;
    size_t state_bytes;
    const actor_service_t *services;
    size_t service_count;
    const actor_topic_t *topics;
    size_t topic_count;
    err_t (*init)(actor_t *actor, fault_t *fault); // state is zeroed; may be NULL
    void (*tick)(actor_t *actor, int64_t now_ms);  // once a second, monotonic time; may be NULL
    void (*heartbeat)(actor_t *actor,
                      const msg_heartbeat_t *heartbeat); // NULL: heartbeats are not heard
    void (*stop)(actor_t *actor); // answers what would wait: nothing new comes; may be NULL
    // Also after a failed init. No answer comes after it. May be NULL.
    void (*fini)(actor_t *actor);
} actor_spec_t;

// The actor's own state: spec->state_bytes, zeroed at the start.
void *actor_state(actor_t *actor);

// The data directory, absolute.
const char *actor_data_dir(const actor_t *actor);

// Which one of several actors of its name this is.
const char *actor_instance(const actor_t *actor);

// The value of a setting (base/settings.h).
const char *actor_setting(const actor_t *actor, const char *name);
int64_t actor_setting_int(const actor_t *actor, const char *name);

// Monotonic milliseconds, as seen by the current step.
int64_t actor_now_ms(const actor_t *actor);

// --- Requests that came in

// Answers with a message of the method's answer kind; `message` is only read.
void actor_answer(actor_t *actor, const request_t *request, const void *message);

// Answers with a message (NULL: an empty one) and a payload.
void actor_answer_payload(actor_t *actor, const request_t *request, const void *message,
                          bytes_t payload);

void actor_refuse(actor_t *actor, const request_t *request, const fault_t *fault);

// --- Calls to others

// `message` is of the method's answer kind, NULL when there is a fault; freed by the runtime after
// the handler.
typedef void actor_answer_fn(actor_t *actor, void *context, const fault_t *fault, void *message,
                             bytes_t payload);

// Calls a method; on_answer comes exactly once, never before this returns. deadline_ms 0: the
// method's own.
void actor_call(actor_t *actor, method_t method, const void *message, bytes_t payload,
                int64_t deadline_ms, actor_answer_fn *on_answer, void *context);

// --- Topics

typedef void actor_published_fn(actor_t *actor, void *context, const fault_t *fault);

// Publishes a packed record; message_id makes repeats harmless. on_published may be NULL.
void actor_publish(actor_t *actor, const char *topic, const char *key, const char *message_id,
                   bytes_t payload, actor_published_fn *on_published, void *context);

void actor_ack(actor_t *actor, const char *topic, const char *group, int64_t offset);
void actor_nack(actor_t *actor, const char *topic, const char *group, int64_t offset,
                int64_t delay_ms, const char *reason);
void actor_touch(actor_t *actor, const char *topic, const char *group, int64_t offset);
void actor_term(actor_t *actor, const char *topic, const char *group, int64_t offset,
                const char *reason);

// --- Work that takes long

// `work` runs on a pool thread and touches nothing but `context`; then `done` runs in the actor's
// loop.
typedef void actor_work_fn(void *context);
typedef void actor_done_fn(actor_t *actor, void *context);
void actor_offload(actor_t *actor, actor_work_fn *work, actor_done_fn *done, void *context);

// A child process: `autodp-worker` with one line of JSON on its stdin. on_line gets each line of
// its stdout without the line end; on_exit comes once, last: `status` is that of waitpid. The child
// dies with the actor.
typedef int64_t child_t;
typedef void actor_line_fn(actor_t *actor, void *context, const char *line);
typedef void actor_exit_fn(actor_t *actor, void *context, int status);
err_t actor_spawn(actor_t *actor, const char *spec, actor_line_fn *on_line, actor_exit_fn *on_exit,
                  void *context, child_t *ret_child, fault_t *fault);

// Gives a child another line. One that does not read what it is given is killed.
void actor_say(actor_t *actor, child_t child, const char *line);
void actor_kill(actor_t *actor, child_t child);

// --- Blobs

// A readable local path of the blob's content, valid until actor_release_path; NULL with a fault.
typedef void actor_path_fn(actor_t *actor, void *context, const fault_t *fault, const char *path);
void actor_fetch(actor_t *actor, const char *blob, actor_path_fn *on_path, void *context);
void actor_release_path(actor_t *actor, const char *path);

// Stores a local file as a blob; the file itself is left.
typedef void actor_stored_fn(actor_t *actor, void *context, const fault_t *fault, const char *blob,
                             int64_t bytes);
void actor_store(actor_t *actor, const char *path, actor_stored_fn *on_stored, void *context);

// --- Other sources of events

// Watches a file descriptor for input until actor_unwatch.
typedef void actor_watch_fn(actor_t *actor, void *context);
void actor_watch(actor_t *actor, int fd, actor_watch_fn *on_input, void *context);
void actor_unwatch(actor_t *actor, int fd);
