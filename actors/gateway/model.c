// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>

#include "actors/gateway/state.h"
#include "base/mem.h"

void model_on_list(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    door_list(actor, request, ((const msg_authorized_t *)message)->token, model_list);
}

void model_on_get(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    door_get(actor, request, message, model_get);
}

void model_on_delete(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    door_remove(actor, request, message, model_delete);
    watch_wake(actor);
}

void model_on_rename(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    const msg_name_for_t *wish = message;
    json_t *user = door_user(actor, request, wish->token);
    if (!user) {
        return;
    }
    fault_t fault;
    json_t *model = NULL;
    const char *id = door_user_id(user);
    err_t err = door_check_name(wish->name, "model", &fault);
    err = err ? err : model_rename(gateway->catalog, id, wish->id, wish->name, &fault);
    err = err ? err : model_get(gateway->catalog, id, wish->id, &model, &fault);
    door_reply_document(actor, request, err, &fault, model);
    json_decref(user);
}

static void predicted(actor_t *actor, void *context, const fault_t *fault, void *message,
                      bytes_t payload)
{
    (void)payload;
    request_t *request = context;
    door_reply(actor, request, fault ? fault->code : ERR_OK, fault, message);
    free(request);
}

void model_on_predict(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    const msg_predict_for_t *wish = message;
    json_t *user = door_user(actor, request, wish->token);
    if (!user) {
        return;
    }
    fault_t fault;
    json_t *file = NULL;
    err_t err =
        model_file(gateway->catalog, door_user_id(user), wish->id, "model.json", &file, &fault);
    json_decref(user);
    if (err) {
        actor_refuse(actor, request, &fault);
        return;
    }
    request_t *waiting = mem_new(sizeof *waiting);
    *waiting = *request;
    msg_predict_t predict = {.blob = json_string_value(json_object_get(file, "blob")),
                             .rows = wish->rows};
    actor_call(actor, METHOD_predict, &predict, (bytes_t){0}, 0, predicted, waiting);
    json_decref(file);
}
