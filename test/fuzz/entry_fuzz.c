// SPDX-License-Identifier: MPL-2.0
// A log of any entries in any order, real ones with fuzzed fields and raw bytes, read by the core
// at its start: what the state of topics, groups and producers is made from. Behind it the core
// takes a client, which publishes and consumes, and must not stumble over what it found.
#include <stdint.h>
#include <string.h>

#include "broker/core/core.h"
#include "broker/core/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENTRIES_MAX = 512, KINDS = 10 };

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
    core_t *core;
    effects_t effects;
    uint64_t position;
} world_t;

static uint8_t next_byte(world_t *world)
{
    return world->at < world->end ? *world->at++ : 0;
}

static void step(world_t *world, event_t *event)
{
    event->now_ms = 1;
    event->wall_ms = 1;
    core_step(world->core, event, &world->effects);
}

// Names are valid and numbers small: the checksums keep others out, which only a broken disk that
// forges them could bring.
static void fill(world_t *world, const schema_t *schema, void *record)
{
    static const char *const WORDS[] = {"jobs", "events", "dead.jobs.g", "g", "h", "k"};
    for (size_t i = 0; i < schema->count; i++) {
        void *at = (char *)record + schema->fields[i].offset;
        uint8_t byte = next_byte(world);
        view_t text = view_of(WORDS[byte % 6]);
        int64_t number = byte % 64;
        bool flag = byte & 1;
        if (!schema->fields[i].required && byte > 0xC0) {
            continue;
        }
        if (schema->fields[i].kind == FIELD_VIEW) {
            memcpy(at, &text, sizeof text);
        } else if (schema->fields[i].kind == FIELD_INT) {
            memcpy(at, &number, sizeof number);
        } else {
            memcpy(at, &flag, sizeof flag);
        }
    }
}

// As the broker does: what cannot be read is not given to the core.
static void recover(world_t *world, const buf_t *bytes)
{
    entry_t entry;
    view_t body;
    event_t event = {.kind = EVENT_RECOVERED,
                     .position = (world->position += 64) | (uint64_t)1 << 32,
                     .size = bytes->size,
                     .bytes = {bytes->data, bytes->size}};
    if (entry_unpack(event.bytes, &entry, &body, NULL) == ERR_OK) {
        step(world, &event);
    }
}

static void take_entry(world_t *world)
{
    buf_t bytes = {0};
    size_t body = next_byte(world) % 64;
    uint8_t kind = next_byte(world) % (KINDS + 1);
    if (kind > 0) {
        entry_t entry = {.kind = (entry_kind_t)kind};
        fill(world, entry_schema(entry.kind), &entry.record);
        entry_pack(&entry, &bytes);
    }
    size_t left = (size_t)(world->end - world->at);
    body = body < left ? body : left;
    buf_add(&bytes, world->at, body);
    world->at += body;
    recover(world, &bytes);
    buf_release(&bytes);
}

static void send(world_t *world, const header_t *header)
{
    buf_t bytes = {0};
    envelope_pack(header, &bytes);
    event_t event = {.kind = EVENT_FRAME,
                     .client = view_of("a"),
                     .frames = {{bytes.data, bytes.size}, {"x", 1}},
                     .frame_count = header->kind == HDR_publish ? 2 : 1};
    step(world, &event);
    buf_release(&bytes);
}

static void use(world_t *world)
{
    header_t hello = {.kind = HDR_hello,
                      .hello = {.version = 1, .name = view_of("a"), .instance = view_of("1")}};
    header_t consume = {
        .kind = HDR_consume,
        .consume = {.id = 1, .topic = view_of("jobs"), .group = view_of("g"), .credit = 8}};
    header_t publish = {.kind = HDR_publish, .publish = {.id = 2, .topic = view_of("jobs")}};
    event_t tick = {.kind = EVENT_TICK};
    send(world, &hello);
    send(world, &consume);
    send(world, &publish);
    step(world, &tick);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    world_t world = {.at = data, .end = data + size};
    core_options_t options = {.incarnation = "br", .window = 4, .look_ahead = 8};
    world.core = core_new(&options);
    for (int i = 0; i < ENTRIES_MAX && world.at < world.end; i++) {
        take_entry(&world);
    }
    event_t end = {.kind = EVENT_RECOVERY_END};
    step(&world, &end);
    use(&world);
    core_destroy(&world.core);
    effects_release(&world.effects);
    return 0;
}
