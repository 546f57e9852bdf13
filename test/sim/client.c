// SPDX-License-Identifier: MPL-2.0
// What all clients do: connect, say hello, ping, and begin anew when nothing is heard.
#include <string.h>

#include "sim.h"

enum { PING_MS = 800, AGAIN_MS = 50 };

void client_lost(client_t *client)
{
    client->conn = NULL;
    client->welcome = false;
    client->held_count = 0;
    for (int i = 0; i < client->out_count; i++) {
        client->out[i].again_ms = 0;
    }
}

static void hello(world_t *world, client_t *client)
{
    net_connect(world, client);
    client->heard_ms = world->now_ms;
    header_t header = {
        .kind = HDR_hello,
        .hello = {.version = ADP_VERSION, .name = view_of(client->name), .instance = {"1", 1}}};
    net_up(world, client, &header, NULL, NULL);
}

static void ping(world_t *world, client_t *client)
{
    header_t header = {.kind = HDR_ping, .ping = {.time_ms = world->now_ms}};
    net_up(world, client, &header, NULL, NULL);
    client->ping_ms = world->now_ms + PING_MS;
}

static void part(world_t *world, client_t *client)
{
    net_drop(world, client->conn);
    client_lost(client);
    client->connect_ms = world->now_ms + (int64_t)draw(world, AGAIN_MS);
}

static void take(world_t *world, client_t *client, const message_t *message)
{
    header_t header;
    fault_t fault;
    if (envelope_unpack(message->frames[0].data, message->frames[0].size, &header, &fault)) {
        sim_fail(world, "%s cannot read what it got: %s", client->name, fault.detail);
    }
    client->heard_ms = world->now_ms;
    if (header.kind == HDR_welcome) {
        client->welcome = true;
        if (client->kind == KIND_CONSUMER) {
            consumer_join(world, client);
        } else if (client->kind == KIND_WORKER) {
            worker_join(world, client);
        }
        return;
    }
    switch (client->kind) {
    case KIND_PUBLISHER:
        publisher_take(world, client, &header);
        break;
    case KIND_CONSUMER:
        consumer_take(world, client, &header, message);
        break;
    case KIND_WORKER:
        worker_take(world, client, &header, message);
        break;
    case KIND_CALLER:
        break;
    }
}

static bool refused_as_unknown(const message_t *message)
{
    header_t header;
    fault_t fault;
    return envelope_unpack(message->frames[0].data, message->frames[0].size, &header, &fault) ==
               ERR_OK &&
           header.kind == HDR_refused && header.refused.code == ERR_UNAUTHENTICATED;
}

static void listen(world_t *world, client_t *client)
{
    const message_t *message;
    while (client->conn && (message = net_next(&client->conn->down, world->now_ms))) {
        if (refused_as_unknown(message)) {
            part(world, client);
            return;
        }
        queue_t *queue = &client->conn->down;
        take(world, client, message);
        net_pop(queue);
    }
}

static void act(world_t *world, client_t *client)
{
    switch (client->kind) {
    case KIND_PUBLISHER:
        publisher_turn(world, client);
        break;
    case KIND_CONSUMER:
        consumer_turn(world, client);
        break;
    case KIND_CALLER:
        caller_turn(world, client);
        break;
    case KIND_WORKER:
        worker_turn(world, client);
        break;
    }
}

// Leaves in order; what it said last may still be on its way.
static void goodbye(world_t *world, client_t *client)
{
    header_t header = {.kind = HDR_goodbye};
    net_up(world, client, &header, NULL, NULL);
    client->conn->open = false;
    client_lost(client);
    client->connect_ms = world->now_ms + (int64_t)draw(world, AGAIN_MS * 10);
}

void client_turn(world_t *world, client_t *client)
{
    if (!client->conn) {
        if (world->now_ms >= client->connect_ms && sim_broker_up(world)) {
            hello(world, client);
        }
        return;
    }
    listen(world, client);
    if (!client->conn) {
        return;
    }
    bool silent = world->now_ms - client->heard_ms >= SILENCE_MS;
    if (silent || !client->conn->reachable || (!world->calm && draw(world, 1500) == 0)) {
        part(world, client);
    } else if (client->welcome && !world->calm && draw(world, 3000) == 0) {
        goodbye(world, client);
    } else if (client->welcome) {
        if (world->now_ms >= client->ping_ms) {
            ping(world, client);
        }
        act(world, client);
    }
}
