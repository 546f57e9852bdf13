// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "actors/gateway/state.h"
#include "base/mem.h"
#include "data/expr/expr.h"
#include "data/step/catalogue.h"
#include "learn/options.h"
#include "model/catalogue.h"

// A request that waits for another actor's answer.
typedef struct {
    request_t request;
    json_t *user;
    char *name;
    char *blob;
    char *id; // of a dataset that is there
} waiting_t;

static waiting_t *waiting_new(const request_t *request, json_t *user)
{
    waiting_t *waiting = mem_new(sizeof *waiting);
    waiting->request = *request;
    waiting->user = user;
    return waiting;
}

static void waiting_free(waiting_t *waiting)
{
    json_decref(waiting->user);
    free(waiting->name);
    free(waiting->blob);
    free(waiting->id);
    free(waiting);
}

// What will never be a table does not stay on the disk, unless it is somebody's already.
static void drop_refused(const gateway_t *gateway, const char *blob, const fault_t *fault)
{
    bool used = true;
    if (!err_retryable(fault->code) && blob_in_use(gateway->catalog, blob, &used, NULL) == ERR_OK &&
        !used) {
        blob_remove(gateway->blob_dir, blob, NULL);
    }
}

static void inspected(actor_t *actor, void *context, const fault_t *fault, void *message,
                      bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    waiting_t *waiting = context;
    const msg_description_t *description = message;
    fault_t own;
    json_t *dataset = NULL;
    err_t err = fault ? fault->code
                      : dataset_create(gateway->catalog, door_user_id(waiting->user), waiting->name,
                                       waiting->blob, description->description, &dataset, &own);
    if (fault) {
        drop_refused(gateway, waiting->blob, fault);
    }
    door_reply_document(actor, &waiting->request, err, fault ? fault : &own, dataset);
    waiting_free(waiting);
}

void dataset_on_create(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    const msg_dataset_create_t *create = message;
    json_t *user = door_user(actor, request, create->token);
    if (!user) {
        return;
    }
    fault_t fault;
    char path[BLOB_PATH_SIZE];
    int64_t bytes;
    err_t err = door_check_name(create->name, "table", &fault);
    if (err || blob_stat(gateway->blob_dir, create->blob, path, &bytes, &fault)) {
        actor_refuse(actor, request, &fault);
        json_decref(user);
        return;
    }
    waiting_t *waiting = waiting_new(request, user);
    waiting->name = mem_strdup(create->name);
    waiting->blob = mem_strdup(create->blob);
    msg_dataset_inspect_t inspect = {.blob = waiting->blob, .options = create->options};
    actor_call(actor, METHOD_dataset_inspect, &inspect, (bytes_t){0}, 0, inspected, waiting);
}

static void imported(actor_t *actor, void *context, const fault_t *fault, void *message,
                     bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    waiting_t *waiting = context;
    const msg_description_t *description = message;
    const char *user = door_user_id(waiting->user);
    fault_t own;
    json_t *dataset = NULL;
    err_t err = fault ? fault->code
                      : dataset_set_description(gateway->catalog, user, waiting->id,
                                                description->description, &own);
    err = err ? err : dataset_get(gateway->catalog, user, waiting->id, &dataset, &own);
    door_reply_document(actor, &waiting->request, err, fault ? fault : &own, dataset);
    waiting_free(waiting);
}

void dataset_on_import(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    const msg_import_for_t *import = message;
    json_t *user = door_user(actor, request, import->token);
    if (!user) {
        return;
    }
    fault_t fault;
    json_t *dataset = NULL;
    if (dataset_get(gateway->catalog, door_user_id(user), import->id, &dataset, &fault)) {
        actor_refuse(actor, request, &fault);
        json_decref(user);
        return;
    }
    waiting_t *waiting = waiting_new(request, user);
    waiting->id = mem_strdup(import->id);
    msg_dataset_inspect_t inspect = {.blob = json_string_value(json_object_get(dataset, "blob")),
                                     .options = import->options};
    actor_call(actor, METHOD_dataset_inspect, &inspect, (bytes_t){0}, 0, imported, waiting);
    json_decref(dataset);
}

void catalogue_on_get(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    json_t *user = door_user(actor, request, ((const msg_authorized_t *)message)->token);
    if (user) {
        json_t *catalogue = json_pack("{s:o, s:o, s:o, s:o}", "steps", catalogue_json(),
                                      "functions", expr_catalogue(), "estimators",
                                      estimators_to_json(), "training", options_to_json());
        actor_answer(actor, request, &(msg_catalogue_t){.catalogue = catalogue});
        json_decref(catalogue);
        json_decref(user);
    }
}

void dataset_on_list(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    door_list(actor, request, ((const msg_authorized_t *)message)->token, dataset_list);
}

void dataset_on_get(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    door_get(actor, request, message, dataset_get);
}

void dataset_on_delete(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    door_remove(actor, request, message, dataset_delete);
}

void dataset_on_recipe(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    const msg_recipe_for_t *recipe = message;
    json_t *user = door_user(actor, request, recipe->token);
    if (!user) {
        return;
    }
    fault_t fault;
    json_t *dataset = NULL;
    err_t err =
        json_is_array(recipe->recipe)
            ? dataset_set_recipe(gateway->catalog, door_user_id(user), recipe->id, recipe->recipe,
                                 &fault)
            : fault_set(&fault, ERR_INVALID, "send a list of steps", "the recipe is not a list");
    err =
        err ? err : dataset_get(gateway->catalog, door_user_id(user), recipe->id, &dataset, &fault);
    door_reply_document(actor, request, err, &fault, dataset);
    json_decref(user);
}

// The user's dataset a recipe is for, and the question that waits for what is asked about it; NULL
// when the request was refused.
static json_t *dataset_of(actor_t *actor, const request_t *request, const msg_recipe_for_t *recipe,
                          waiting_t **ret_waiting)
{
    const gateway_t *gateway = actor_state(actor);
    json_t *user = door_user(actor, request, recipe->token);
    if (!user) {
        return NULL;
    }
    fault_t fault;
    json_t *dataset = NULL;
    if (dataset_get(gateway->catalog, door_user_id(user), recipe->id, &dataset, &fault)) {
        actor_refuse(actor, request, &fault);
        json_decref(user);
        return NULL;
    }
    *ret_waiting = waiting_new(request, user);
    return dataset;
}

// Passes an answer with one document on to who asked.
static void pass_on(actor_t *actor, void *context, const fault_t *fault, void *message,
                    bytes_t payload)
{
    (void)payload;
    waiting_t *waiting = context;
    door_reply(actor, &waiting->request, fault ? fault->code : ERR_OK, fault, message);
    waiting_free(waiting);
}

void dataset_on_check(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const msg_recipe_for_t *recipe = message;
    waiting_t *waiting = NULL;
    json_t *dataset = dataset_of(actor, request, recipe, &waiting);
    if (dataset) {
        msg_recipe_check_t check = {.description = json_object_get(dataset, "description"),
                                    .recipe = recipe->recipe};
        actor_call(actor, METHOD_recipe_check, &check, (bytes_t){0}, 0, pass_on, waiting);
        json_decref(dataset);
    }
}

void dataset_on_preview(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const msg_recipe_for_t *recipe = message;
    waiting_t *waiting = NULL;
    json_t *dataset = dataset_of(actor, request, recipe, &waiting);
    if (dataset) {
        msg_preview_make_t make = {
            .blob = json_string_value(json_object_get(dataset, "blob")),
            .description = json_object_get(dataset, "description"),
            .recipe = recipe->recipe,
            .from = recipe->from,
        };
        actor_call(actor, METHOD_preview_make, &make, (bytes_t){0}, 0, pass_on, waiting);
        json_decref(dataset);
    }
}
