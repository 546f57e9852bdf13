// SPDX-License-Identifier: MPL-2.0
#include "actors/validation/validation.h"

#include "data/engine/check.h"
#include "learn/check.h"

enum { CREDIT = 64 };

static void on_check(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const msg_recipe_check_t *check = message;
    json_t *issues = check->training
                         ? training_check(check->training, check->recipe, check->description)
                         : recipe_check(check->recipe, check->description);
    actor_answer(actor, request, &(msg_issues_t){.issues = issues});
    json_decref(issues);
}

static const actor_route_t ROUTES[] = {
    {METHOD_recipe_check, on_check},
};

static const actor_service_t SERVICES[] = {
    {"validation", CREDIT, ROUTES, 1},
};

const actor_spec_t validation_actor = {
    .name = "validation",
    .services = SERVICES,
    .service_count = 1,
};
