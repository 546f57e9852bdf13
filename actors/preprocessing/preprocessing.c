// SPDX-License-Identifier: MPL-2.0
#include "actors/preprocessing/preprocessing.h"

#include <stdlib.h>

#include "actors/runtime/runner.h"
#include "base/clock.h"
#include "base/fault_json.h"
#include "base/mem.h"
#include "data/inspect.h"
#include "data/preview.h"

enum { CREDIT = 32, JOBS = 1, DELIVERIES = 3 };

// A question about a table: fetch the table, read it on the pool, answer.
typedef struct {
    request_t request;
    char *path;
    char *blob;
    json_t *description; // of a preview
    json_t *recipe;
    json_t *answer;
    err_t err;
    fault_t fault;
} question_t;

static void question_end(actor_t *actor, question_t *question, const fault_t *fault)
{
    if (fault) {
        actor_refuse(actor, &question->request, fault);
    } else if (question->request.method == METHOD_preview_make) {
        actor_answer(actor, &question->request, &(msg_preview_t){.preview = question->answer});
    } else {
        actor_answer(actor, &question->request,
                     &(msg_description_t){.description = question->answer});
    }
    if (question->path) {
        actor_release_path(actor, question->path);
    }
    free(question->path);
    free(question->blob);
    json_decref(question->description);
    json_decref(question->recipe);
    json_decref(question->answer);
    free(question);
}

// Nobody waits for an answer after the deadline.
static bool still_wanted(void *context, double fraction, const char *stage)
{
    (void)fraction;
    (void)stage;
    const question_t *question = context;
    return clock_mono_ms() < question->request.deadline_ms;
}

static void work(void *context)
{
    question_t *question = context;
    progress_t progress = {.report = still_wanted, .context = question};
    question->err =
        question->request.method == METHOD_preview_make
            ? preview_make(question->path, question->description, question->recipe, &progress,
                           &question->answer, &question->fault)
            : inspect_file(question->path, &progress, &question->answer, &question->fault);
}

static void worked(actor_t *actor, void *context)
{
    question_t *question = context;
    question_end(actor, question, question->err ? &question->fault : NULL);
}

static void on_path(actor_t *actor, void *context, const fault_t *fault, const char *path)
{
    question_t *question = context;
    if (fault) {
        question_end(actor, question, fault);
        return;
    }
    question->path = mem_strdup(path);
    actor_offload(actor, work, worked, question);
}

static void on_inspect(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const msg_dataset_inspect_t *inspect = message;
    question_t *question = mem_new(sizeof *question);
    *question = (question_t){.request = *request, .blob = mem_strdup(inspect->blob)};
    actor_fetch(actor, question->blob, on_path, question);
}

static void on_checked(actor_t *actor, void *context, const fault_t *fault, void *message,
                       bytes_t payload)
{
    (void)payload;
    question_t *question = context;
    const msg_issues_t *issues = message;
    fault_t first;
    if (!fault && json_array_size(issues->issues) > 0) {
        fault_from_json(json_array_get(issues->issues, 0), &first);
        fault = &first;
    }
    if (fault) {
        question_end(actor, question, fault);
    } else {
        actor_fetch(actor, question->blob, on_path, question);
    }
}

static void on_preview(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const msg_preview_make_t *make = message;
    question_t *question = mem_new(sizeof *question);
    *question = (question_t){.request = *request,
                             .blob = mem_strdup(make->blob),
                             .description = json_incref(make->description),
                             .recipe = json_incref(make->recipe)};
    msg_recipe_check_t check = {.description = question->description, .recipe = question->recipe};
    actor_call(actor, METHOD_recipe_check, &check, (bytes_t){0}, 0, on_checked, question);
}

static err_t init(actor_t *actor, fault_t *fault)
{
    return runner_init(actor, "preprocessing", fault);
}

static const actor_route_t ROUTES[] = {
    {METHOD_dataset_inspect, on_inspect},
    {METHOD_preview_make, on_preview},
};

static const actor_service_t SERVICES[] = {
    {"preprocessing", CREDIT, ROUTES, sizeof ROUTES / sizeof ROUTES[0]},
};

static const actor_topic_t TOPICS[] = {
    {{.topic = "processing", .group = "workers", .credit = JOBS, .deliveries_max = DELIVERIES},
     runner_on_record},
};

const actor_spec_t preprocessing_actor = {
    .name = "preprocessing",
    .state_bytes = sizeof(runner_t),
    .services = SERVICES,
    .service_count = 1,
    .topics = TOPICS,
    .topic_count = 1,
    .init = init,
    .tick = runner_tick,
    .stop = runner_stop,
    .fini = runner_fini,
};
