// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim.h"

enum {
    SETUP_MS = 1500, // until all groups are there
    STEPS = 1000,    // with faults
    CALM_STEPS = 6000,
    STEP_MOST_MS = 25,
    REST_MS = 300, // a step in which nobody has anything to do
};

static const char *const TOPIC_NAMES[TOPICS + DEAD_TOPICS] = {
    "q0",         "q1",         "s0",         "dead.q0.g0", "dead.q0.g1",
    "dead.q1.g0", "dead.q1.g1", "dead.s0.g0", "dead.s0.g1"};

const char *topic_name(int topic)
{
    return TOPIC_NAMES[topic];
}

int topic_of(view_t name)
{
    for (int i = 0; i < TOPICS + DEAD_TOPICS; i++) {
        if (view_equals(name, TOPIC_NAMES[i])) {
            return i;
        }
    }
    return -1;
}

int pair_topic(int pair)
{
    if (pair == PAIR_EPHEMERAL) {
        return TOPIC_STREAMED;
    }
    return pair < PAIR_EPHEMERAL ? pair / 2 : TOPICS + pair - PAIR_DEAD;
}

const char *pair_group(int pair)
{
    if (pair == PAIR_EPHEMERAL) {
        return "e0";
    }
    return pair >= PAIR_DEAD ? "dg" : pair % 2 == 0 ? "g0" : "g1";
}

int pair_of(view_t topic, view_t group)
{
    int number = topic_of(topic);
    if (number >= TOPICS) {
        return PAIR_DEAD + number - TOPICS;
    }
    if (view_equals(group, "e0")) {
        return PAIR_EPHEMERAL;
    }
    return number * 2 + view_equals(group, "g1");
}

uint64_t draw(world_t *world, uint64_t below)
{
    return sim_random(&world->random) % below;
}

bool chance(world_t *world, int percent)
{
    return draw(world, 100) < (uint64_t)percent;
}

static void add_clients(world_t *world)
{
    static const struct {
        client_kind_t kind;
        const char *name;
        int count;
    } KINDS[] = {{KIND_PUBLISHER, "pub", PUBLISHERS},
                 {KIND_CONSUMER, "con", CONSUMERS},
                 {KIND_CALLER, "call", CALLERS},
                 {KIND_WORKER, "work", WORKERS}};
    client_t *client = world->clients;
    for (size_t k = 0; k < sizeof KINDS / sizeof KINDS[0]; k++) {
        for (int i = 0; i < KINDS[k].count; i++, client++) {
            *client = (client_t){.kind = KINDS[k].kind, .number = i};
            snprintf(client->name, sizeof client->name, "%s%d", KINDS[k].name, i);
            client->by_producer = chance(world, 50);
        }
    }
}

// What the weather is like for the next while.
static void disturb(world_t *world)
{
    switch (draw(world, 8)) {
    case 0:
        trace(world, "~~ the broker is stopped for a while");
        world->now_ms += (int64_t)draw(world, 6000);
        break;
    case 1: {
        int64_t by_ms = (int64_t)draw(world, 20000) - 10000;
        trace(world, "~~ the wall clock is set by %lld ms", (long long)by_ms);
        world->wall_ms += by_ms;
        break;
    }
    case 2:
        world->disk.full = !world->disk.full;
        trace(world, "~~ the disk is %s", world->disk.full ? "full" : "not full any more");
        break;
    case 3:
        world->disk.full = false;
        world->disk.fail_read = chance(world, 50) ? 100 : 0;
        world->disk.fail_write = chance(world, 20) ? 100 : 0;
        world->disk.fail_sync = chance(world, 20) ? 100 : 0;
        trace(world, "~~ the disk fails: %d of 10,000 reads, %d writes, %d syncs",
              world->disk.fail_read, world->disk.fail_write, world->disk.fail_sync);
        break;
    case 4:
        if (sim_broker_up(world)) {
            sim_broker_kill(world, "from outside");
        }
        break;
    default:
        break;
    }
}

static void one_step(world_t *world, int64_t ms)
{
    world->step++;
    world->now_ms += ms;
    world->wall_ms += ms;
    world->wall_most = world->wall_ms > world->wall_most ? world->wall_ms : world->wall_most;
    if (!sim_broker_up(world) && (world->calm || chance(world, 10))) {
        sim_broker_start(world);
    }
    if (sim_broker_up(world)) {
        sim_broker_turn(world);
    }
    for (int i = 0; i < CLIENTS; i++) {
        client_turn(world, &world->clients[i]);
    }
}

// The groups are there before anything is published, so that each is owed every record.
static void set_up(world_t *world)
{
    world->calm = true;
    while (world->now_ms < SETUP_MS) {
        one_step(world, STEP_MOST_MS);
    }
    world->calm = false;
}

static bool all_answered(const world_t *world)
{
    for (int i = 0; i < CLIENTS; i++) {
        if (world->clients[i].out_count > 0) {
            return false;
        }
    }
    return true;
}

// Faults are off, the wall clock is behind every delay: everything comes to its end.
static void calm_down(world_t *world)
{
    trace(world, "== calm");
    world->calm = true;
    world->disk.fail_read = 0;
    world->disk.fail_write = 0;
    world->disk.fail_sync = 0;
    world->disk.full = false;
    world->wall_ms = world->wall_most;
    for (int i = 0; i < CALM_STEPS; i++) {
        bool idle = sim_broker_up(world) && net_idle(world) && !sim_broker_busy(world);
        one_step(world, idle ? REST_MS : STEP_MOST_MS);
        if (idle && all_answered(world) && model_settled(world)) {
            return;
        }
    }
    if (!all_answered(world)) {
        sim_fail(world, "at the end a publish has no answer");
    }
}

static void release(world_t *world)
{
    sim_broker_destroy(&world->broker);
    model_destroy(&world->model);
    net_release(world);
    free(world);
}

void world_run(uint64_t seed, break_t broken, bool traced, bool expect_failure)
{
    world_t *world = mem_new(sizeof *world);
    world->seed = seed;
    world->random = seed;
    world->trace = traced;
    world->expect_failure = expect_failure;
    world->broken = broken;
    world->wall_ms = 1700000000000;
    world->model = model_new(world);
    world->broker = sim_broker_new(world);
    add_clients(world);
    set_up(world);
    for (int i = 0; i < STEPS; i++) {
        if (draw(world, 40) == 0) {
            disturb(world);
        }
        one_step(world, (int64_t)draw(world, STEP_MOST_MS));
    }
    calm_down(world);
    model_check_end(world);
    sim_broker_kill(world, "at the end");
    calm_down(world);
    model_check_end(world);
    release(world);
}
