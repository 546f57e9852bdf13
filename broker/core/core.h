// SPDX-License-Identifier: MPL-2.0
// The broker's core: core_step(event) -> effects. No socket, clock or disk is inside; time is a
// field of the event. Who drives it (broker/loop.c, or a test) carries out the effects in order and
// brings back what came of them as events.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "broker/core/policy.h"
#include "broker/core/slab.h"
#include "proto/envelope.h"

// Hard limits.
enum {
    CORE_SESSIONS_MAX = 1024,
    CORE_SERVICES_MAX = 1024,
    CORE_TOPICS_MAX = 1024,
    CORE_GROUPS_MAX = 64,    // of a topic
    CORE_PENDING_MAX = 4096, // calls, and as many publishes, of one client without an answer
    CORE_QUEUE_MAX = 4096,   // calls that wait for a worker of one service
    CORE_CALL_BYTES_MAX = 128 << 20,      // held by all calls together
    CORE_APPEND_BYTES_MAX = 128 << 20,    // on the way to the disk
    CORE_FLIGHT_BYTES_MAX = 16 << 20,     // records of one consumer that are not settled
    CORE_ATTEMPTS_MAX = 3,                // workers that an idempotent call is given to
    CORE_DELIVERIES_MAX = 1000,           // a group may ask for
    CORE_DELAY_MAX_MS = 24 * 3600 * 1000, // of a lease or a nack
    CORE_ENTRIES_MAX = 4096,              // of one APPEND
    CORE_BITS_BYTES = 64 * 1024,          // of one settled_bits entry
    CORE_NAME_DEAD = 5,                   // length of "dead."
};

typedef enum { TOPIC_QUEUE, TOPIC_STREAM } topic_kind_t;

// How a topic behaves. 0 means no limit, or the default where one is named.
typedef struct {
    topic_kind_t kind;
    int64_t sync_ms; // acknowledged before it is on disk, which it is so much later; 0: after
    int64_t retention_bytes;
    int64_t retention_ms;
    int64_t retention_count;
    int64_t record_bytes_max;
    int64_t bytes_max; // of its records in the log
    int64_t groups_max;
    int64_t consumers_max; // of all its groups
} topic_settings_t;

// The settings of a topic that no admin has configured.
typedef struct {
    const char *name;
    topic_settings_t settings;
} topic_preset_t;

// Settings; 0 means the default. Tests use small ones.
typedef struct {
    int64_t silence_ms;            // a client that is silent for longer is dead: 5,000
    int64_t absence_ms;            // a call waits so long for a first worker: 2,000
    int64_t ack_wait_ms;           // lease of a record: 30,000
    int64_t deliveries_max;        // before a record is dead: 10
    int64_t window;                // records of a topic whose message ids are known: 65,536
    int64_t look_ahead;            // unsettled records a group looks at: 65,536
    int64_t segment_bytes;         // of the log: 16 MiB
    int64_t log_bytes_max;         // publishes are refused when the log is larger; 0: no limit
    const topic_preset_t *presets; // must outlive the core
    size_t preset_count;
    bool remote;             // clients of other hosts come too: nobody may choose a routing id
    const char *incarnation; // of this broker, told in welcome; must not be NULL
} core_options_t;

typedef struct core core_t;

typedef enum {
    EVENT_FRAME,         // client, frames (a header and what is behind it)
    EVENT_GONE,          // client: it cannot be reached any more
    EVENT_PROBE,         // some client's connection has ended: send to each, so that it shows whose
    EVENT_TICK,          // time has passed
    EVENT_APPENDED,      // token, positions, sizes: on disk
    EVENT_APPEND_FAILED, // token, code: not on disk, and never will be
    EVENT_READ,          // token, bytes: an entry; or with many, reads: one for each, in order
    EVENT_READ_FAILED,   // token, code
    EVENT_SPACE,         // low: the disk has no room for another segment, or has it again
    EVENT_RECOVERED,     // position, size, bytes: an entry found at the start, in the order of the
                         // log; of one that was not appended `whole` only the head may be there
    EVENT_RECOVERY_END,  // comes before any other but EVENT_RECOVERED
    EVENT_POLICY,        // policy: who may do what from now on
} event_kind_t;

typedef struct {
    event_kind_t kind;
    int64_t now_ms;  // monotonic: leases, deadlines
    int64_t wall_ms; // the time of records
    view_t client;   // routing id, at most 255 bytes
    view_t user;     // whose key the frame came with; size 0: it came from this host
    view_t frames[LIMIT_FRAMES];
    size_t frame_count;
    int64_t token;
    uint64_t position;
    const uint64_t *positions; // one for each entry of the effect
    view_t bytes;
    const view_t *reads; // without data: it could not be read, for the reason `code`
    size_t read_count;
    bool low;
    size_t size; // of the whole entry
    err_t code;
    const policy_t *policy; // lives until the next one, or the core's end
} event_t;

typedef enum {
    EFFECT_SEND,   // client, frames
    EFFECT_APPEND, // token, entries: all or none of them; sync_ms
    EFFECT_READ,   // token, spots: the entries there
    EFFECT_TRIM,   // position: nothing before this segment is needed
    EFFECT_REPORT, // level, report, text: worth a line in the log
} effect_kind_t;

// Where an entry is.
typedef struct {
    uint64_t position;
    size_t size;
} spot_t;

// Head and body are one entry, one behind the other.
typedef struct {
    view_t head;
    view_t body;
    bool whole; // the recovery needs the body too
} effect_entry_t;

typedef struct {
    effect_kind_t kind;
    view_t client;
    view_t frames[LIMIT_FRAMES];
    size_t frame_count;
    int64_t token;
    const effect_entry_t *entries;
    size_t entry_count;
    int64_t sync_ms; // EFFECT_APPEND: the fdatasync may come so much later
    uint64_t position;
    const spot_t *spots;
    size_t spot_count;
    log_level_t level;
    const char *report;
    const char *text;
} effect_t;

// What a step asks for. Views live until the next step with the same effects, and no longer than
// the event's own bytes.
typedef struct {
    effect_t *items;
    size_t count;
    size_t capacity;
    slab_t slab;
} effects_t;

// A core without clients. Feed it EVENT_RECOVERED for each entry of the log and one
// EVENT_RECOVERY_END first.
core_t *core_new(const core_options_t *options);

void core_destroy(core_t **core);

// Takes one event; `effects` is emptied first. Positions order the log: the upper 32 bits are the
// segment's number. When appends fail, the driver fails everything that is not on disk yet, the
// newest first, before it brings any other event.
void core_step(core_t *core, const event_t *event, effects_t *effects);

// The driver has waited so long for the disk (milliseconds): for the counters that `stats` answers
// with.
void core_note_sync(core_t *core, int64_t ms);

// When the next EVENT_TICK is due; INT64_MAX when nothing waits.
int64_t core_due_ms(const core_t *core);

// Frees what the effects hold.
void effects_release(effects_t *effects);
