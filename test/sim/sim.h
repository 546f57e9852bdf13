// SPDX-License-Identifier: MPL-2.0
// A whole world in one process, from one seed: clients, a network, a disk that loses power, and
// between them the broker's core, its spool and its log as they are shipped. Time is virtual.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "broker/core/core.h"
#include "broker/core/entry.h"
#include "test/unit/log/sim_disk.h"

enum {
    TOPICS = 3, // those that clients publish to: two queues and a stream
    TOPIC_STREAMED = 2,
    DEAD_TOPICS = 6,
    PAIRS = 13, // a topic and a group: two of each topic, one ephemeral, one of each dead topic
    PAIR_EPHEMERAL = 6,
    PAIR_DEAD = 7,
    OFFSETS_MAX = 2048,
    SERIALS_MAX = 2048,
    KEYS = 4, // and 0: none
    PUBLISHERS = 3,
    CONSUMERS = 6, // the last one takes the dead letters
    CALLERS = 2,
    WORKERS = 2,
    CLIENTS = PUBLISHERS + CONSUMERS + CALLERS + WORKERS,
    HELD_MAX = 128, // records or requests that a client has
    OUT_MAX = 24,   // records that a publisher has on the way
    TRACE_LINES = 50,
    TRACE_SIZE = 200,
    SILENCE_MS = 3000,
    DELIVERIES_MOST = 4,
    WINDOW = 256,
    RETENTION = 60, // records of the stream
    FRAMES = 3,
};

// What is broken on purpose, so that a test sees that it is found.
typedef enum { BREAK_NOTHING, BREAK_EARLY_ACK, BREAK_LOST_SETTLE, BREAK_OFFSET_TWICE } break_t;

typedef enum { KIND_PUBLISHER, KIND_CONSUMER, KIND_CALLER, KIND_WORKER } client_kind_t;

typedef struct {
    int64_t at_ms;
    buf_t frames[FRAMES];
    size_t count;
} message_t;

typedef struct {
    message_t *items;
    size_t first;
    size_t count;
    size_t capacity;
    int64_t last_ms; // nothing overtakes
} queue_t;

// One connection. Its number is its routing id.
typedef struct {
    int number;
    int client;
    bool open;      // the client's end
    bool reachable; // the broker's end
    queue_t up;
    queue_t down;
} conn_t;

// A record as its publisher means it. `offset` is what the model has learnt.
typedef struct {
    int topic;
    int key;
    int publisher;
    int64_t sequence;
    int64_t priority;
    int64_t delay_ms;
    int64_t ttl_ms;
    size_t size;
    int64_t expires_least; // by the wall clock, over all times that it was sent
    int64_t expires_most;
    int64_t offset; // -1: not known
    bool answered;
} parcel_t;

// What a consumer means to do with a record, or a worker with a request.
typedef enum { PLAN_ACK, PLAN_NACK, PLAN_TERM, PLAN_TOUCH, PLAN_STALL } plan_t;

typedef struct {
    int pair;
    int64_t offset; // a request's id
    int64_t at_ms;
    plan_t plan;
    char text[24]; // of a request
} held_t;

// A publisher's record without an answer.
typedef struct {
    int64_t serial;
    int64_t id;
    int64_t again_ms; // when it is sent anew
} out_t;

typedef struct {
    client_kind_t kind;
    int number; // among its kind
    char name[16];
    conn_t *conn;
    bool welcome;
    int64_t connect_ms; // when it tries anew
    int64_t heard_ms;
    int64_t ping_ms;
    int64_t next_id;
    bool by_producer; // repeats are known by producer and sequence
    int64_t sequences[TOPICS];
    out_t out[OUT_MAX];
    int out_count;
    held_t held[HELD_MAX];
    int held_count;
} client_t;

typedef struct model model_t;
typedef struct sim_broker sim_broker_t;

// Probabilities in 1/10,000 a call.
typedef struct {
    disk_t calls;
    sim_disk_t *under;
    uint64_t *random;
    int fail_read;
    int fail_write;
    int fail_sync;
    bool full;
} sim_faults_t;

typedef struct {
    uint64_t seed;
    uint64_t random;
    bool trace;
    bool expect_failure;
    break_t broken;
    int64_t now_ms;
    int64_t wall_ms;
    int64_t wall_most; // the latest that it has been
    int64_t step;
    int64_t kills;
    int64_t calm_kills; // while faults were off
    bool calm;          // faults are off, everything is to settle
    client_t clients[CLIENTS];
    conn_t **conns;
    int conn_count;
    parcel_t parcels[SERIALS_MAX];
    int64_t parcel_count;
    int64_t call_count;
    sim_faults_t disk;
    sim_broker_t *broker;
    model_t *model;
    char lines[TRACE_LINES][TRACE_SIZE];
    int64_t line_count;
} world_t;

// Runs one seed; ends the program when something is found.
void world_run(uint64_t seed, break_t broken, bool trace, bool expect_failure);

uint64_t draw(world_t *world, uint64_t below);
bool chance(world_t *world, int percent);

// Notes an event for the end, and prints it in a trace.
void trace(world_t *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
void trace_header(world_t *world, const char *arrow, const conn_t *conn, const header_t *header);

// Ends the program with what was found, the seed and the last events.
_Noreturn void sim_fail(world_t *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Names.
const char *topic_name(int topic);
const char *pair_group(int pair);
int pair_topic(int pair);
int pair_of(view_t topic, view_t group);
int topic_of(view_t name);

// The payload of a record, and what it was made from (-1: nothing that was ever published).
void payload_make(const world_t *world, int64_t serial, buf_t *to);
int64_t payload_serial(const world_t *world, view_t payload);

// The network. Frames behind the header may be NULL.
void net_connect(world_t *world, client_t *client);
void net_drop(world_t *world, conn_t *conn);
void net_up(world_t *world, const client_t *client, const header_t *header, const buf_t *first,
            const buf_t *second);
void net_down(world_t *world, conn_t *conn, const effect_t *effect);
message_t *net_next(queue_t *queue, int64_t now_ms); // the first that has come; NULL: none
void net_pop(queue_t *queue);
conn_t *net_find(const world_t *world, view_t route);
bool net_idle(const world_t *world);
void net_release(world_t *world);

// Clients: one turn of each, and one message.
void client_turn(world_t *world, client_t *client);
void client_lost(client_t *client);
void publisher_turn(world_t *world, client_t *client);
void publisher_take(world_t *world, client_t *client, const header_t *header);
void consumer_join(world_t *world, client_t *client);
void consumer_turn(world_t *world, client_t *client);
void consumer_take(world_t *world, client_t *client, const header_t *header, const message_t *from);
void caller_turn(world_t *world, client_t *client);
void worker_join(world_t *world, client_t *client);
void worker_turn(world_t *world, client_t *client);
void worker_take(world_t *world, client_t *client, const header_t *header, const message_t *from);

// The disk with faults over the simulated one.
void faults_init(sim_faults_t *faults, sim_disk_t *under, uint64_t *random);

// The broker: one turn of its loop; a kill at any moment, and the start behind it.
sim_broker_t *sim_broker_new(world_t *world);
void sim_broker_destroy(sim_broker_t **broker);
void sim_broker_start(world_t *world);
void sim_broker_turn(world_t *world);
void sim_broker_kill(world_t *world, const char *why);
bool sim_broker_up(const world_t *world);
bool sim_broker_busy(const world_t *world);

// The model: sees what comes to the core and what leaves it, in that order.
model_t *model_new(world_t *world);
void model_destroy(model_t **model);
void model_in(world_t *world, const conn_t *conn, const header_t *header);
void model_in_publish(world_t *world, const conn_t *conn, int64_t id, int64_t serial);
void model_in_call(world_t *world, const conn_t *conn, const header_t *header, view_t payload);
void model_out(world_t *world, const conn_t *conn, const header_t *header, const effect_t *effect);
void model_append(world_t *world, int topic, int64_t offset);
void model_gone(world_t *world, const conn_t *conn);
void model_restart(world_t *world);
void model_ticked(world_t *world);    // what must have been answered by now
bool model_settled(world_t *world);   // everything that is known has come to its end
void model_check_end(world_t *world); // fails with what has not
