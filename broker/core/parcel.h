// SPDX-License-Identifier: MPL-2.0
// Records on their way to one consumer: single messages, or batches for who asked for them.
#pragma once

#include "broker/core/emit.h"
#include "broker/core/entry.h"
#include "broker/core/state.h"

typedef struct {
    core_t *core;
    const consumer_t *consumer; // of what was gathered
    const group_t *group;
    buf_t list;   // of items
    char *bodies; // in the slab of this step
    size_t body_bytes;
    int64_t count;
} parcel_t;

void parcel_begin(parcel_t *parcel, core_t *core);

// Adds a record that the item's consumer is lent; sends what was gathered when it is full, or for
// another consumer.
void parcel_add(parcel_t *parcel, const item_t *item, const ent_record_t *record, view_t body);

// Sends the rest and frees what the parcel holds.
void parcel_end(parcel_t *parcel);
