// SPDX-License-Identifier: MPL-2.0
// Drives the core, the spool and the log as broker/loop.c does, with a clock and sockets that are
// the world's.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/spool.h"
#include "committer.h"
#include "sim.h"

enum { SEGMENT = 32768, FRAMES_A_TURN = 256, GONE_MAX = 256, CALM_KILLS_MOST = 10 };

struct sim_broker {
    sim_disk_t *disk;
    core_t *core;
    effects_t effects;
    committer_t *committer;
    fetcher_t *fetcher;
    spool_t *spool;
    bool low;
    bool up;
    int gone[GONE_MAX]; // numbers of connections to be told to the core
    int gone_count;
    int skipped; // entries of the recovery, when it is broken on purpose
};

static const topic_preset_t PRESETS[] = {
    {"s0", {.kind = TOPIC_STREAM, .retention_count = RETENTION}},
};

sim_broker_t *sim_broker_new(world_t *world)
{
    sim_broker_t *broker = mem_new(sizeof *broker);
    broker->disk = sim_disk_new();
    faults_init(&world->disk, broker->disk, &world->random);
    return broker;
}

bool sim_broker_up(const world_t *world)
{
    return world->broker->up;
}

static void take_down(sim_broker_t *broker)
{
    spool_destroy(&broker->spool);
    sim_committer_destroy(&broker->committer);
    fetcher_destroy(&broker->fetcher);
    core_destroy(&broker->core);
    broker->up = false;
    broker->low = false;
    broker->gone_count = 0;
}

void sim_broker_destroy(sim_broker_t **broker)
{
    take_down(*broker);
    effects_release(&(*broker)->effects);
    sim_disk_destroy(&(*broker)->disk);
    free(*broker);
    *broker = NULL;
}

static void send(world_t *world, const effect_t *effect)
{
    sim_broker_t *broker = world->broker;
    conn_t *conn = net_find(world, effect->client);
    header_t header;
    fault_t fault;
    if (envelope_unpack(effect->frames[0].data, effect->frames[0].size, &header, &fault)) {
        sim_fail(world, "the broker sent what cannot be read: %s", fault.detail);
    }
    trace_header(world, "<", conn, &header);
    model_out(world, conn, &header, effect);
    if (conn->reachable) {
        net_down(world, conn, effect);
    } else if (broker->gone_count < GONE_MAX) {
        broker->gone[broker->gone_count++] = conn->number;
    }
}

// The furthest record that may be on the disk counts for retention, told or not.
static void show_append(world_t *world, const effect_t *effect)
{
    for (size_t i = 0; i < effect->entry_count; i++) {
        entry_t entry;
        view_t body;
        fault_t fault;
        if (entry_unpack(effect->entries[i].head, &entry, &body, &fault) == ERR_OK &&
            entry.kind == ENT_record && topic_of(entry.record.topic) >= 0) {
            model_append(world, topic_of(entry.record.topic), entry.record.offset);
        }
    }
}

static void carry_out(world_t *world, const effect_t *effect)
{
    spool_t *spool = world->broker->spool;
    switch (effect->kind) {
    case EFFECT_SEND:
        send(world, effect);
        break;
    case EFFECT_APPEND:
        show_append(world, effect);
        spool_append(spool, effect);
        break;
    case EFFECT_READ:
        spool_read(spool, effect);
        break;
    case EFFECT_TRIM:
        trace(world, "   trim before segment %d", (int)(effect->position >> 32));
        spool_trim(spool, effect);
        break;
    case EFFECT_REPORT:
        trace(world, "   %s: %s", effect->report, effect->text);
        break;
    }
}

static void step(world_t *world, event_t *event)
{
    sim_broker_t *broker = world->broker;
    event->now_ms = world->now_ms;
    event->wall_ms = world->wall_ms;
    core_step(broker->core, event, &broker->effects);
    for (size_t i = 0; i < broker->effects.count; i++) {
        carry_out(world, &broker->effects.items[i]);
    }
}

static void step_reads(world_t *world)
{
    event_t event;
    while (spool_next_read(world->broker->spool, &event)) {
        step(world, &event);
    }
}

static void step_on(world_t *world)
{
    sim_broker_t *broker = world->broker;
    step_reads(world);
    while (broker->gone_count > 0) {
        char route[16];
        const conn_t *conn = world->conns[broker->gone[--broker->gone_count]];
        int size = snprintf(route, sizeof route, "k%d", conn->number);
        model_gone(world, conn);
        event_t event = {.kind = EVENT_GONE, .client = {route, (size_t)size}};
        step(world, &event);
        step_reads(world);
    }
}

// What the recovery gives out, unless it is broken on purpose.
static bool skips(const world_t *world, const entry_t *entry)
{
    sim_broker_t *broker = world->broker;
    bool settled = world->broken == BREAK_LOST_SETTLE && entry->kind == ENT_settled;
    bool record = world->broken == BREAK_OFFSET_TWICE && entry->kind == ENT_record &&
                  topic_of(entry->record.topic) >= 0;
    return (settled || record) && ++broker->skipped % 7 == 0;
}

static err_t recover(void *context, const journal_record_t *record, fault_t *fault)
{
    world_t *world = context;
    entry_t entry;
    view_t body;
    event_t event = {.kind = EVENT_RECOVERED,
                     .now_ms = world->now_ms,
                     .wall_ms = world->wall_ms,
                     .position = record->position,
                     .size = record->size,
                     .bytes = {record->bytes, record->kept}};
    err_t err = entry_unpack(event.bytes, &entry, &body, fault);
    if (err == ERR_OK && !skips(world, &entry)) {
        core_step(world->broker->core, &event, &world->broker->effects);
    }
    return err;
}

static err_t open_journal(world_t *world, journal_t **ret)
{
    journal_options_t options = {
        .disk = &world->disk.calls, .folder = "log", .segment_bytes = SEGMENT};
    journal_report_t report;
    fault_t fault;
    err_t err = journal_open(&options, recover, world, ret, &report, &fault);
    if (err == ERR_CORRUPT) {
        sim_fail(world, "the log cannot be read any more: %s", fault.detail);
    }
    trace(world, "** start: %s", err ? fault.detail : "");
    return err;
}

void sim_broker_start(world_t *world)
{
    sim_broker_t *broker = world->broker;
    core_options_t options = {.silence_ms = SILENCE_MS,
                              .ack_wait_ms = 2000,
                              .deliveries_max = DELIVERIES_MOST,
                              .window = WINDOW,
                              .segment_bytes = SEGMENT,
                              .presets = PRESETS,
                              .preset_count = 1,
                              .incarnation = "br_sim"};
    broker->core = core_new(&options);
    journal_t *journal = NULL;
    if (!world->calm && chance(world, 15)) {
        broker->disk->calls_most = broker->disk->calls_made + (int64_t)draw(world, 8);
    }
    if (open_journal(world, &journal)) {
        broker->disk->calls_most = 0;
        take_down(broker);
        sim_disk_crash(broker->disk, (sim_loss_t)draw(world, 3), &world->random);
        return;
    }
    broker->committer =
        sim_committer_new(&journal, world->now_ms, world->broken == BREAK_EARLY_ACK);
    broker->fetcher = fetcher_new(&world->disk.calls, "log");
    broker->spool = spool_new(broker->committer, broker->fetcher);
    broker->up = true;
    event_t event = {.kind = EVENT_RECOVERY_END};
    step(world, &event);
    step_on(world);
}

void sim_broker_kill(world_t *world, const char *why)
{
    static const char *const NAMES[] = {"lost", "kept", "torn"};
    sim_broker_t *broker = world->broker;
    sim_loss_t loss = (sim_loss_t)draw(world, 3);
    trace(world, "** killed %s; what was not synced is %s", why, NAMES[loss]);
    world->kills++;
    world->calm_kills += world->calm;
    if (world->calm_kills > CALM_KILLS_MOST) {
        sim_fail(world, "the broker keeps ending although nothing fails: %s", why);
    }
    broker->disk->calls_most = 0; // letting go changes nothing on the disk
    take_down(broker);
    sim_disk_crash(broker->disk, loss, &world->random);
    for (int i = 0; i < world->conn_count; i++) {
        conn_t *conn = world->conns[i];
        conn->reachable = false;
        while (conn->up.count > 0) {
            net_pop(&conn->up);
        }
    }
    model_restart(world);
}

static bool power_gone(const sim_broker_t *broker)
{
    return broker->disk->calls_most >= 0 && broker->disk->calls_made >= broker->disk->calls_most;
}

// False when the log is lost, and the broker with it.
static bool take_commit(world_t *world)
{
    sim_broker_t *broker = world->broker;
    fault_t fault;
    if (spool_receive(broker->spool, false, &fault) != ERR_OK) {
        trace(world, "** the log is lost: %s", fault.detail);
        return false;
    }
    event_t event;
    while (spool_next_outcome(broker->spool, &event)) {
        step(world, &event);
    }
    if (spool_low(broker->spool) != broker->low) {
        broker->low = !broker->low;
        event = (event_t){.kind = EVENT_SPACE, .low = broker->low};
        step(world, &event);
    }
    step_on(world);
    return true;
}

// Tells the model what a frame asks for.
static void show(world_t *world, const conn_t *conn, const header_t *header, const event_t *event)
{
    model_in(world, conn, header);
    if (header->kind == HDR_publish) {
        model_in_publish(world, conn, header->publish.id, payload_serial(world, event->frames[1]));
    } else if (header->kind == HDR_call) {
        model_in_call(world, conn, header, event->frames[2]);
    } else if (header->kind == HDR_publish_batch) {
        codec_list_t list;
        fault_t fault;
        codec_open_list(event->frames[1].data, event->frames[1].size, &list, &fault);
        view_t payload = event->frames[2];
        for (int64_t i = 0; i < header->publish_batch.count; i++) {
            hdr_part_t part;
            codec_next_array(&list, &envelope_row(HDR_part)->schema, &part, &fault);
            view_t one = {payload.data, (size_t)part.bytes};
            model_in_publish(world, conn, header->publish_batch.id + i, payload_serial(world, one));
            payload.data += part.bytes;
        }
    }
}

static void take_frame(world_t *world, conn_t *conn, const message_t *message)
{
    char route[16];
    int size = snprintf(route, sizeof route, "k%d", conn->number);
    event_t event = {
        .kind = EVENT_FRAME, .client = {route, (size_t)size}, .frame_count = message->count};
    for (size_t i = 0; i < message->count; i++) {
        event.frames[i] = (view_t){message->frames[i].data, message->frames[i].size};
    }
    header_t header;
    fault_t fault;
    envelope_unpack(event.frames[0].data, event.frames[0].size, &header, &fault);
    trace_header(world, ">", conn, &header);
    show(world, conn, &header, &event);
    step(world, &event);
    step_on(world);
}

static void take_frames(world_t *world)
{
    for (int i = 0; i < world->conn_count; i++) {
        conn_t *conn = world->conns[i];
        const message_t *message;
        for (int k = 0; k < FRAMES_A_TURN && (message = net_next(&conn->up, world->now_ms)); k++) {
            take_frame(world, conn, message);
            net_pop(&conn->up);
        }
    }
}

static void tell_time(world_t *world)
{
    event_t event = {.kind = EVENT_TICK};
    if (chance(world, 3)) {
        event.kind = EVENT_PROBE;
        step(world, &event);
        step_on(world);
        event.kind = EVENT_TICK;
    }
    if (core_due_ms(world->broker->core) <= world->now_ms) {
        step(world, &event);
        step_on(world);
        model_ticked(world);
    }
}

static void maybe_cut_power(world_t *world)
{
    sim_broker_t *broker = world->broker;
    if (!world->calm && broker->disk->calls_most < 0 && draw(world, 250) == 0) {
        broker->disk->calls_most = broker->disk->calls_made + (int64_t)draw(world, 12);
    }
    if (world->calm) {
        broker->disk->calls_most = -1;
    }
}

void sim_broker_turn(world_t *world)
{
    sim_broker_t *broker = world->broker;
    maybe_cut_power(world);
    sim_committer_time(broker->committer, world->now_ms);
    sim_committer_delay(broker->committer, (int64_t)draw(world, 8),
                        chance(world, 2) ? (int64_t)draw(world, 500) : 1);
    sim_committer_run(broker->committer);
    if (power_gone(broker)) {
        sim_broker_kill(world, "between two calls of the disk");
        return;
    }
    if (!take_commit(world)) {
        sim_broker_kill(world, "by the disk");
        return;
    }
    take_frames(world);
    tell_time(world);
    spool_submit(broker->spool);
}

bool sim_broker_busy(const world_t *world)
{
    const sim_broker_t *broker = world->broker;
    return spool_busy(broker->spool) || core_due_ms(broker->core) <= world->now_ms;
}
