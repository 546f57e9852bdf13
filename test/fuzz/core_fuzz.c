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
    uint64_t position;
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
            world->wanted[world->wanted_count++] = (wanted_t){effect->token, effect->position};
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

static void read_one(world_t *world)
{
    if (world->wanted_count == 0) {
        return;
    }
    wanted_t wanted = world->wanted[0];
    memmove(world->wanted, world->wanted + 1, --world->wanted_count * sizeof wanted);
    event_t event = {.kind = EVENT_READ_FAILED, .token = wanted.token, .code = ERR_IO};
    for (size_t i = 0; i < world->stored_count; i++) {
        if (world->log[i].position == wanted.position && next_byte(world) != 0xFF) {
            event = (event_t){.kind = EVENT_READ,
                              .token = wanted.token,
                              .bytes = {world->log[i].bytes.data, world->log[i].bytes.size}};
        }
    }
    step(world, &event);
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
    world->wanted_count = 0;
    start(world);
}

static const char *const CLIENTS[] = {"a", "b", "c"};
static const char *const WORDS[] = {"jobs", "events", "dead.jobs.g", "g", "h", "bad name", "k", ""};

static view_t word(world_t *world)
{
    uint8_t which = next_byte(world) % 9;
    return which < 8 ? view_of(WORDS[which]) : (view_t){0};
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
    effects_release(&world->effects);
    for (size_t i = 0; i < world->log_count; i++) {
        buf_release(&world->log[i].bytes);
    }
    free(world);
    return 0;
}
