// SPDX-License-Identifier: MPL-2.0
#include <stdint.h>

#include "actors/gateway/state.h"
#include "base/log.h"

enum { IN_FLIGHT_MAX = 256 };

static void published(actor_t *actor, void *context, const fault_t *fault)
{
    gateway_t *gateway = actor_state(actor);
    int64_t id = (intptr_t)context;
    gateway->intents_in_flight--;
    fault_t own;
    err_t err = fault ? fault->code : intent_remove(gateway->catalog, id, &own);
    if (err) {
        // It stays owed; the message id keeps a second publish from being stored twice.
        log_event(LOG_WARNING, "intent.again", "%s", fault ? fault->detail : own.detail);
        gateway->intents_failed = true;
    }
}

static err_t send(void *context, int64_t id, const char *topic, const char *key,
                  const char *message_id, const void *payload, size_t size)
{
    actor_t *actor = context;
    gateway_t *gateway = actor_state(actor);
    gateway->intent_sent = id;
    gateway->intents_in_flight++;
    actor_publish(actor, topic, key, message_id, (bytes_t){payload, size}, published,
                  (void *)(intptr_t)id);
    return ERR_OK;
}

void owed_flush(actor_t *actor)
{
    gateway_t *gateway = actor_state(actor);
    if (gateway->intents_failed && gateway->intents_in_flight == 0) {
        gateway->intents_failed = false;
        gateway->intent_sent = 0;
    }
    fault_t fault;
    err_t err = intent_each(gateway->catalog, gateway->intent_sent,
                            IN_FLIGHT_MAX - gateway->intents_in_flight, send, actor, &fault);
    if (err) {
        log_event(LOG_ERROR, "intent.unread", "%s", fault.detail);
    }
}
