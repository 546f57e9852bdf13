// SPDX-License-Identifier: MPL-2.0
// Connections: in order and without loss while they last; each may end at any message.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim.h"

enum { TRANSIT_MOST_MS = 20 };

static void release_message(message_t *message)
{
    for (size_t i = 0; i < FRAMES; i++) {
        buf_release(&message->frames[i]);
    }
}

static message_t *add(world_t *world, queue_t *queue)
{
    if (queue->first + queue->count == queue->capacity) {
        queue->capacity = queue->capacity ? queue->capacity * 2 : 16;
        queue->items = mem_resize(queue->items, queue->capacity, sizeof(message_t));
    }
    message_t *message = &queue->items[queue->first + queue->count++];
    *message = (message_t){.at_ms = world->now_ms + (int64_t)draw(world, TRANSIT_MOST_MS)};
    message->at_ms = message->at_ms > queue->last_ms ? message->at_ms : queue->last_ms;
    queue->last_ms = message->at_ms;
    return message;
}

message_t *net_next(queue_t *queue, int64_t now_ms)
{
    message_t *first = queue->count > 0 ? &queue->items[queue->first] : NULL;
    return first && first->at_ms <= now_ms ? first : NULL;
}

void net_pop(queue_t *queue)
{
    release_message(&queue->items[queue->first++]);
    if (--queue->count == 0) {
        queue->first = 0;
    }
}

static void cut(queue_t *queue, size_t kept)
{
    while (queue->count > kept) {
        release_message(&queue->items[queue->first + --queue->count]);
    }
}

void net_connect(world_t *world, client_t *client)
{
    conn_t *conn = mem_new(sizeof *conn);
    conn->number = world->conn_count;
    conn->client = (int)(client - world->clients);
    conn->open = true;
    conn->reachable = true;
    world->conns = mem_resize(world->conns, (size_t)world->conn_count + 1, sizeof(conn_t *));
    world->conns[world->conn_count++] = conn;
    client->conn = conn;
}

void net_drop(world_t *world, conn_t *conn)
{
    trace(world, "-- k%d %s ends", conn->number, world->clients[conn->client].name);
    conn->open = false;
    conn->reachable = false;
    cut(&conn->up, draw(world, conn->up.count + 1));
    cut(&conn->down, 0);
}

void net_up(world_t *world, const client_t *client, const header_t *header, const buf_t *first,
            const buf_t *second)
{
    message_t *message = add(world, &client->conn->up);
    envelope_pack(header, &message->frames[0]);
    message->count = 1;
    const buf_t *behind[] = {first, second};
    for (int i = 0; i < 2 && behind[i]; i++) {
        buf_add(&message->frames[message->count++], behind[i]->data, behind[i]->size);
    }
}

void net_down(world_t *world, conn_t *conn, const effect_t *effect)
{
    message_t *message = add(world, &conn->down);
    message->count = effect->frame_count;
    for (size_t i = 0; i < effect->frame_count; i++) {
        buf_add(&message->frames[i], effect->frames[i].data, effect->frames[i].size);
    }
}

conn_t *net_find(const world_t *world, view_t route)
{
    int number = 0;
    for (size_t i = 1; i < route.size; i++) {
        number = number * 10 + (route.data[i] - '0');
    }
    return world->conns[number];
}

bool net_idle(const world_t *world)
{
    for (int i = 0; i < world->conn_count; i++) {
        if (world->conns[i]->up.count > 0 || world->conns[i]->down.count > 0) {
            return false;
        }
    }
    return true;
}

void net_release(world_t *world)
{
    for (int i = 0; i < world->conn_count; i++) {
        conn_t *conn = world->conns[i];
        cut(&conn->up, 0);
        cut(&conn->down, 0);
        free(conn->up.items);
        free(conn->down.items);
        free(conn);
    }
    free(world->conns);
}
