// SPDX-License-Identifier: MPL-2.0
// What is known of the broker's promises, from what passes its door alone.
#pragma once

#include "sim.h"

// What a group has done with an offset.
enum {
    LOT_DELIVERED = 1,
    LOT_ACKED = 2,    // its ack was confirmed
    LOT_MAYBE = 4,    // an ack or a term has come in, and may be on disk
    LOT_TERMED = 8,   // its term was confirmed
    LOT_BURIED = 16,  // its dead letter was seen
    LOT_DRAINED = 32, // delivered as often as allowed
    LOT_TERM = 64,    // a term has come in
};

typedef struct {
    uint8_t flags;
    int holder; // connection + 1; 0: nobody
    int64_t until_ms;
} lot_t;

typedef struct {
    lot_t lots[OFFSETS_MAX];
    int64_t key_high[KEYS]; // the furthest offset + 1 of the key that was delivered
    int64_t lost;           // told by gaps
} pair_t;

// A request without an answer.
typedef struct {
    header_kind_t kind;
    int64_t id;
    int pair;
    int64_t offset; // a publish's serial; a call's number
    int64_t until_ms;
    bool doubt; // its session may have ended in silence
} pend_t;

// A connection, as the broker must see it.
typedef struct {
    bool live;
    int64_t heard_ms;
    int64_t credit[PAIRS];
    pend_t *pends;
    int count;
    int capacity;
} side_t;

struct model {
    side_t *sides;
    int side_count;
    pair_t pairs[PAIRS];
    int64_t serials[TOPICS + DEAD_TOPICS][OFFSETS_MAX]; // + 1, of what lies there; 0: not known
    int64_t origins[DEAD_TOPICS][OFFSETS_MAX];          // + 1
    int64_t highest[TOPICS + DEAD_TOPICS];              // the furthest offset + 1 that is known
    int64_t appended[TOPICS + DEAD_TOPICS];             // the same, that may be on the disk
    char requests[SERIALS_MAX];                         // times that a call was given out
    bool idempotent[SERIALS_MAX];
};

side_t *model_side(world_t *world, const conn_t *conn);

// Learns what lies at an offset; fails when something else did.
void model_learn(world_t *world, int topic, int64_t offset, int64_t serial);

// What the lease's holder still has.
bool model_holds(const world_t *world, const lot_t *lot);

// A record that leaves for a consumer.
void model_record(world_t *world, const conn_t *conn, int pair, const hdr_item_t *item,
                  int64_t lease_ms, view_t payload);
