// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "actors/gateway/state.h"
#include "base/fault_json.h"
#include "base/mem.h"

// A job that waits for its check.
typedef struct {
    request_t request;
    json_t *user;
    msg_job_create_t create;
} draft_t;

static void draft_free(draft_t *draft)
{
    json_decref(draft->user);
    message_release(MSG_job_create, &draft->create);
    free(draft);
}

static err_t owe_order(sql_t *catalog, const draft_t *draft, const char *job, fault_t *fault)
{
    const char *topic = strcmp(draft->create.kind, "train") == 0 ? "training" : "processing";
    buf_t order = {0};
    message_pack(MSG_job_order, &(msg_job_order_t){.job = job}, &order);
    err_t err = intent_add(catalog, topic, NULL, job, order.data, order.size, fault);
    buf_release(&order);
    return err;
}

// The row and what the bus is owed, in one transaction.
static err_t insert(sql_t *catalog, const draft_t *draft, json_t **ret_job, fault_t *fault)
{
    job_request_t row = {
        .user = door_user_id(draft->user),
        .kind = draft->create.kind,
        .dataset = draft->create.dataset,
        .recipe = draft->create.recipe,
        .training = draft->create.training,
        .output = draft->create.output,
        .idempotency_key = draft->create.idempotency_key,
    };
    err_t err = sql_begin(catalog, fault);
    if (err) {
        return err;
    }
    json_t *job = NULL;
    err = job_create(catalog, &row, &job, fault);
    err =
        err ? err : owe_order(catalog, draft, json_string_value(json_object_get(job, "id")), fault);
    err = sql_end(catalog, err, fault);
    if (err) {
        json_decref(job);
    } else {
        *ret_job = job;
    }
    return err;
}

static void checked(actor_t *actor, void *context, const fault_t *fault, void *message,
                    bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    draft_t *draft = context;
    const msg_issues_t *issues = message;
    fault_t own;
    json_t *job = NULL;
    err_t err = fault ? fault->code : ERR_OK;
    if (err == ERR_OK && json_array_size(issues->issues) > 0) {
        err = fault_from_json(json_array_get(issues->issues, 0), &own);
    }
    err = err ? err : insert(gateway->catalog, draft, &job, &own);
    if (err == ERR_CONFLICT && draft->create.idempotency_key) {
        // Another request with the same key was faster.
        err = job_find(gateway->catalog, door_user_id(draft->user), draft->create.idempotency_key,
                       &job, &own);
    }
    door_reply_document(actor, &draft->request, err, fault ? fault : &own, job);
    draft_free(draft);
    owed_flush(actor);
    watch_wake(actor);
}

static err_t check_form(const msg_job_create_t *create, fault_t *fault)
{
    static const char *const KINDS[] = {"process", "profile", "train", "predict"};
    bool known = false;
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        known = known || strcmp(create->kind, KINDS[i]) == 0;
    }
    if (!known) {
        return fault_set(fault, ERR_INVALID, "use 'process', 'profile', 'train' or 'predict'",
                         "there is no job of kind '%s'", create->kind);
    }
    bool train = strcmp(create->kind, "train") == 0;
    if ((strcmp(create->kind, "predict") == 0) != (create->model != NULL)) {
        return fault_set(
            fault, ERR_INVALID, "name the 'model' of a prediction, and of nothing else",
            create->model ? "a job of kind '%s' has no model" : "a job of kind '%s' needs a model",
            create->kind);
    }
    if (train && !json_is_object(create->training)) {
        return fault_set(fault, ERR_INVALID, "send target, features and algorithm as 'training'",
                         "the training request is missing");
    }
    if (!json_is_array(create->recipe)) {
        return fault_set(fault, ERR_INVALID, "send a list of steps, empty for none",
                         "the recipe is not a list");
    }
    if (!create->output) {
        return ERR_OK;
    }
    return strcmp(create->kind, "process") == 0
               ? output_check(create->output, fault)
               : fault_set(fault, ERR_INVALID, "leave 'output' out",
                           "a job of kind '%s' has no output to shape", create->kind);
}

// What a prediction works with takes the place of what a training asks for.
static err_t find_model(sql_t *catalog, const char *user, msg_job_create_t *create, fault_t *fault)
{
    json_t *file = NULL;
    err_t err = create->model ? model_file(catalog, user, create->model, "model.json", &file, fault)
                              : ERR_OK;
    if (file) {
        json_decref(create->training);
        create->training =
            json_pack("{s:s, s:O}", "model", create->model, "blob", json_object_get(file, "blob"));
        json_decref(file);
    }
    return err;
}

static void check(actor_t *actor, draft_t *draft, json_t *dataset)
{
    bool train = strcmp(draft->create.kind, "train") == 0;
    msg_recipe_check_t message = {
        .description = json_object_get(dataset, "description"),
        .recipe = draft->create.recipe,
        .training = train ? draft->create.training : NULL,
    };
    actor_call(actor, METHOD_recipe_check, &message, (bytes_t){0}, 0, checked, draft);
}

void job_on_create(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    msg_job_create_t *create = message;
    json_t *user = door_user(actor, request, create->token);
    if (!user) {
        return;
    }
    fault_t fault;
    json_t *job = NULL;
    json_t *dataset = NULL;
    err_t err = check_form(create, &fault);
    if (err == ERR_OK && create->idempotency_key) {
        err = job_find(gateway->catalog, door_user_id(user), create->idempotency_key, &job, &fault);
    }
    if (err == ERR_OK && !job) {
        err = dataset_get(gateway->catalog, door_user_id(user), create->dataset, &dataset, &fault);
        err = err ? err : find_model(gateway->catalog, door_user_id(user), create, &fault);
    }
    if (err || job) {
        door_reply_document(actor, request, err, &fault, job);
        json_decref(user);
        return;
    }
    draft_t *draft = mem_new(sizeof *draft);
    *draft = (draft_t){.request = *request, .user = user, .create = *create};
    memset(create, 0, sizeof *create);
    check(actor, draft, dataset);
    json_decref(dataset);
}

void job_on_list(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    door_list(actor, request, ((const msg_authorized_t *)message)->token, job_list);
}

void job_on_get(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    door_get(actor, request, message, job_get);
}

static err_t cancel(sql_t *catalog, const char *user, const char *id, json_t **ret_job,
                    fault_t *fault)
{
    err_t err = job_cancel(catalog, user, id, fault);
    return err ? err : job_get(catalog, user, id, ret_job, fault);
}

void job_on_steer(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    const msg_job_steer_t *steer = message;
    json_t *user = door_user(actor, request, steer->token);
    if (!user) {
        return;
    }
    fault_t fault;
    json_t *job = NULL;
    const char *id = door_user_id(user);
    err_t err = job_steer(gateway->catalog, id, steer->id, steer->wish, &fault);
    err = err ? err : job_get(gateway->catalog, id, steer->id, &job, &fault);
    door_reply_document(actor, request, err, &fault, job);
    json_decref(user);
    watch_wake(actor);
}

void job_on_cancel(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    door_get(actor, request, message, cancel);
    watch_wake(actor);
}
