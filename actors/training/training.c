// SPDX-License-Identifier: MPL-2.0
#include "actors/training/training.h"

#include "actors/runtime/runner.h"

enum { JOBS = 1, DELIVERIES = 3 };

static err_t init(actor_t *actor, fault_t *fault)
{
    return runner_init(actor, "training", fault);
}

static const actor_topic_t TOPICS[] = {
    {{.topic = "training", .group = "workers", .credit = JOBS, .deliveries_max = DELIVERIES},
     runner_on_record},
};

const actor_spec_t training_actor = {
    .name = "training",
    .state_bytes = sizeof(runner_t),
    .topics = TOPICS,
    .topic_count = 1,
    .init = init,
    .tick = runner_tick,
    .stop = runner_stop,
    .fini = runner_fini,
};
