// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/door.h"

#include "actors/bridge/reply.h"

void door_answer(exchange_t *exchange, int status, struct MHD_Response *response)
{
    exchange_answer(exchange, status, response);
    door_drop(exchange);
}

void door_refuse(exchange_t *exchange, const fault_t *fault)
{
    int status = err_http(fault->code);
    door_answer(exchange, status, reply_problem(fault, status));
}

void door_drop(exchange_t *exchange)
{
    list_remove(&exchange->held);
    gate_release(exchange);
}

void door_call_authorized(actor_t *actor, exchange_t *exchange, method_t method,
                          actor_answer_fn *on_answer)
{
    msg_authorized_t request = {.token = exchange->token};
    actor_call(actor, method, &request, (bytes_t){0}, 0, on_answer, exchange);
}
