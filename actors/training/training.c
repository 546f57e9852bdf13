// SPDX-License-Identifier: MPL-2.0
#include "actors/training/training.h"

#include "actors/training/state.h"

enum { JOBS = 1, TRIALS = 1, RESULTS = 64, DELIVERIES = 3 };

static err_t init(actor_t *actor, fault_t *fault)
{
    training_t *self = actor_state(actor);
    self->runner.on_word = lead_on_word;
    self->runner.on_ended = lead_on_ended;
    return runner_init(actor, "training", fault);
}

static void tick(actor_t *actor, int64_t now_ms)
{
    runner_tick(actor, now_ms);
    host_tick(actor, now_ms);
}

// A row for a search that is led here, or the end of the trials of one that is hosted here.
static void on_result(actor_t *actor, const bus_record_t *record)
{
    fault_t fault;
    msg_trial_result_t result;
    if (message_unpack(MSG_trial_result, record->payload.data, record->payload.size, &result,
                       &fault)) {
        actor_term(actor, record->topic, record->group, record->offset, fault.detail);
        return;
    }
    if (result.row) {
        lead_take(actor, &result);
    } else {
        host_drop(actor, result.job, result.attempt);
    }
    actor_ack(actor, record->topic, record->group, record->offset);
    message_release(MSG_trial_result, &result);
}

static void fini(actor_t *actor)
{
    host_release(actor);
    runner_fini(actor);
}

static const actor_topic_t TOPICS[] = {
    {.options =
         {.topic = "training", .group = "workers", .credit = JOBS, .deliveries_max = DELIVERIES},
     .handle = runner_on_record},
    {.options = {.topic = "trials", .group = "workers", .credit = TRIALS}, .handle = host_on_trial},
    {.options = {.topic = "trial.results", .group = "leads", .credit = RESULTS, .start = "end"},
     .handle = on_result,
     .each = true},
};

const actor_spec_t training_actor = {
    .name = "training",
    .state_bytes = sizeof(training_t),
    .topics = TOPICS,
    .topic_count = sizeof TOPICS / sizeof TOPICS[0],
    .init = init,
    .tick = tick,
    .stop = runner_stop,
    .fini = fini,
};
