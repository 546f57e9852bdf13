// SPDX-License-Identifier: MPL-2.0
#include "broker/core/producer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    PRODUCERS_MAX = 1024, // of a topic
    RUNS_MAX = 4096,      // of a producer; more than it may have on the way
    RUN_BYTES = 24,
};

static void free_producer(topic_t *topic, producer_t *producer)
{
    map_remove(&topic->producers, producer->name, strlen(producer->name));
    list_remove(&producer->link);
    free(producer->name);
    free(producer->runs);
    free(producer);
}

producer_t *producer_open(topic_t *topic, view_t name)
{
    producer_t *producer = map_get(&topic->producers, name.data, name.size);
    if (!producer) {
        if (topic->producers.live >= PRODUCERS_MAX) {
            free_producer(topic, LIST_ITEM(topic->recent.next, producer_t, link));
        }
        producer = mem_new(sizeof *producer);
        producer->name = view_dup(name);
        list_init(&producer->link);
        map_add(&topic->producers, producer->name, name.size, producer);
    }
    list_append(&topic->recent, &producer->link);
    return producer;
}

int64_t producer_offset(const producer_t *producer, int64_t sequence)
{
    for (size_t i = producer->count; i > 0 && sequence <= producer->highest; i--) {
        const run_t *run = &producer->runs[i - 1];
        if (sequence >= run->sequence && sequence < run->sequence + run->count) {
            return run->offset + (sequence - run->sequence);
        }
    }
    return -1;
}

static void add_run(producer_t *producer, run_t run)
{
    if (producer->count == RUNS_MAX) { // the older half has had its answers long ago
        producer->count = RUNS_MAX / 2;
        assert(producer->runs);
        memmove(producer->runs, producer->runs + RUNS_MAX / 2, producer->count * sizeof(run_t));
    }
    if (producer->count == producer->capacity) {
        producer->capacity = producer->capacity ? producer->capacity * 2 : 2;
        producer->runs = mem_resize(producer->runs, producer->capacity, sizeof(run_t));
    }
    assert(producer->runs);
    producer->runs[producer->count++] = run;
}

static void raise_highest(producer_t *producer, int64_t sequence)
{
    producer->highest = sequence > producer->highest ? sequence : producer->highest;
}

void producer_note(producer_t *producer, int64_t sequence, int64_t offset)
{
    run_t *last = producer->count > 0 ? &producer->runs[producer->count - 1] : NULL;
    if (last && last->sequence + last->count == sequence && last->offset + last->count == offset) {
        last->count++;
    } else {
        add_run(producer, (run_t){.sequence = sequence, .offset = offset, .count = 1});
    }
    raise_highest(producer, sequence);
}

void producer_take_back(topic_t *topic, int64_t offset)
{
    // Whoever has it has been heard lately.
    for (list_t *link = topic->recent.prev; link != &topic->recent; link = link->prev) {
        producer_t *producer = LIST_ITEM(link, producer_t, link);
        run_t *last = producer->count > 0 ? &producer->runs[producer->count - 1] : NULL;
        if (last && last->offset + last->count - 1 == offset) {
            last->count--;
            producer->count -= last->count == 0;
            return;
        }
    }
}

static void put_number(char *to, int64_t value)
{
    for (size_t i = 0; i < sizeof value; i++) {
        to[i] = (char)(unsigned char)((uint64_t)value >> 8 * i);
    }
}

static int64_t get_number(const char *from)
{
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof value; i++) {
        value |= (uint64_t)(unsigned char)from[i] << 8 * i;
    }
    return (int64_t)value;
}

// Those below an offset; their bytes.
static size_t put_runs(char *to, const producer_t *producer, int64_t end)
{
    size_t size = 0;
    for (size_t i = 0; i < producer->count && producer->runs[i].offset < end; i++) {
        run_t run = producer->runs[i];
        run.count = run.count < end - run.offset ? run.count : end - run.offset;
        put_number(to + size, run.sequence);
        put_number(to + size + 8, run.offset);
        put_number(to + size + 16, run.count);
        size += RUN_BYTES;
    }
    return size;
}

void producer_snapshot(core_t *core, const topic_t *topic, int64_t end, entries_t *entries)
{
    for (const list_t *link = topic->recent.next; link != &topic->recent; link = link->next) {
        const producer_t *producer = LIST_ITEM(link, producer_t, link);
        char *body = slab_new(&core->effects->slab, producer->count * RUN_BYTES);
        size_t size = put_runs(body, producer, end);
        entry_t entry = {
            .kind = ENT_producer,
            .producer = {.topic = view_of(topic->name), .producer = view_of(producer->name)}};
        entries_add(core, entries, &entry, (view_t){body, size});
    }
}

// The offset behind the runs of a snapshot.
static int64_t take_runs(producer_t *producer, view_t body)
{
    int64_t end = 0;
    for (size_t at = 0; at + RUN_BYTES <= body.size; at += RUN_BYTES) {
        run_t run = {.sequence = get_number(body.data + at),
                     .offset = get_number(body.data + at + 8),
                     .count = get_number(body.data + at + 16)};
        bool possible = run.sequence >= 0 && run.offset >= 0 && run.count > 0 &&
                        run.sequence <= INT64_MAX - run.count &&
                        run.offset <= INT64_MAX - run.count;
        if (possible) {
            add_run(producer, run);
            raise_highest(producer, run.sequence + run.count - 1);
            end = run.offset + run.count > end ? run.offset + run.count : end;
        }
    }
    return end;
}

// It stands for the records in front of it, but those that were on their way when it was made.
void producer_restore(producer_t *producer, view_t body)
{
    run_t *before = producer->runs;
    size_t count = producer->count;
    producer->runs = NULL;
    producer->count = 0;
    producer->capacity = 0;
    int64_t end = take_runs(producer, body);
    for (size_t i = 0; i < count; i++) {
        run_t run = before[i];
        int64_t known = end > run.offset ? end - run.offset : 0;
        if (known < run.count) {
            add_run(producer, (run_t){.sequence = run.sequence + known,
                                      .offset = run.offset + known,
                                      .count = run.count - known});
        }
    }
    free(before);
}

void producer_release(topic_t *topic)
{
    while (!list_empty(&topic->recent)) {
        free_producer(topic, LIST_ITEM(topic->recent.next, producer_t, link));
    }
    map_release(&topic->producers);
}
