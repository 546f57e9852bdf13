// SPDX-License-Identifier: MPL-2.0
// The inside of the runtime, shared by its files only.
#pragma once

#include <pthread.h>
#include <sys/types.h>
#include <zmq.h>

#include "actors/runtime/run.h"
#include "proto/endpoint.h"

enum {
    WATCHES_MAX = 1024,
    POOL_THREADS = 4,
    TICK_MS = 1000,
    LISTEN_MS = 1000, // from the first heartbeat heard to the first one sent, of those who listen
    SILENT_MS = 5000, // or so long when none is heard
    DRAIN_MS = 5000,
};

// A file descriptor the loop polls.
typedef struct {
    int fd;
    actor_watch_fn *on_input;
    void *context;
} watch_t;

// Work for the pool; then for the loop.
typedef struct task {
    actor_work_fn *work; // NULL: straight to `done`
    actor_done_fn *done;
    void *context;
    struct task *next;
} task_t;

typedef struct {
    task_t *first;
    task_t **last;
} task_list_t;

typedef struct {
    pthread_t threads[POOL_THREADS];
    int thread_count;
    int idle;
    bool stop;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    task_list_t waiting;
    task_list_t finished;
    int event_fd;
    int in_flight; // offloaded and not yet done; the loop's own
} pool_t;

typedef struct child_process child_process_t;
typedef struct outstanding outstanding_t;

struct actor {
    const actor_spec_t *spec;
    const run_options_t *options;
    void *state;
    bus_t *bus;
    int64_t now_ms;
    char instance[LIMIT_NAME_BYTES + 1];
    char incarnation[LIMIT_NAME_BYTES + 1];
    char endpoints[3][ENDPOINT_SIZE]; // broker, heartbeats in, heartbeats out
    int64_t started_ms;               // wall time
    int64_t begun_ms;                 // monotonic
    int64_t heard_ms;                 // the first heartbeat of anybody; 0: none yet
    int64_t sequence;
    int64_t handled;
    int requests; // taken and not yet answered
    watch_t watches[WATCHES_MAX];
    int watch_count;
    pool_t pool;
    outstanding_t *outstanding; // calls and publications without an answer
    child_process_t *children;
    int64_t next_child;
    int64_t next_copy;
    bool ready_told;
    bool stopping;
};

// watch.c: runs the handlers of the watches whose descriptor is readable.
void watch_run(actor_t *actor, const zmq_pollitem_t *items, int count);

// serve.c
void serve_start(actor_t *actor);
void serve_stop(actor_t *actor);

// Ends every call and publication that has no answer with UNAVAILABLE.
void serve_abandon(actor_t *actor);

// pool.c
err_t pool_init(actor_t *actor, fault_t *fault);
void pool_fini(actor_t *actor);

// Runs `done` in one of the loop's next turns.
void pool_later(actor_t *actor, actor_done_fn *done, void *context);

// child.c
void child_kill_all(actor_t *actor);

// heartbeat.c
void heartbeat_send(actor_t *actor, const char *state);
