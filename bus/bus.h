// SPDX-License-Identifier: MPL-2.0
// The client library: one connection to the broker for calls, services, topics and heartbeats
// (docs/wire.md).
//
// A bus belongs to one thread and never blocks except where a name ends in `_wait`. The owner polls
// bus_socket() for input and calls bus_process() when it is readable or when bus_timer_ms() has
// passed; handlers run inside bus_process(). The connection heals by itself: after a broker restart
// the client says hello again, serves and consumes as before, and sends again every publish and
// every idempotent call that has no answer yet. Bytes given to handlers are valid only during the
// handler.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "proto/message.h"

typedef struct bus bus_t;

typedef struct {
    const char
        *endpoint;       // the broker's ROUTER: "ipc:///path/run/broker.sock"; NULL: as `keys` says
    const char *keys;    // path of a client's key file; NULL: none. tcp:// needs one
    const char *publish; // the broker's XSUB, NULL when no heartbeats are sent
    const char *subscribe; // the broker's XPUB, NULL when none are heard
    const char *name;      // the client's name ("gateway", "cli")
    const char *instance;  // which one of several
    int64_t pending_max;   // calls and publishes without an answer; over it BUSY. 0: 65,536
} bus_options_t;

typedef struct {
    const void *data;
    size_t size;
} bytes_t;

// Connects in the background. NULL and a fault when an endpoint is not usable (ws:// is refused,
// and tcp:// without keys), or the key file is not.
bus_t *bus_new(const bus_options_t *options, fault_t *fault);

// Says goodbye, waits up to 500 ms until it and what was queued is sent, closes.
void bus_destroy(bus_t **bus);

// The raw ZeroMQ socket to poll for input; with `subscribe`, bus_heartbeat_socket is to be polled
// too (NULL otherwise).
void *bus_socket(bus_t *bus);
void *bus_heartbeat_socket(bus_t *bus);

// Milliseconds until bus_process() has to be called even without input.
int64_t bus_timer_ms(const bus_t *bus);

// Receives up to a bounded number of messages, runs handlers, expires deadlines, keeps the
// connection alive.
void bus_process(bus_t *bus);

// Polls and processes until `*stop` is true or `timeout_ms` has passed (-1: no limit). For programs
// without a loop of their own.
void bus_run(bus_t *bus, const bool *stop, int64_t timeout_ms);

// Whether the broker has answered hello since the last (re)connect.
bool bus_connected(const bus_t *bus);

// Why the broker has not welcomed this client, or has refused a service or a group of it; NULL when
// nothing is known.
const fault_t *bus_trouble(const bus_t *bus);

// --- Calls

// `fault` is NULL when the call succeeded; otherwise it says why, and the frames are empty.
typedef void bus_answer_fn(void *context, const fault_t *fault, bytes_t message, bytes_t payload);

// Calls a method. The answer, or TIMEOUT, UNAVAILABLE and so on, comes exactly once, at the latest
// when the deadline has passed. `message` is a packed message map; `payload` may be empty. Copies
// what it is given. `*ret_call` (may be NULL) is for bus_cancel. ERR_BUSY: too many pending;
// ERR_TOO_LARGE: a frame over its limit. Then no answer will come.
err_t bus_call(bus_t *bus, const char *service, const char *method, bytes_t message,
               bytes_t payload, int64_t deadline_ms, bool idempotent, bus_answer_fn *on_answer,
               void *context, int64_t *ret_call, fault_t *fault);

// Forgets a pending call: its answer is not delivered.
void bus_cancel(bus_t *bus, int64_t call);

// Calls and waits. On ERR_OK the two buffers hold the answer (may be NULL when it is not wanted).
err_t bus_call_wait(bus_t *bus, const char *service, const char *method, bytes_t message,
                    bytes_t payload, int64_t deadline_ms, bool idempotent, buf_t *ret_message,
                    buf_t *ret_payload, fault_t *fault);

// --- Services

typedef struct {
    int64_t id; // for bus_reply
    const char *service;
    const char *method;
    const char *client; // the caller's name, as it gave it
    const char *role;   // the caller's bus role, stamped by the broker
    int64_t remaining_ms;
    bytes_t message;
    bytes_t payload;
} bus_request_t;

typedef void bus_request_fn(void *context, const bus_request_t *request);

// Serves a service with up to `credit` requests at once. Every request must be replied to, now or
// later.
err_t bus_serve(bus_t *bus, const char *service, int64_t credit, bus_request_fn *on_request,
                void *context, fault_t *fault);

// Takes no new requests for the service; those it has may still be replied to.
void bus_unserve(bus_t *bus, const char *service);

// Answers a request. With a fault the frames are ignored. A request of an earlier connection is
// dropped silently: the broker has answered it.
err_t bus_reply(bus_t *bus, int64_t request, const fault_t *fault, bytes_t message,
                bytes_t payload);

// --- Topics

typedef struct {
    const char *topic;
    const char *key;        // NULL: none; records of one key stay in order
    const char *message_id; // a repeat within the topic's last 65,536 records is not stored again;
                            // NULL: the library numbers its publishes, so that one that is sent
                            // again after a lost connection is not stored twice
    bytes_t payload;
    int64_t priority;     // 0, 1 or 2: the higher goes first; not with a key
    int64_t delay_ms;     // not delivered before; not with a key
    int64_t ttl_ms;       // not delivered after; 0: for ever
    const char *trace_id; // these go with the record; NULL: none
    const char *content_type;
    const char *schema_version;
} bus_publish_t;

// `fault` is NULL when the record is on disk at `offset`.
typedef void bus_published_fn(void *context, const fault_t *fault, int64_t offset, bool duplicate);

// Publishes; what comes while others are on their way is gathered, up to the next bus_process, and
// goes as a batch. on_published (may be NULL) is called exactly once unless the bus is destroyed
// first. Publishes have no deadline: they wait for the broker to come back. ERR_BUSY,
// ERR_TOO_LARGE: not taken.
err_t bus_publish(bus_t *bus, const bus_publish_t *record, bus_published_fn *on_published,
                  void *context, fault_t *fault);

// Publishes and waits at most deadline_ms. ERR_TIMEOUT: it may still be stored.
err_t bus_publish_wait(bus_t *bus, const bus_publish_t *record, int64_t deadline_ms,
                       int64_t *ret_offset, fault_t *fault);

typedef struct {
    const char *topic;
    const char *group;
    int64_t offset;
    int64_t deliveries; // this one included
    int64_t time_ms;
    const char *key;          // "" when it has none
    const char *message_id;   // "" when it has none
    int64_t lease_ms;         // settle or touch before this has passed
    const char *origin_topic; // "" unless it is a dead letter
    int64_t origin_offset;
    int64_t origin_deliveries;
    const char *reason;
    int64_t priority;
    const char *trace_id; // "" when it has none, as the two below
    const char *content_type;
    const char *schema_version;
    bytes_t payload;
} bus_record_t;

typedef void bus_record_fn(void *context, const bus_record_t *record);

// Retention has taken `lost` records that the group had not settled; the next offset is at least
// this one.
typedef void bus_gap_fn(void *context, int64_t offset, int64_t lost);

typedef struct {
    const char *topic;
    const char *group;
    int64_t credit;         // records at once
    const char *start;      // of a new group: "first" (NULL means it), "end", "offset" or "time"
    int64_t start_at;       // the offset or the time in ms
    int64_t credit_bytes;   // records at once in bytes; 0: 16 MiB
    int64_t ack_wait_ms;    // 0: the default, 30 s
    int64_t deliveries_max; // of a new group; 0: the default, 10
    const char *backoff;    // of a new group: delays in ms, "100,1000"; NULL: the default
    bool ephemeral;         // of a new group: keeps no record, ends with its last consumer
    bus_gap_fn *on_gap;     // NULL: not told
} bus_consume_t;

// Joins a consumer group. Each record must be settled by ack, nack or term, or touched while the
// work goes on.
err_t bus_consume(bus_t *bus, const bus_consume_t *options, bus_record_fn *on_record, void *context,
                  fault_t *fault);

// Takes no new records; those it has may still be settled.
void bus_unconsume(bus_t *bus, const char *topic, const char *group);

// `fault` is NULL when the broker has it on disk. STALE: the lease had passed and the record was
// given to another consumer.
typedef void bus_settled_fn(void *context, const fault_t *fault);

err_t bus_ack(bus_t *bus, const char *topic, const char *group, int64_t offset,
              bus_settled_fn *on_settled, void *context);
err_t bus_nack(bus_t *bus, const char *topic, const char *group, int64_t offset, int64_t delay_ms,
               const char *reason, bus_settled_fn *on_settled,
               void *context); // delay_ms -1: the group's backoff
err_t bus_touch(bus_t *bus, const char *topic, const char *group, int64_t offset,
                bus_settled_fn *on_settled, void *context);
err_t bus_term(bus_t *bus, const char *topic, const char *group, int64_t offset, const char *reason,
               bus_settled_fn *on_settled, void *context);

// --- Heartbeats

// Sends one heartbeat on the PUB socket.
void bus_heartbeat(bus_t *bus, const msg_heartbeat_t *heartbeat);

typedef void bus_heartbeat_fn(void *context, const msg_heartbeat_t *heartbeat);

// Hears all heartbeats, the last known of each actor first.
void bus_on_heartbeat(bus_t *bus, bus_heartbeat_fn *on_heartbeat, void *context);
