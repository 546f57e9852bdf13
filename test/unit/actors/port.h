// SPDX-License-Identifier: MPL-2.0
// The recording port: actor.h without a bus. It is linked in place of the runtime, keeps what a
// handler asked for as outputs, and lets a test answer calls, run offloaded work and move the
// clock.
#pragma once

#include "actors/runtime/actor.h"

typedef enum {
    PORT_ANSWER,
    PORT_REFUSE,
    PORT_CALL,
    PORT_PUBLISH,
    PORT_ACK,
    PORT_NACK,
    PORT_TOUCH,
    PORT_TERM,
    PORT_OFFLOAD,
    PORT_SPAWN,
    PORT_SAY,
    PORT_KILL,
    PORT_FETCH,
    PORT_RELEASE,
    PORT_STORE,
} port_kind_t;

// What a handler asked for. Fields that the kind does not have are 0, NULL or empty.
typedef struct port_output port_output_t;
struct port_output {
    port_kind_t kind;
    int64_t id; // ANSWER, REFUSE: the request; ACK to TERM: the offset; SPAWN, SAY, KILL: the child
    method_t method;  // ANSWER, REFUSE, CALL
    void *message;    // ANSWER, CALL: the msg_..._t, after a trip through its MessagePack form
    buf_t payload;    // ANSWER, CALL, PUBLISH
    fault_t fault;    // REFUSE
    int64_t delay_ms; // CALL: the deadline asked for; NACK: the delay
    char *topic;      // PUBLISH, ACK to TERM
    char *group;      // ACK to TERM
    char *key;        // PUBLISH
    char *message_id; // PUBLISH
    char *text; // NACK, TERM: the reason; SPAWN: the spec; SAY: the line; FETCH: the blob; RELEASE,
                // STORE: path

    // The port's own.
    message_kind_t message_kind;
    union {
        actor_answer_fn *on_answer;
        actor_published_fn *on_published;
        actor_work_fn *work;
        actor_line_fn *on_line;
        actor_path_fn *on_path;
        actor_stored_fn *on_stored;
    };
    union {
        actor_done_fn *done;
        actor_exit_fn *on_exit;
    };
    void *context;
    bool taken;
    bool settled;
    port_output_t *next;
};

// --- The actor under test

// An actor with an empty data directory of its own and every setting at its default. Not started.
actor_t *port_new(const actor_spec_t *spec);

// Ends the actor (fini, when it was started), removes its data directory, frees all outputs.
void port_destroy(actor_t **actor);

// Changes a setting; before port_start.
void port_set(actor_t *actor, const char *name, const char *value);

// Zeroes the state and runs init, and fini when that fails; monotonic time is `now_ms` of
// port_advance, 1,000,000 at first.
err_t port_start(actor_t *actor, fault_t *fault);

// Runs stop, what was offloaded, and fini; the data directory, the settings and the clock stay for
// another port_start.
void port_stop(actor_t *actor);

// Moves the clock; tick runs at each whole second on the way.
void port_advance(actor_t *actor, int64_t ms);

// Moves the clock at once, as after a sleep of the whole machine; tick runs once.
void port_leap(actor_t *actor, int64_t ms);

// --- What comes in

// Gives a request to the handler of its route, with a deadline of the method's own. Returns the
// request's id. The method must have a route.
int64_t port_request(actor_t *actor, method_t method, const void *message, bytes_t payload);

// Delivers a record to the handler of its topic; group, lease and so on are those of the spec.
// Returns its offset, counted from 1.
int64_t port_deliver(actor_t *actor, const char *topic, bytes_t payload);

// Delivers a packed message.
int64_t port_deliver_message(actor_t *actor, const char *topic, message_kind_t kind,
                             const void *message);

// Delivers a record as it is, for redeliveries and dead letters; topic and group choose the
// handler.
void port_deliver_record(actor_t *actor, const bus_record_t *record);

void port_heartbeat(actor_t *actor, const msg_heartbeat_t *heartbeat);

// --- What goes out

// The oldest output of this kind that was not taken yet; NULL when there is none. Valid until
// port_destroy.
port_output_t *port_take(actor_t *actor, port_kind_t kind);

// How many outputs of this kind were not taken yet.
size_t port_count(const actor_t *actor, port_kind_t kind);

// Handles the input of watched descriptors until there is an output of this kind, and takes it;
// NULL after 10 seconds without one.
port_output_t *port_await(actor_t *actor, port_kind_t kind);

// Handles the input that watched descriptors have now.
void port_poll(actor_t *actor);

// Handles the input of watched descriptors until there is input on a descriptor of the test's own;
// false after 10 seconds without any.
bool port_await_input(actor_t *actor, int fd);

// --- Answers to what went out: each once

void port_answer(actor_t *actor, port_output_t *call, const void *message, bytes_t payload);
void port_fail(actor_t *actor, port_output_t *call, err_t code, const char *detail);

// `fault` NULL: it is on disk.
void port_published(actor_t *actor, port_output_t *publish, const fault_t *fault);

// Runs all offloaded work that waits, and its `done`. Returns how many there were.
size_t port_run(actor_t *actor);

void port_line(actor_t *actor, port_output_t *spawn, const char *line);
void port_exit(actor_t *actor, port_output_t *spawn, int status);

// One of `fault` and `path` is NULL.
void port_fetched(actor_t *actor, port_output_t *fetch, const fault_t *fault, const char *path);
void port_stored(actor_t *actor, port_output_t *store, const fault_t *fault, const char *blob,
                 int64_t bytes);
