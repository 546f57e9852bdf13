// SPDX-License-Identifier: MPL-2.0
// What goes to the log in one write: records, gathered behind room for the batch's head.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

// All zeros is an empty batch.
typedef struct {
    buf_t bytes;      // the head's room and the records
    uint32_t *starts; // of each record, from the start of the batch
    uint32_t count;
    uint32_t capacity;
} batch_t;

// Adds a record of two parts. The log's index keeps the head, or all of it when it is `whole`.
void batch_add(batch_t *batch, const void *head, size_t head_size, const void *body,
               size_t body_size, bool whole);

// Forgets the records and keeps the memory.
void batch_clear(batch_t *batch);

// Frees the memory.
void batch_release(batch_t *batch);
