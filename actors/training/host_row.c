// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>

#include "actors/training/host.h"
#include "base/fault_json.h"
#include "base/text.h"

void row_forget(actor_t *actor)
{
    training_t *self = actor_state(actor);
    host_trial_t *trial = &self->trial;
    free(trial->topic);
    free(trial->group);
    message_release(MSG_trial, &trial->message);
    json_decref(trial->row);
    *trial = (host_trial_t){0};
    self->process.idle_ms = actor_now_ms(actor);
}

void row_acknowledge(actor_t *actor)
{
    const training_t *self = actor_state(actor);
    actor_ack(actor, self->trial.topic, self->trial.group, self->trial.offset);
    row_forget(actor);
}

static void on_published(actor_t *actor, void *context, const fault_t *fault)
{
    training_t *self = actor_state(actor);
    if (!self->trial.busy || self->trial.serial != (intptr_t)context) {
        return;
    }
    if (fault) {
        self->trial.retry_ms = actor_now_ms(actor) + HOST_RETRY_MS;
    } else {
        row_acknowledge(actor);
    }
}

void row_publish(actor_t *actor)
{
    training_t *self = actor_state(actor);
    host_trial_t *trial = &self->trial;
    msg_trial_result_t result = {.job = trial->message.job,
                                 .attempt = trial->message.attempt,
                                 .number = trial->message.number,
                                 .row = trial->row};
    char *message_id = text_format("%s.%lld.%lld", result.job, (long long)result.attempt,
                                   (long long)result.number);
    buf_t payload = {0};
    message_pack(MSG_trial_result, &result, &payload);
    trial->retry_ms = 0;
    actor_publish(actor, "trial.results", NULL, message_id, (bytes_t){payload.data, payload.size},
                  on_published, (void *)(intptr_t)trial->serial);
    buf_release(&payload);
    free(message_id);
}

void row_fail(actor_t *actor, const fault_t *fault)
{
    training_t *self = actor_state(actor);
    const json_t *order = self->trial.message.order;
    self->trial.row =
        json_pack("{s:O?, s:O?, s:s, s:f, s:o}", "algorithm", json_object_get(order, "algorithm"),
                  "parameters", json_object_get(order, "parameters"), "state", "failed", "seconds",
                  0.0, "fault", fault_to_json(fault));
    row_publish(actor);
}
