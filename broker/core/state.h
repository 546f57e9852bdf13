// SPDX-License-Identifier: MPL-2.0
// The core's state, shared by its parts: sessions, services, topics, groups. Each part changes its
// own things, and wakes the others through the lists at the end of core_t.
#pragma once

#include "base/heap.h"
#include "base/list.h"
#include "base/map.h"
#include "broker/core/core.h"
#include "broker/core/entry.h"
#include "broker/core/metrics.h"

typedef struct session session_t;
typedef struct user user_t;
typedef struct service service_t;
typedef struct worker worker_t;
typedef struct call call_t;
typedef struct topic topic_t;
typedef struct record record_t;
typedef struct trait trait_t;
typedef struct producer producer_t;
typedef struct group group_t;
typedef struct consumer consumer_t;
typedef struct item item_t;
typedef struct order order_t;
typedef struct op op_t;
typedef struct waiter waiter_t;

// What a heap node is part of.
typedef enum {
    DUE_SESSION,
    DUE_CALL,
    DUE_ITEM,
    DUE_NOTES,
    DUE_TRAIT,
    DUE_TOPIC,
    DUE_COUNT
} due_kind_t;

// Records by offset, in chunks that do not move.
typedef struct {
    struct chunk **chunks;
    int64_t base; // number of the first chunk
    size_t start; // its index in `chunks`
    size_t count; // of chunks, holes included
    size_t capacity;
} records_t;

// What is left of a quota, in thousandths.
typedef struct {
    int64_t left;
    int64_t at_ms;
} bucket_t;

// The owner of a key.
struct user {
    char *name;
    const role_t *role;
    int64_t sessions;
    bucket_t bytes;
    bucket_t messages;
};

// A client that has said hello.
struct session {
    int64_t serial; // never given twice
    char route[256];
    size_t route_size;
    char *name;
    char *identity; // "name/instance", behind "user:" when it has one
    user_t *user;   // NULL: of this host
    int64_t heard_ms;
    heap_node_t due;
    list_t workers;    // its own worker_t
    list_t consumers;  // its own consumer_t
    map_t calls;       // its own call_t, by the id it gave them
    int64_t publishes; // not on disk yet
    bool ended;
    bool left;   // it said goodbye
    list_t link; // in core_t.ended
};

struct service {
    char *name;
    list_t workers; // those that take new calls
    heap_t open;    // the same with credit left, the most first
    size_t named;   // worker_t in all
    list_t queue;   // call_t without a worker
    size_t queued;
    list_t link; // in core_t.woken_services
};

// One client's offer to serve one service.
struct worker {
    session_t *session;
    service_t *service;
    int64_t credit;
    int64_t busy;
    heap_node_t place; // in service_t.open
    list_t calls;      // call_t it was given
    list_t of_session;
    list_t of_service;
};

struct call {
    int64_t serial;    // the worker's name for it
    int64_t id;        // the caller's name for it
    session_t *caller; // NULL when nobody waits for the answer any more
    service_t *service;
    worker_t *worker; // NULL while queued
    char *method;
    char *client;
    char *role; // of the caller
    int64_t deadline_ms;
    int64_t allowed_ms;
    bool idempotent;
    int64_t attempts;
    char *bytes; // message and payload, while it may have to be sent (again)
    view_t frames[2];
    size_t frame_count;
    heap_node_t due;
    list_t link; // in service_t.queue or worker_t.calls
};

struct topic {
    char *name;
    bool dead;       // a dead-letter topic
    bool configured; // by an admin, which the log knows
    bool paused;
    bool leaving; // it is going to be deleted
    int64_t told; // session that asked for it; 0: none
    int64_t told_id;
    topic_settings_t settings;
    int64_t next_offset;
    int64_t removed_below; // retention or a purge took what is below
    int64_t time_ms;       // of the newest record
    records_t records;
    int64_t bytes;     // of the records that are not dead
    int64_t count;     // the same
    int64_t unplaced;  // of these, on their way to the disk
    int64_t delayed;   // the same, with a delay
    int64_t published; // counters since the start
    int64_t duplicates;
    int64_t expired;
    int64_t retired; // by retention
    map_t ids;       // trait_t by message id, the window only
    map_t producers; // producer_t by name
    list_t recent;   // producer_t, the one that was heard last at the end
    map_t groups;
    size_t durable;  // groups that are not ephemeral
    heap_node_t due; // of retention by age
    list_t link;     // in core_t.leaving
};

// What only some records have.
struct trait {
    topic_t *topic;
    int64_t offset;
    char *key;          // NULL when it has none
    char *message_id;   // the same
    char *only_group;   // the same: the one group it is for
    waiter_t *waiting;  // publishes of the same id that wait with it
    int64_t due_ms;     // by the wall clock: not delivered before
    int64_t expires_ms; // the same: not delivered after; 0: for ever
    int64_t priority;
    heap_node_t due; // when it expires
};

// A group as a consumer asks for it.
typedef struct {
    char *name;
    char *backoff;
    int64_t credit;
    int64_t credit_bytes;
    int64_t batch;
    int64_t ack_wait_ms;
    int64_t deliveries_max;
    bool call; // an admin asks, by a call
} ask_group_t;

// Where a record is; kept small, for there may be millions.
struct record {
    uint64_t position; // 0 until it is on disk
    int64_t time_ms;
    trait_t *trait;     // NULL when it has none
    uint32_t size;      // of its entry
    uint16_t needed_by; // groups that have not settled it
    bool used;          // there is a record
    bool dead;          // no group needs its payload
    bool moving;        // a dead letter on its way back
};

// A publish that repeats a record which is on the way to the disk.
struct waiter {
    int64_t session;
    int64_t id;
    waiter_t *next;
};

struct group {
    topic_t *topic;
    char *name;
    int64_t deliveries_max;
    char *backoff;  // delays in ms, "100,1000"; NULL: the default
    bool ephemeral; // the log does not know it, and no record is kept for it
    bool paused;
    bool leaving; // it is going to be deleted
    bool seeking; // it is going to start elsewhere
    int64_t told; // session that asked for its deletion; 0: none
    int64_t told_id;
    int64_t gap;   // records that retention took since its consumers were told
    int64_t acked; // counters since the start
    int64_t delivered;
    int64_t redelivered;
    int64_t dead;
    int64_t floor; // everything below is settled
    int64_t bits_base;
    buf_t bits;                       // settled from bits_base on
    int64_t cursor;                   // the next record to look at
    map_t items;                      // item_t by offset: looked at, not settled
    map_t orders;                     // order_t by key
    map_t counts;                     // count_t by offset: deliveries known from the log
    list_t ready[LIMIT_PRIORITY + 1]; // item_t to be delivered, by priority
    size_t ready_count;
    list_t consumers;
    heap_t open;   // consumers with credit left, the most first
    list_t link;   // in core_t.woken_groups
    list_t leaves; // in core_t.leaving_groups
};

// One client in one group.
struct consumer {
    session_t *session;
    group_t *group;
    int64_t credit;
    int64_t credit_bytes;
    int64_t batch; // records in one message
    int64_t ack_wait_ms;
    heap_node_t place; // in group_t.open
    int64_t bytes;     // of its records
    int64_t busy;
    op_t *reading; // the delivery that is being gathered
    list_t items;  // item_t it holds
    list_t of_session;
    list_t of_group;
};

typedef enum {
    ITEM_BLOCKED,  // an earlier record of its key is not settled
    ITEM_READY,    // in group_t.ready
    ITEM_READING,  // given to a consumer, its bytes are on the way
    ITEM_LEASED,   // delivered
    ITEM_WAITING,  // for its backoff to pass
    ITEM_SETTLING, // the settlement is on the way to the disk
} item_state_t;

// A record that a group has looked at and not settled.
struct item {
    group_t *group;
    int64_t offset;
    record_t *record;
    item_state_t state;
    consumer_t *consumer; // that holds it
    int64_t holder;       // the session that was last given it
    int64_t lease;        // serial of the delivery
    int64_t deliveries;
    int64_t noted; // ended deliveries that the log knows
    order_t *order;
    heap_node_t due;
    list_t link;     // in group_t.ready, consumer_t.items or order_t.blocked
    list_t in_order; // in order_t.items
};

// The records of one key, in order; only the first is not blocked.
struct order {
    const char *key;
    list_t items;
};

typedef struct {
    int64_t offset;
    int64_t deliveries;
} count_t;

typedef enum {
    OP_PUBLISH,
    OP_GROUP,   // a new group
    OP_DELIVER, // read for a delivery
    OP_SETTLE,  // ack of some in a row
    OP_RETURN,  // nack
    OP_NOTES,   // delivery counts
    OP_BURY_READ,
    OP_BURY,
    OP_COPY_READ, // out of the oldest segment
    OP_COPY,
    OP_TURN,   // the last of a cleaning
    OP_DELETE, // of a topic or a group
    OP_TOPIC,  // its settings
    OP_PURGE,
    OP_PAUSE, // of a group
    OP_SEEK,
    OP_REDRIVE_READ,
    OP_REDRIVE,
    OP_COUNT,
} op_kind_t;

// A record on its way to a consumer.
typedef struct {
    int64_t offset;
    int64_t lease;
} target_t;

// A topic before it was configured.
typedef struct {
    topic_settings_t settings;
    bool configured;
    bool paused;
} before_t;

enum { CORE_LETTERS_A_STEP = 64 };

// Dead letters on their way back.
typedef struct {
    int64_t next; // the offset to go on from
    int64_t end;
    int64_t most; // 0: all
    int64_t done;
    int64_t offsets[CORE_LETTERS_A_STEP]; // of this step
    size_t count;
} drive_t;

// Something that the disk is asked for.
struct op {
    int64_t token;
    op_kind_t kind;
    int64_t session; // who is to be told; 0: nobody
    int64_t id;
    topic_t *topic;
    group_t *group;
    int64_t offset;
    int64_t at_ms; // when it was asked for
    int64_t count; // of records
    int64_t lease;
    int64_t bytes;     // on the way to the disk
    uint32_t *sizes;   // of the entries, when they are records
    target_t *targets; // OP_DELIVER: `count` of them
    int64_t target_bytes;
    ask_group_t *ask; // OP_GROUP: what is wanted
    before_t *before; // OP_TOPIC
    drive_t *drive;   // OP_REDRIVE_READ, OP_REDRIVE
    bool was_paused;  // OP_PAUSE
    char *reason;     // of a burial
    int64_t grave;    // OP_BURY: the offset in the dead-letter topic
};

// Where the log's bytes are.
typedef struct {
    uint32_t number;
    int64_t live; // bytes of records that are needed
    int64_t end;  // of what is known to be in it, but for the last entry
} segment_t;

// A delivery to be written down when it lasts.
typedef struct {
    group_t *group;
    int64_t offset;
    int64_t at_ms;
} note_t;

typedef enum {
    CLEANING_NOT,
    CLEANING_LOOKING, // for what lives in the segment
    CLEANING_COPYING, // waits for the last copies
    CLEANING_TURNING, // waits for the snapshot
} cleaning_phase_t;

// The cleaning of the oldest segment.
typedef struct {
    cleaning_phase_t phase;
    uint32_t segment;
    size_t topic_at; // for map_next
    topic_t *topic;
    int64_t offset;    // the next to be looked at
    int64_t in_flight; // reads and copies
    int64_t retry_ms;  // not before
} cleaning_t;

struct core {
    core_options_t options;
    int64_t now_ms;
    int64_t wall_ms;
    int64_t serials;
    bool recovering;
    effects_t *effects; // of the present step
    buf_t scratch;

    map_t routes;           // session_t by routing id
    map_t identities;       // session_t by "name/instance"
    map_t sessions;         // session_t by serial
    map_t users;            // user_t by name
    const policy_t *policy; // NULL: there are no users
    map_t services;
    map_t calls; // call_t by serial
    int64_t call_bytes;
    map_t topics;
    map_t ops; // op_t by token
    int64_t append_bytes;
    heap_t heap;

    segment_t *segments; // the oldest first
    size_t segment_count;
    size_t segment_capacity;
    cleaning_t cleaning;
    note_t *notes; // the oldest first
    size_t note_count;
    size_t note_capacity;
    heap_node_t notes_due;

    list_t leaving;        // topics that are to be deleted
    list_t leaving_groups; // the same
    bool low;              // the disk has no room for another segment
    int64_t records;       // in all topics
    int64_t live_bytes;
    metrics_t metrics;

    list_t ended;          // sessions to be let go at the end of the step
    list_t woken_services; // that may have a call and a worker for it
    list_t woken_groups;   // that may have a record and a consumer for it
};
