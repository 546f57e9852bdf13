// SPDX-License-Identifier: MPL-2.0
// Calls, and the workers that answer them, late, twice or never.
#include <stdio.h>
#include <string.h>

#include "sim.h"

static const view_t SERVICE = {"svc", 3};
static const view_t METHOD = {"echo", 4};
static const char EMPTY_MAP[] = "\x80";

void caller_turn(world_t *world, client_t *client)
{
    if (world->calm || !chance(world, 6) || world->call_count == SERIALS_MAX) {
        return;
    }
    char text[24];
    int size = snprintf(text, sizeof text, "c%lld", (long long)world->call_count++);
    header_t header = {.kind = HDR_call,
                       .call = {.id = ++client->next_id,
                                .service = SERVICE,
                                .method = METHOD,
                                .remaining_ms = 100 + (int64_t)draw(world, 2500),
                                .idempotent = chance(world, 50)}};
    buf_t message = {0};
    buf_t payload = {0};
    buf_add(&message, EMPTY_MAP, 1);
    buf_add(&payload, text, (size_t)size);
    net_up(world, client, &header, &message, &payload);
    buf_release(&message);
    buf_release(&payload);
}

void worker_join(world_t *world, client_t *client)
{
    header_t header = {.kind = HDR_serve,
                       .serve = {.id = ++client->next_id,
                                 .service = SERVICE,
                                 .credit = 1 + (int64_t)draw(world, 4)}};
    net_up(world, client, &header, NULL, NULL);
}

void worker_take(world_t *world, client_t *client, const header_t *header, const message_t *from)
{
    if (header->kind != HDR_request || client->held_count == HELD_MAX || chance(world, 8)) {
        return;
    }
    held_t *held = &client->held[client->held_count++];
    *held = (held_t){.offset = header->request.id,
                     .at_ms = world->now_ms + (int64_t)draw(world, chance(world, 90) ? 60 : 4000)};
    size_t size = from->frames[2].size < sizeof held->text ? from->frames[2].size : 0;
    memcpy(held->text, from->frames[2].data, size);
}

void worker_turn(world_t *world, client_t *client)
{
    for (int i = client->held_count - 1; i >= 0; i--) {
        const held_t *held = &client->held[i];
        if (world->now_ms < held->at_ms) {
            continue;
        }
        header_t header = {.kind = HDR_reply, .reply = {.id = held->offset}};
        buf_t message = {0};
        buf_t payload = {0};
        buf_add(&message, EMPTY_MAP, 1);
        buf_add(&payload, held->text, strlen(held->text));
        for (int twice = chance(world, 5) ? 2 : 1; twice > 0; twice--) {
            net_up(world, client, &header, &message, &payload);
        }
        buf_release(&message);
        buf_release(&payload);
        client->held[i] = client->held[--client->held_count];
    }
}
