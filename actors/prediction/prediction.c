// SPDX-License-Identifier: MPL-2.0
#include "actors/prediction/prediction.h"

#include "actors/prediction/desk.h"
#include "base/mem.h"

enum { CREDIT = 256 };

static void on_predict(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const msg_predict_t *predict = message;
    question_t *question = mem_new(sizeof *question);
    *question = (question_t){.request = *request, .rows = json_incref(predict->rows)};
    desk_ask(actor, actor_state(actor), predict->blob, question);
}

static void fini(actor_t *actor)
{
    desk_release(actor_state(actor));
}

static const actor_route_t ROUTES[] = {
    {METHOD_predict, on_predict},
};

static const actor_service_t SERVICES[] = {
    {"prediction", CREDIT, ROUTES, sizeof ROUTES / sizeof ROUTES[0]},
};

const actor_spec_t prediction_actor = {
    .name = "prediction",
    .state_bytes = sizeof(desk_t),
    .services = SERVICES,
    .service_count = 1,
    .fini = fini,
};
