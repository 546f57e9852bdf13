// SPDX-License-Identifier: MPL-2.0
#include "actors/preprocessing/preprocessing.h"

#include <stdlib.h>

#include "actors/preprocessing/shelf.h"
#include "actors/runtime/runner.h"
#include "base/clock.h"
#include "base/fault_json.h"
#include "base/mem.h"
#include "data/engine/preview.h"
#include "data/engine/suggest.h"

enum { CREDIT = 32, JOBS = 1, DELIVERIES = 3 };

typedef struct {
    runner_t runner; // first: the runner's handlers look for it there
    shelf_t *shelf;
} preprocessing_t;

// A question about a table: fetch the table, read it on the pool, answer.
typedef struct {
    request_t request;
    shelf_t *shelf;
    json_t *options; // import options
    int64_t from;
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
    json_decref(question->options);
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

static err_t preview(question_t *question, const shelf_loan_t *loan, const progress_t *progress)
{
    preview_t wish = {.frame = loan->frame,
                      .recipe = question->recipe,
                      .from = question->from,
                      .progress = progress,
                      .cache = loan->cache};
    return preview_make(&wish, &question->answer, &question->fault);
}

// The description, with how the file was read and what could be done with the table.
static json_t *describe(const question_t *question, const shelf_loan_t *loan)
{
    json_t *description = json_deep_copy(frame_description(loan->frame));
    json_object_set_new(description, "suggestions", suggest_recipe(description));
    if (json_object_size(question->options) > 0) {
        json_object_set(description, "import", question->options);
    }
    return description;
}

static void work(void *context)
{
    question_t *question = context;
    progress_t progress = {.report = still_wanted, .context = question};
    shelf_loan_t loan = {0};
    question->err = shelf_take(question->shelf, question->blob, question->path, question->options,
                               &progress, &loan, &question->fault);
    if (question->err == ERR_OK && question->request.method == METHOD_preview_make) {
        question->err = preview(question, &loan, &progress);
    } else if (question->err == ERR_OK) {
        question->answer = describe(question, &loan);
    }
    shelf_return(question->shelf, &loan);
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
    const preprocessing_t *self = actor_state(actor);
    question_t *question = mem_new(sizeof *question);
    *question = (question_t){.request = *request,
                             .shelf = self->shelf,
                             .options = json_incref(inspect->options),
                             .blob = mem_strdup(inspect->blob)};
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
    const preprocessing_t *self = actor_state(actor);
    question_t *question = mem_new(sizeof *question);
    json_t *options = json_object_get(make->description, "import");
    *question = (question_t){.request = *request,
                             .shelf = self->shelf,
                             .options = json_incref(options),
                             .from = make->from,
                             .blob = mem_strdup(make->blob),
                             .description = json_incref(make->description),
                             .recipe = json_incref(make->recipe)};
    msg_recipe_check_t check = {.description = question->description, .recipe = question->recipe};
    actor_call(actor, METHOD_recipe_check, &check, (bytes_t){0}, 0, on_checked, question);
}

static err_t init(actor_t *actor, fault_t *fault)
{
    preprocessing_t *self = actor_state(actor);
    err_t err = runner_init(actor, "preprocessing", fault);
    return err == ERR_OK ? shelf_open(actor_data_dir(actor), &self->shelf, fault) : err;
}

static void fini(actor_t *actor)
{
    preprocessing_t *self = actor_state(actor);
    runner_fini(actor);
    shelf_close(&self->shelf);
}

static const actor_route_t ROUTES[] = {
    {METHOD_dataset_inspect, on_inspect},
    {METHOD_preview_make, on_preview},
};

static const actor_service_t SERVICES[] = {
    {"preprocessing", CREDIT, ROUTES, sizeof ROUTES / sizeof ROUTES[0]},
};

static const actor_topic_t TOPICS[] = {
    {.options =
         {.topic = "processing", .group = "workers", .credit = JOBS, .deliveries_max = DELIVERIES},
     .handle = runner_on_record},
};

const actor_spec_t preprocessing_actor = {
    .name = "preprocessing",
    .state_bytes = sizeof(preprocessing_t),
    .services = SERVICES,
    .service_count = 1,
    .topics = TOPICS,
    .topic_count = 1,
    .init = init,
    .tick = runner_tick,
    .stop = runner_stop,
    .fini = fini,
};
