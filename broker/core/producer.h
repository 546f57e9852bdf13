// SPDX-License-Identifier: MPL-2.0
// Which sequences of a producer a topic has, so that a repeat gets its offset instead of another
// record. Sequences and offsets mostly count up together: they are kept as runs, the newest ones.
#pragma once

#include "broker/core/emit.h"
#include "broker/core/state.h"

// A sequence and those behind it, at as many offsets.
typedef struct {
    int64_t sequence;
    int64_t offset;
    int64_t count;
} run_t;

struct producer {
    char *name;
    run_t *runs; // the oldest first
    size_t count;
    size_t capacity;
    int64_t highest; // sequence that was noted
    list_t link;     // in topic_t.recent
};

// The producer, made when it is not there; the one that was silent for longest makes room.
producer_t *producer_open(topic_t *topic, view_t name);

// The offset that the sequence has; -1 when it is not known.
int64_t producer_offset(const producer_t *producer, int64_t sequence);

// Notes where a sequence is.
void producer_note(producer_t *producer, int64_t sequence, int64_t offset);

// Forgets the newest one, which did not reach the disk.
void producer_take_back(topic_t *topic, int64_t offset);

// Adds the entries that bring back the topic's producers, with what they have below the offset
// `end`: records behind it may yet be taken back.
void producer_snapshot(core_t *core, const topic_t *topic, int64_t end, entries_t *entries);

// Takes such an entry's body.
void producer_restore(producer_t *producer, view_t body);

// Frees all of the topic's producers.
void producer_release(topic_t *topic);
