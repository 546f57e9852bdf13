// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "actors/gateway/state.h"
#include "base/fault_json.h"
#include "base/log.h"

void work_on_claim(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    const msg_job_claim_t *claim = message;
    fault_t fault;
    json_t *row = NULL;
    err_t err = job_claim(gateway->catalog, claim->job, &row, &fault);
    msg_job_claimed_t claimed = {
        .state = json_string_value(json_object_get(row, "state")),
        .attempt = json_integer_value(json_object_get(row, "attempt")),
        .kind = json_string_value(json_object_get(row, "kind")),
        .dataset = json_string_value(json_object_get(row, "dataset")),
        .blob = json_string_value(json_object_get(row, "blob")),
        .description = json_object_get(row, "description"),
        .recipe = json_object_get(row, "recipe"),
        .training = json_object_get(row, "training"),
        .output = json_object_get(row, "output"),
        .dataset_name = json_string_value(json_object_get(row, "dataset_name")),
    };
    door_reply(actor, request, err, &fault, &claimed);
    json_decref(row);
    watch_wake(actor);
}

void work_on_poll(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)payload;
    const gateway_t *gateway = actor_state(actor);
    const msg_job_poll_t *poll = message;
    fault_t fault;
    const char *state = "";
    const char *wish = NULL;
    err_t err = job_poll(gateway->catalog, poll->job, poll->attempt, &state, &wish, &fault);
    door_reply(actor, request, err, &fault, &(msg_job_state_t){.state = state, .wish = wish});
}

// One change of one job, with the mail it owes, in one transaction.
typedef err_t change_fn(sql_t *catalog, const void *argument, bool *ret_ended, fault_t *fault);

static err_t change(actor_t *actor, const char *job, change_fn *apply, const void *argument,
                    fault_t *fault)
{
    const gateway_t *gateway = actor_state(actor);
    err_t err = sql_begin(gateway->catalog, fault);
    if (err) {
        return err;
    }
    bool ended = false;
    err = apply(gateway->catalog, argument, &ended, fault);
    if (err == ERR_OK && ended) {
        err = mail_job_ended(actor, job, fault);
    }
    err = sql_end(gateway->catalog, err, fault);
    if (err == ERR_OK) {
        watch_wake(actor);
    }
    if (err == ERR_OK && ended) {
        log_event(LOG_INFO, "job.ended", "%s", job);
        owed_flush(actor);
    }
    return err;
}

// Acknowledges what has been applied; what cannot ever be is a dead letter; the rest is tried
// again.
static void settle(actor_t *actor, const bus_record_t *record, err_t err, const fault_t *fault)
{
    if (err == ERR_OK) {
        actor_ack(actor, record->topic, record->group, record->offset);
    } else if (err == ERR_INVALID || err == ERR_MALFORMED || err == ERR_TOO_LARGE ||
               err == ERR_CONFLICT) {
        log_event(LOG_ERROR, "record.refused", "%s %lld: %s", record->topic,
                  (long long)record->offset, fault->detail);
        actor_term(actor, record->topic, record->group, record->offset, fault->detail);
    } else {
        log_event(LOG_WARNING, "record.again", "%s %lld: %s", record->topic,
                  (long long)record->offset, fault->detail);
        actor_nack(actor, record->topic, record->group, record->offset, -1, fault->detail);
    }
}

static err_t apply_event(sql_t *catalog, const void *argument, bool *ret_ended, fault_t *fault)
{
    return job_apply(catalog, argument, ret_ended, fault);
}

void work_on_event(actor_t *actor, const bus_record_t *record)
{
    fault_t fault;
    msg_job_event_t message;
    err_t err =
        message_unpack(MSG_job_event, record->payload.data, record->payload.size, &message, &fault);
    if (err) {
        settle(actor, record, err, &fault);
        return;
    }
    job_event_t event = {
        .job = message.job,
        .attempt = message.attempt,
        .kind = message.kind,
        .progress = message.progress,
        .stage = message.stage,
        .eta_ms = message.eta_ms,
        .result = message.result,
        .files = message.files,
        .fault = message.fault,
    };
    err = change(actor, message.job, apply_event, &event, &fault);
    settle(actor, record, err, &fault);
    message_release(MSG_job_event, &message);
}

typedef struct {
    const char *job;
    json_t *fault;
} failure_t;

static err_t apply_failure(sql_t *catalog, const void *argument, bool *ret_ended, fault_t *fault)
{
    const failure_t *failure = argument;
    return job_fail(catalog, failure->job, failure->fault, ret_ended, fault);
}

void work_on_dead_letter(actor_t *actor, const bus_record_t *record)
{
    fault_t fault;
    msg_job_order_t order;
    err_t err =
        message_unpack(MSG_job_order, record->payload.data, record->payload.size, &order, &fault);
    if (err) {
        settle(actor, record, err, &fault);
        return;
    }
    fault_t reason;
    fault_set(&reason, ERR_WORKER_DIED, "try a smaller table or fewer columns, or tell the admin",
              "the work was tried %lld times and did not end: %s",
              (long long)record->origin_deliveries,
              record->reason[0] ? record->reason : "its worker died");
    failure_t failure = {.job = order.job, .fault = fault_to_json(&reason)};
    err = change(actor, order.job, apply_failure, &failure, &fault);
    settle(actor, record, err, &fault);
    json_decref(failure.fault);
    message_release(MSG_job_order, &order);
}
