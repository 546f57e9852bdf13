// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "actors/gateway/state.h"
#include "base/mem.h"

static void listed(actor_t *actor, void *context, const fault_t *fault, void *message,
                   bytes_t payload)
{
    (void)payload;
    request_t *request = context;
    door_reply(actor, request, fault ? fault->code : ERR_OK, fault, message);
    free(request);
}

void health_on_list(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const msg_authorized_t *authorized = message;
    json_t *user = door_user(actor, request, authorized->token);
    if (!user) {
        return;
    }
    const char *role = json_string_value(json_object_get(user, "role"));
    if (strcmp(role, "admin") != 0) {
        fault_t fault;
        fault_set(&fault, ERR_FORBIDDEN, "ask an admin", "only admins may see the actors");
        actor_refuse(actor, request, &fault);
    } else {
        request_t *copy = mem_new(sizeof *copy);
        *copy = *request;
        actor_call(actor, METHOD_actor_list, &(msg_empty_t){0}, (bytes_t){0}, 0, listed, copy);
    }
    json_decref(user);
}
