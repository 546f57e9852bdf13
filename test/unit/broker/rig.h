// SPDX-License-Identifier: MPL-2.0
// The core without sockets, clock and disk: events are made by hand, the log is an array, time
// passes when the test says so.
#pragma once

#include <stdbool.h>

#include "broker/core/core.h"
#include "broker/core/entry.h"

enum { RIG_MESSAGES = 65536 };

// An entry on the pretended disk.
typedef struct {
    uint64_t position;
    buf_t bytes;
} rig_entry_t;

// An append on its way.
typedef struct {
    int64_t token;
    size_t count;
    buf_t *entries;
} rig_unit_t;

typedef struct {
    int64_t token;
    spot_t *spots;
    size_t count;
} rig_read_t;

// What a client was sent.
typedef struct {
    char client[32];
    buf_t frames[LIMIT_FRAMES];
    size_t count;
    bool taken;
} rig_message_t;

typedef struct {
    core_options_t options;
    core_t *core;
    effects_t effects;
    int64_t now_ms;
    int64_t wall_ms;
    bool hold_appends; // until rig_commit or rig_fail
    bool hold_reads;   // until rig_read
    uint64_t trim_before;
    uint32_t segment;
    uint32_t at;
    rig_entry_t *log;
    size_t log_count;
    rig_unit_t *units;
    size_t unit_count;
    rig_read_t *reads;
    size_t read_count;
    rig_message_t *messages;
    size_t message_count;
    const rig_message_t *last; // message taken
    header_t header;           // of it
    char payload[128];
    fault_t fault;    // behind it, when it has one
    const char *user; // whose key the next frames come with; NULL: of this host
    int64_t next_id;
    int64_t reports; // of warnings and errors
} rig_t;

// A core without history. Options may be NULL.
rig_t *rig_new(const core_options_t *options);

void rig_free(rig_t *rig);

// The client sends a header; `payload` (may be NULL) goes into a frame behind it, or two when the
// header is a call's or a reply's.
void rig_send(rig_t *rig, const char *client, const header_t *header, const char *payload);

// The same with both frames behind the header.
void rig_send_frames(rig_t *rig, const char *client, const header_t *header, view_t list,
                     view_t payload);

// The client says hello as name/1 with its own name, and is welcomed.
void rig_hello(rig_t *rig, const char *client);

// Who may do what from now on; the policy stays the caller's.
void rig_policy(rig_t *rig, const policy_t *policy);

// Time passes; due ticks come one by one.
void rig_pass(rig_t *rig, int64_t ms);

// What is held reaches the disk, or does not, or is read.
void rig_commit(rig_t *rig);
void rig_fail(rig_t *rig, err_t code);
void rig_read(rig_t *rig);

// The same for the first append that is held.
void rig_commit_one(rig_t *rig);
void rig_fail_one(rig_t *rig, err_t code);

// The client cannot be reached any more.
void rig_gone(rig_t *rig, const char *client);

// The broker is killed: what is not on disk is lost; a new core takes the log.
void rig_restart(rig_t *rig);

// The next message for the client, into `header`, `payload` and `fault`; false when there is none.
bool rig_take(rig_t *rig, const char *client);

// The same for any client when `client` is NULL; whose it was, or NULL.
const char *rig_take_any(rig_t *rig, const char *client);

// The next message for the client must be of this kind.
const header_t *rig_expect(rig_t *rig, const char *client, header_kind_t kind);

// There must be none.
void rig_expect_none(rig_t *rig, const char *client);

// The next must be a refusal, or an answer with a fault, of this code.
void rig_expect_fault(rig_t *rig, const char *client, header_kind_t kind, err_t code);

// The common requests. Each has an id of its own, which is returned.
int64_t rig_serve(rig_t *rig, const char *client, const char *service, int64_t credit);
int64_t rig_call(rig_t *rig, const char *client, const char *service, int64_t remaining_ms,
                 bool idempotent);
void rig_reply(rig_t *rig, const char *client, int64_t request);
int64_t rig_publish(rig_t *rig, const char *client, const char *topic, const char *key,
                    const char *message_id, const char *payload);
int64_t rig_consume(rig_t *rig, const char *client, const char *topic, const char *group,
                    int64_t credit);
int64_t rig_ack(rig_t *rig, const char *client, const char *topic, const char *group,
                int64_t offset);
int64_t rig_nack(rig_t *rig, const char *client, const char *topic, const char *group,
                 int64_t offset, int64_t delay_ms);
int64_t rig_term(rig_t *rig, const char *client, const char *topic, const char *group,
                 int64_t offset);

// Hello, and consume with this credit, confirmed.
void rig_consumer(rig_t *rig, const char *client, const char *topic, int64_t credit);

// Expects a record of this offset and delivery.
void rig_expect_record(rig_t *rig, const char *client, int64_t offset, int64_t deliveries);

// A rig with a publisher "p" and a consumer "c" of topic "jobs" in group "g".
rig_t *rig_with_jobs(int64_t credit);

// Lets time pass without letting "p", "c" and "d" fall silent.
void rig_pass_awake(rig_t *rig, int64_t ms);

// The next message that is not the answer to one of those pings.
bool rig_take_other(rig_t *rig, const char *client);
