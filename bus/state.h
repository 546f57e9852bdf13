// SPDX-License-Identifier: MPL-2.0
// The client's state, shared by its parts.
#pragma once

#include "base/buf.h"
#include "base/map.h"
#include "bus/ask.h"
#include "bus/bus.h"

enum {
    BUS_PENDING_MAX = 65536,           // default of bus_options_t.pending_max
    BUS_CALLS_MAX = 1024,              // sent and not answered; the broker allows 4,096
    BUS_PUBLISHES_MAX = 2048,          // the same
    BUS_PUBLISHES_BYTES_MAX = 8 << 20, // the same in bytes
    BUS_SETTLES_MAX = 2 * LIMIT_CREDIT,
    BUS_PING_MS = 1000,
    BUS_HELLO_MS = 1000,    // before another hello is sent
    BUS_CONFLICT_MS = 5000, // before another client that has our name is replaced
    BUS_REFUSED_MS = 1000,  // before a refused key is shown again
    BUS_CONNECT_MS = 20,    // between looks whether the connection is there
    BUS_RETRY_MS = 5,       // before what the socket did not take is tried again
    BUS_BUSY_MS = 100,      // before what the broker was too busy for is tried again
    BUS_OFFER_MS = 1000,    // before a refused serve or consume is tried again
    BUS_MESSAGES_A_RUN = 256,
    BUS_ACTORS_MAX = 1024, // whose heartbeats are told apart
};

typedef enum {
    LINK_DOWN,  // hello is to be sent
    LINK_HELLO, // hello was sent
    LINK_UP,    // the broker has welcomed us
} link_state_t;

// Asks of one kind, in order.
typedef struct {
    list_t unsent;
    list_t sent;
    int64_t sent_count;
    int64_t sent_bytes;
    size_t gathered;        // since the last were sent
    int64_t pause_until_ms; // the broker was busy
} lane_t;

// The next sequence of our publishes to a topic.
typedef struct {
    char *topic;
    int64_t next;
} counter_t;

// A service that is served.
typedef struct {
    char *service;
    int64_t credit;   // 0: not any more
    int64_t asked;    // id of the last serve
    int64_t again_ms; // when to send it again; 0: it is in force
    bus_request_fn *on_request;
    void *context;
} serving_t;

// A group that is consumed.
typedef struct {
    char *name; // "topic/group"
    char *topic;
    char *group;
    char *start;
    char *backoff;
    int64_t start_at;
    int64_t credit_bytes;
    bool ephemeral;
    int64_t credit;
    int64_t ack_wait_ms;
    int64_t deliveries_max;
    int64_t asked;
    int64_t again_ms;
    bus_record_fn *on_record;
    bus_gap_fn *on_gap;
    void *context;
} consuming_t;

// A request that was not replied to. The broker's ids begin anew with each broker, ours do not.
typedef struct {
    int64_t id;
    int64_t broker_id;
} open_request_t;

// The last heartbeat heard of an actor.
typedef struct {
    char *subject;
    char incarnation[LIMIT_NAME_BYTES + 1];
    int64_t sequence;
} heard_t;

struct bus {
    void *zmq;
    void *dealer;
    void *publisher;
    void *subscriber;
    char *endpoint;
    char *name;
    char *instance;
    int64_t pending_max;

    void *monitor;  // tells when the broker has refused the key; NULL: no key
    char *peers[3]; // endpoints of dealer, publisher, subscriber, as long as there is a monitor

    link_state_t link;
    int64_t attempt;    // of hello
    int64_t knock_ms;   // when to connect anew after the key was refused; 0: it was not
    int64_t hello_ms;   // when the next one may be sent
    int64_t ping_ms;    // when the next one is due
    int64_t heard_ms;   // when the broker was heard last
    int64_t silence_ms; // after which it is taken for gone
    bool blocked;       // the socket took no more
    fault_t trouble;    // why the broker does not welcome us; code 0: not known

    int64_t ids;
    map_t asks; // ask_t by id
    lane_t lanes[ASK_KINDS];
    heap_t heap;   // calls by deadline
    list_t failed; // ask_t whose handlers are to be told
    char message_prefix[32];
    map_t servings;
    map_t consumings;
    map_t requests; // open_request_t by our id
    buf_t scratch;
    buf_t parts;     // of the batch that is being sent
    buf_t payloads;  // the same
    map_t sequences; // counter_t by topic
    bool gathered;   // what waits for bus_process to be sent in one message

    map_t heard; // heard_t by subject
    bus_heartbeat_fn *on_heartbeat;
    void *heartbeat_context;
};
