// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/metrics.h"

#include "actors/bridge/exposition.h"
#include "actors/bridge/reply.h"

static void on_stats(actor_t *actor, void *context, const fault_t *fault, void *message,
                     bytes_t payload)
{
    (void)payload;
    exchange_t *exchange = context;
    const bridge_t *bridge = actor_state(actor);
    if (fault) {
        door_refuse(exchange, fault);
        return;
    }
    const msg_stats_t *stats = message;
    exposition_stats(&exchange->body, stats->stats);
    exposition_value(&exchange->body, "autodp_bridge_event_streams", "gauge",
                     "Event streams that are open.", bridge->streams);
    struct MHD_Response *response = reply_metrics(&exchange->body);
    door_answer(exchange, MHD_HTTP_OK, response);
}

// health.list is for admins, so who gets its answer may see the rest.
static void on_actors(actor_t *actor, void *context, const fault_t *fault, void *message,
                      bytes_t payload)
{
    (void)payload;
    exchange_t *exchange = context;
    if (fault) {
        door_refuse(exchange, fault);
        return;
    }
    const msg_actors_t *actors = message;
    buf_clear(&exchange->body);
    exposition_actors(&exchange->body, actors->actors);
    actor_call(actor, METHOD_broker_stats, &(msg_page_t){0}, (bytes_t){0}, 0, on_stats, exchange);
}

static void arrive(actor_t *actor, exchange_t *exchange)
{
    door_call_authorized(actor, exchange, METHOD_health_list, on_actors);
}

const door_ops_t metrics_door = {.arrive = arrive};
