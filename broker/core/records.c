// SPDX-License-Identifier: MPL-2.0
#include "broker/core/records.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { CHUNK_RECORDS = 512 };

struct chunk {
    uint32_t used;
    record_t records[CHUNK_RECORDS];
};

static struct chunk **place_of(const records_t *records, int64_t number)
{
    int64_t at = number - records->base;
    bool inside = at >= 0 && (size_t)at < records->count;
    return inside ? &records->chunks[records->start + (size_t)at] : NULL;
}

record_t *records_get(const records_t *records, int64_t offset)
{
    struct chunk **place = place_of(records, offset / CHUNK_RECORDS);
    if (offset < 0 || !place || !*place) {
        return NULL;
    }
    record_t *record = &(*place)->records[offset % CHUNK_RECORDS];
    return record->used ? record : NULL;
}

// Moves the chunks into an array with room for `before` more in front and `after` behind.
static void regrow(records_t *records, size_t before, size_t after)
{
    size_t wanted = before + records->count + after;
    size_t capacity = wanted < 8 ? 16 : wanted * 2;
    struct chunk **chunks = mem_array(capacity, sizeof(void *));
    if (records->count > 0) {
        memcpy(chunks + before, records->chunks + records->start, records->count * sizeof(void *));
    }
    free(records->chunks);
    records->chunks = chunks;
    records->start = 0;
    records->capacity = capacity;
    records->base -= (int64_t)before;
    records->count += before + after;
}

static struct chunk **make_place(records_t *records, int64_t number)
{
    if (records->count == 0) {
        records->base = number;
        records->start = 0;
    }
    if (number < records->base) {
        regrow(records, (size_t)(records->base - number), 0);
    }
    size_t count = (size_t)(number - records->base) + 1;
    if (records->start + count > records->capacity) {
        regrow(records, 0, count - records->count);
    }
    if (count > records->count) {
        memset(records->chunks + records->start + records->count, 0,
               (count - records->count) * sizeof(void *));
        records->count = count;
    }
    return place_of(records, number);
}

record_t *records_add(records_t *records, int64_t offset)
{
    struct chunk **place = make_place(records, offset / CHUNK_RECORDS);
    if (!*place) {
        *place = mem_new(sizeof **place);
    }
    record_t *record = &(*place)->records[offset % CHUNK_RECORDS];
    assert(!record->used);
    *record = (record_t){.used = true};
    (*place)->used++;
    return record;
}

// Gives back the places at both ends that are empty.
static void trim(records_t *records)
{
    while (records->count > 0 && !records->chunks[records->start]) {
        records->start++;
        records->base++;
        records->count--;
    }
    while (records->count > 0 && !records->chunks[records->start + records->count - 1]) {
        records->count--;
    }
}

void records_remove(records_t *records, int64_t offset)
{
    struct chunk **place = place_of(records, offset / CHUNK_RECORDS);
    assert(place && *place && (*place)->records[offset % CHUNK_RECORDS].used);
    (*place)->records[offset % CHUNK_RECORDS].used = false;
    if (--(*place)->used == 0) {
        free(*place);
        *place = NULL;
        trim(records);
    }
}

int64_t records_next(const records_t *records, int64_t from, int64_t end)
{
    int64_t least = records->base * CHUNK_RECORDS;
    int64_t most = (records->base + (int64_t)records->count) * CHUNK_RECORDS;
    int64_t at = from > least ? from : least;
    while (at < end && at < most) {
        const struct chunk *chunk = *place_of(records, at / CHUNK_RECORDS);
        if (chunk && chunk->records[at % CHUNK_RECORDS].used) {
            return at;
        }
        at = chunk ? at + 1 : (at / CHUNK_RECORDS + 1) * CHUNK_RECORDS;
    }
    return end;
}

void records_release(records_t *records)
{
    for (size_t i = 0; i < records->count; i++) {
        free(records->chunks[records->start + i]);
    }
    free(records->chunks);
    *records = (records_t){0};
}
