// SPDX-License-Identifier: MPL-2.0
// Frames of any bytes from three clients into the broker's core, with commits, failures, reads,
// time and restarts in between. The first bytes of each command choose; a frame is either raw
// bytes, or a real header with fuzzed fields.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/core.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COMMANDS_MAX = 512, LOG_MAX = 4096, HELD_MAX = 4096 };

typedef struct {
    uint64_t position;
    buf_t bytes;
} stored_t;

typedef struct {
    int64_t token;
    size_t first; // of its entries in `log`
    size_t count;
} pending_t;

typedef struct {
    int64_t token;
    spot_t *spots;
    size_t count;
} wanted_t;

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
    core_t *core;
    effects_t effects;
    int64_t now_ms;
    stored_t log[LOG_MAX];
    size_t log_count;    // all, the pending ones at the end
    size_t stored_count; // on disk
    pending_t pending[HELD_MAX];
    size_t pending_count;
    wanted_t wanted[HELD_MAX];
    size_t wanted_count;
    bool full; // no more room to pretend with
} world_t;

static uint8_t next_byte(world_t *world)
{
    return world->at < world->end ? *world->at++ : 0;
}

static void keep_append(world_t *world, const effect_t *effect)
{
    if (world->log_count + effect->entry_count > LOG_MAX || world->pending_count == HELD_MAX) {
        world->full = true;
        return;
    }
    pending_t *pending = &world->pending[world->pending_count++];
    *pending = (pending_t){effect->token, world->log_count, effect->entry_count};
    for (size_t i = 0; i < effect->entry_count; i++) {
        stored_t *stored = &world->log[world->log_count++];
        *stored = (stored_t){.position = (uint64_t)(1 + world->log_count / 16) << 32 |
                                         world->log_count * 8};
        buf_add(&stored->bytes, effect->entries[i].head.data, effect->entries[i].head.size);
        buf_add(&stored->bytes, effect->entries[i].body.data, effect->entries[i].body.size);
    }
}

static void keep_read(world_t *world, const effect_t *effect)
{
    wanted_t wanted = {.token = effect->token,
                       .spots = mem_array(effect->spot_count, sizeof(spot_t)),
                       .count = effect->spot_count};
    memcpy(wanted.spots, effect->spots, wanted.count * sizeof(spot_t));
    world->wanted[world->wanted_count++] = wanted;
}

static void forget_reads(world_t *world)
{
    for (size_t i = 0; i < world->wanted_count; i++) {
        free(world->wanted[i].spots);
    }
    world->wanted_count = 0;
}

static void step(world_t *world, event_t *event)
{
    event->now_ms = world->now_ms;
    event->wall_ms = world->now_ms;
    core_step(world->core, event, &world->effects);
    for (size_t i = 0; i < world->effects.count; i++) {
        const effect_t *effect = &world->effects.items[i];
        if (effect->kind == EFFECT_APPEND) {
            keep_append(world, effect);
        } else if (effect->kind == EFFECT_READ && world->wanted_count < HELD_MAX) {
            keep_read(world, effect);
        } else if (effect->kind == EFFECT_SEND && effect->frame_count == 0) {
            abort();
        }
    }
}

static void commit(world_t *world)
{
    if (world->pending_count == 0) {
        return;
    }
    pending_t pending = world->pending[0];
    memmove(world->pending, world->pending + 1, --world->pending_count * sizeof pending);
    uint64_t *positions = mem_array(pending.count, sizeof *positions);
    for (size_t i = 0; i < pending.count; i++) {
        positions[i] = world->log[pending.first + i].position;
    }
    world->stored_count = pending.first + pending.count;
    event_t event = {.kind = EVENT_APPENDED, .token = pending.token, .positions = positions};
    step(world, &event);
    free(positions);
}

static void fail_all(world_t *world)
{
    size_t count = world->pending_count;
    int64_t *tokens = mem_array(count, sizeof *tokens);
    for (size_t i = 0; i < count; i++) {
        tokens[i] = world->pending[i].token;
    }
    while (world->log_count > world->stored_count) {
        buf_release(&world->log[--world->log_count].bytes);
    }
    world->pending_count = 0;
    for (size_t i = count; i > 0; i--) {
        event_t event = {.kind = EVENT_APPEND_FAILED, .token = tokens[i - 1], .code = ERR_FULL};
        step(world, &event);
    }
    free(tokens);
}

// What is stored there, unless the disk fails.
static view_t find(world_t *world, const spot_t *spot)
{
    for (size_t i = 0; i < world->stored_count; i++) {
        const stored_t *stored = &world->log[i];
        if (stored->position == spot->position) {
            bool fails = next_byte(world) == 0xFF;
            return fails ? (view_t){0} : (view_t){stored->bytes.data, stored->bytes.size};
        }
    }
    abort(); // it asks only for what it was told is there
}

static void read_one(world_t *world)
{
    if (world->wanted_count == 0) {
        return;
    }
    wanted_t wanted = world->wanted[0];
    memmove(world->wanted, world->wanted + 1, --world->wanted_count * sizeof wanted);
    view_t *reads = mem_array(wanted.count, sizeof *reads);
    for (size_t i = 0; i < wanted.count; i++) {
        reads[i] = find(world, &wanted.spots[i]);
    }
    bool failed = wanted.count == 1 && !reads[0].data;
    event_t event = {.kind = failed ? EVENT_READ_FAILED : EVENT_READ,
                     .token = wanted.token,
                     .bytes = reads[0],
                     .reads = reads,
                     .read_count = wanted.count,
                     .code = ERR_IO};
    step(world, &event);
    free(reads);
    free(wanted.spots);
}

static void start(world_t *world)
{
    core_options_t options = {.incarnation = "br",
                              .window = 4,
                              .look_ahead = 8,
                              .segment_bytes = 1024,
                              .deliveries_max = 3};
    world->core = core_new(&options);
    for (size_t i = 0; i < world->stored_count; i++) {
        event_t event = {.kind = EVENT_RECOVERED,
                         .position = world->log[i].position,
                         .size = world->log[i].bytes.size,
                         .bytes = {world->log[i].bytes.data, world->log[i].bytes.size}};
        step(world, &event);
    }
    event_t event = {.kind = EVENT_RECOVERY_END};
    step(world, &event);
}

static void restart(world_t *world)
{
    core_destroy(&world->core);
    while (world->log_count > world->stored_count) {
        buf_release(&world->log[--world->log_count].bytes);
    }
    world->pending_count = 0;
    forget_reads(world);
    start(world);
}

static const char *const CLIENTS[] = {"a", "b", "c"};
static const char *const WORDS[] = {"jobs",        "events",        "dead.jobs.g", "g",
                                    "h",           "bad name",      "k",           "",
                                    "broker",      "offset",        "time",        "end",
                                    "topic.purge", "topic.redrive", "group.seek",  "topic.delete"};
enum { WORD_COUNT = sizeof WORDS / sizeof WORDS[0] };

static view_t word(world_t *world)
{
    size_t which = next_byte(world) % (WORD_COUNT + 1);
    return which < WORD_COUNT ? view_of(WORDS[which]) : (view_t){0};
}

// Fills a header of this kind with words and small numbers.
static void fill(world_t *world, const header_row_t *row, header_t *header)
{
    char *base = (char *)&header->hello;
    for (size_t i = 0; i < row->schema.count; i++) {
        const field_t *field = &row->schema.fields[i];
        view_t text = word(world);
        int64_t number = next_byte(world) % 16;
        bool flag = number & 1;
        if (field->kind == FIELD_VIEW) {
            memcpy(base + field->offset, &text, sizeof text);
        } else if (field->kind == FIELD_INT) {
            memcpy(base + field->offset, &number, sizeof number);
        } else {
            memcpy(base + field->offset, &flag, sizeof flag);
        }
    }
}

// A batch of some parts of one byte each, mostly as its frames say.
static void send_batch(world_t *world, header_t *header, event_t *event)
{
    buf_t list = {0};
    uint32_t count = next_byte(world) % 4;
    header->publish_batch.count = count;
    codec_pack_list(count, &list);
    for (uint32_t i = 0; i < count; i++) {
        hdr_part_t part = {.bytes = 1, .key = word(world), .message_id = word(world)};
        part.priority = next_byte(world) % 3;
        part.delay_ms = next_byte(world) % 3;
        part.ttl_ms = next_byte(world) % 3;
        codec_pack_array(&envelope_row(HDR_part)->schema, &part, &list);
    }
    buf_t bytes = {0};
    envelope_pack(header, &bytes);
    event->frames[0] = (view_t){bytes.data, bytes.size};
    event->frames[1] = (view_t){list.data, list.size};
    event->frames[2] = (view_t){"abc", count};
    event->frame_count = 3;
    step(world, event);
    buf_release(&list);
    buf_release(&bytes);
}

static void send_header(world_t *world)
{
    size_t count = 0;
    const header_row_t *rows = envelope_rows(&count);
    const header_row_t *row = &rows[next_byte(world) % count];
    header_t header = {.kind = (header_kind_t)row->schema.number};
    event_t event = {.kind = EVENT_FRAME, .client = view_of(CLIENTS[next_byte(world) % 3])};
    fill(world, row, &header);
    if (header.kind == HDR_hello) {
        header.hello = (hdr_hello_t){.version = 1, .name = event.client, .instance = view_of("1")};
    }
    if (header.kind == HDR_publish_batch) {
        send_batch(world, &header, &event);
        return;
    }
    buf_t bytes = {0};
    envelope_pack(&header, &bytes);
    event.frames[0] = (view_t){bytes.data, bytes.size};
    event.frame_count = 1 + next_byte(world) % 3;
    for (size_t i = 1; i < event.frame_count; i++) {
        event.frames[i] = view_of("payload");
    }
    step(world, &event);
    buf_release(&bytes);
}

static void send_raw(world_t *world)
{
    size_t size = next_byte(world);
    size_t left = (size_t)(world->end - world->at);
    size = size < left ? size : left;
    event_t event = {.kind = EVENT_FRAME, .client = view_of(CLIENTS[0]), .frame_count = 1};
    event.frames[0] = (view_t){(const char *)world->at, size};
    world->at += size;
    step(world, &event);
}

static void pass(world_t *world)
{
    world->now_ms += (int64_t)next_byte(world) * 50;
    event_t event = {.kind = EVENT_TICK};
    step(world, &event);
}

static void act(world_t *world)
{
    event_t gone = {.kind = EVENT_GONE, .client = view_of(CLIENTS[next_byte(world) % 3])};
    switch (next_byte(world) % 16) {
    case 0:
        send_raw(world);
        break;
    case 1:
        pass(world);
        break;
    case 2:
        fail_all(world);
        break;
    case 3:
        restart(world);
        break;
    case 4:
        step(world, &gone);
        break;
    case 5:
    case 6:
    case 7:
        commit(world);
        break;
    case 8:
    case 9:
        read_one(world);
        break;
    default:
        send_header(world);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    world_t *world = mem_new(sizeof *world);
    world->at = data;
    world->end = data + size;
    world->now_ms = 1;
    start(world);
    for (int i = 0; i < COMMANDS_MAX && world->at < world->end && !world->full; i++) {
        act(world);
    }
    core_destroy(&world->core);
    forget_reads(world);
    effects_release(&world->effects);
    for (size_t i = 0; i < world->log_count; i++) {
        buf_release(&world->log[i].bytes);
    }
    free(world);
    return 0;
}
