// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/frame/chunk.h"
#include "data/frame/frame_read.h"
#include "data/value/digits.h"

// What is loaded of one column.
typedef struct {
    bool loaded;
    bool decoded;
    chunk_t chunk;
    vector_t vector;
    const text_t *texts; // all cells as they stood in the file; NULL until asked for
    const uint8_t *quoted;
} slot_t;

struct stripe {
    const frame_t *frame;
    size_t index;
    uint32_t *sizes; // of the chunks
    slot_t *slots;   // by column
    size_t *loaded;  // the columns that are loaded
    size_t loaded_count;
    arena_t arena;
};

stripe_t *stripe_new(const frame_t *frame)
{
    stripe_t *stripe = mem_new(sizeof *stripe);
    size_t columns = frame_columns(frame);
    stripe->frame = frame;
    stripe->sizes = mem_array(columns, sizeof *stripe->sizes);
    stripe->slots = mem_array(columns, sizeof *stripe->slots);
    stripe->loaded = mem_array(columns, sizeof *stripe->loaded);
    return stripe;
}

static void forget(stripe_t *stripe)
{
    for (size_t i = 0; i < stripe->loaded_count; i++) {
        stripe->slots[stripe->loaded[i]] = (slot_t){0};
    }
    stripe->loaded_count = 0;
    arena_reset(&stripe->arena);
}

// Reads the chunks of neighbouring columns at once.
static err_t load_run(stripe_t *stripe, const size_t *columns, size_t count, uint64_t offset,
                      fault_t *fault)
{
    size_t rows = frame_stripe_rows(stripe->frame, stripe->index);
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        bytes += stripe->sizes[columns[i]];
    }
    char *data = arena_alloc(&stripe->arena, bytes + DIGITS_SLACK);
    err_t err = frame_pread(stripe->frame, data, bytes, offset, fault);
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        slot_t *slot = &stripe->slots[columns[i]];
        err = chunk_open(data, stripe->sizes[columns[i]], rows, &slot->chunk, fault);
        data += stripe->sizes[columns[i]];
        slot->loaded = err == ERR_OK;
        stripe->loaded[stripe->loaded_count++] = columns[i];
    }
    return err;
}

err_t stripe_load(stripe_t *stripe, size_t index, const size_t *columns, size_t count,
                  fault_t *fault)
{
    forget(stripe);
    stripe->index = index;
    size_t all = frame_columns(stripe->frame);
    uint64_t offset = frame_stripe_offset(stripe->frame, index);
    err_t err =
        frame_pread(stripe->frame, stripe->sizes, all * sizeof *stripe->sizes, offset, fault);
    offset += (all * sizeof *stripe->sizes + 7) & ~(size_t)7;
    size_t at = 0;
    for (size_t i = 0; i < count && err == ERR_OK;) {
        for (; at < columns[i]; at++) {
            offset += stripe->sizes[at];
        }
        size_t run = 1;
        while (i + run < count && columns[i + run] == columns[i] + run) {
            run++;
        }
        err = load_run(stripe, columns + i, run, offset, fault);
        i += run;
    }
    return err;
}

void stripe_lay(stripe_t *stripe, const size_t *columns, const vector_t *vectors, size_t count)
{
    forget(stripe);
    for (size_t i = 0; i < count; i++) {
        stripe->slots[columns[i]] = (slot_t){.loaded = true, .decoded = true, .vector = vectors[i]};
        stripe->loaded[stripe->loaded_count++] = columns[i];
    }
}

void stripe_limit(stripe_t *stripe, size_t rows)
{
    for (size_t i = 0; i < stripe->loaded_count; i++) {
        chunk_limit(&stripe->slots[stripe->loaded[i]].chunk, rows);
    }
}

arena_t *stripe_arena(stripe_t *stripe)
{
    return &stripe->arena;
}

const vector_t *stripe_vector(stripe_t *stripe, size_t column)
{
    slot_t *slot = &stripe->slots[column];
    if (!slot->decoded) {
        slot->vector =
            chunk_vector(&slot->chunk, frame_type(stripe->frame, column), &stripe->arena);
        slot->decoded = true;
    }
    return &slot->vector;
}

const text_t *stripe_texts(stripe_t *stripe, size_t column)
{
    slot_t *slot = &stripe->slots[column];
    if (!slot->texts) {
        slot->texts = chunk_texts(&slot->chunk, &stripe->arena);
    }
    return slot->texts;
}

const uint8_t *stripe_quoted(stripe_t *stripe, size_t column)
{
    slot_t *slot = &stripe->slots[column];
    if (!slot->quoted) {
        slot->quoted = chunk_quoted(&slot->chunk, &stripe->arena);
    }
    return slot->quoted;
}

void stripe_destroy(stripe_t **stripe)
{
    if (!*stripe) {
        return;
    }
    free((*stripe)->sizes);
    free((*stripe)->slots);
    free((*stripe)->loaded);
    arena_release(&(*stripe)->arena);
    free(*stripe);
    *stripe = NULL;
}
