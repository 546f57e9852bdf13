// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "actors/training/state.h"
#include "base/text.h"

static void publish_trial(actor_t *actor, const runner_job_t *job, const json_t *wish)
{
    const json_t *spec = runner_job_spec(job);
    int64_t number = json_integer_value(json_object_get(wish, "number"));
    msg_trial_t trial = {.job = runner_job_id(job),
                         .attempt = runner_job_attempt(job),
                         .number = number,
                         .blob = runner_job_blob(job),
                         .import = json_object_get(spec, "import"),
                         .recipe = json_object_get(spec, "recipe"),
                         .training = json_object_get(spec, "training"),
                         .order = json_object_get(wish, "order")};
    char *message_id =
        text_format("%s.%lld.%lld", trial.job, (long long)trial.attempt, (long long)number);
    buf_t payload = {0};
    message_pack(MSG_trial, &trial, &payload);
    actor_publish(actor, "trials", NULL, message_id, (bytes_t){payload.data, payload.size}, NULL,
                  NULL);
    buf_release(&payload);
    free(message_id);
}

static void publish_drop(actor_t *actor, const runner_job_t *job)
{
    msg_trial_result_t drop = {.job = runner_job_id(job), .attempt = runner_job_attempt(job)};
    buf_t payload = {0};
    message_pack(MSG_trial_result, &drop, &payload);
    actor_publish(actor, "trial.results", NULL, NULL, (bytes_t){payload.data, payload.size}, NULL,
                  NULL);
    buf_release(&payload);
}

void lead_on_word(actor_t *actor, const runner_job_t *job, const json_t *word)
{
    const json_t *trial = json_object_get(word, "trial");
    if (trial) {
        publish_trial(actor, job, trial);
    }
    if (json_object_get(word, "drop")) {
        publish_drop(actor, job);
    }
}

// Whatever its worker ended with, nobody waits for trials any more.
void lead_on_ended(actor_t *actor, const runner_job_t *job)
{
    const json_t *training = json_object_get(runner_job_spec(job), "training");
    const char *algorithm = json_string_value(json_object_get(training, "algorithm"));
    if (json_object_get(training, "search") || (algorithm && strcmp(algorithm, "auto") == 0)) {
        publish_drop(actor, job);
    }
}

void lead_take(actor_t *actor, const msg_trial_result_t *result)
{
    json_t *word =
        json_pack("{s:I, s:O}", "number", (json_int_t)result->number, "row", result->row);
    runner_say(actor, result->job, result->attempt, word);
    json_decref(word);
}
