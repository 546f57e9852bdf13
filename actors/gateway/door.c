// SPDX-License-Identifier: MPL-2.0
#include <ctype.h>

#include "actors/gateway/state.h"

json_t *door_user(actor_t *actor, const request_t *request, const char *token)
{
    const gateway_t *gateway = actor_state(actor);
    fault_t fault;
    json_t *user = NULL;
    if (session_user(gateway->catalog, token, gateway->session_idle_ms, &user, &fault)) {
        actor_refuse(actor, request, &fault);
        return NULL;
    }
    return user;
}

const char *door_user_id(const json_t *user)
{
    return json_string_value(json_object_get(user, "id"));
}

// FNV-1a over the address in lower case (http://www.isthe.com/chongo/tech/comp/fnv).
static uint64_t hash_email(const char *email)
{
    uint64_t hash = 14695981039346656037U;
    for (; *email; email++) {
        hash = (hash ^ (uint64_t)tolower((unsigned char)*email)) * 1099511628211U;
    }
    return hash;
}

err_t door_login_allowed(actor_t *actor, const char *email, fault_t *fault)
{
    gateway_t *gateway = actor_state(actor);
    login_slot_t *slot = &gateway->logins[hash_email(email) % LOGIN_SLOTS];
    int64_t now = actor_now_ms(actor);
    if (now - slot->window_ms > LOGIN_WINDOW_MS) {
        *slot = (login_slot_t){.window_ms = now};
    }
    if (slot->tries >= LOGIN_TRIES) {
        return fault_set(fault, ERR_RATE_LIMITED, "wait a minute and try again",
                         "too many logins for this address");
    }
    slot->tries++;
    return ERR_OK;
}

void door_reply(actor_t *actor, const request_t *request, err_t err, const fault_t *fault,
                const void *message)
{
    if (err) {
        actor_refuse(actor, request, fault);
    } else {
        actor_answer(actor, request, message);
    }
}

// Every message with one document has the same struct, so that one function answers them all.
#define SAME_AS_JOB(type) _Static_assert(sizeof(type) == sizeof(msg_job_t), "one document field")
SAME_AS_JOB(msg_user_t);
SAME_AS_JOB(msg_tokens_t);
SAME_AS_JOB(msg_dataset_t);
SAME_AS_JOB(msg_datasets_t);
SAME_AS_JOB(msg_issues_t);
SAME_AS_JOB(msg_preview_t);
SAME_AS_JOB(msg_jobs_t);
SAME_AS_JOB(msg_model_t);
SAME_AS_JOB(msg_models_t);
SAME_AS_JOB(msg_prediction_t);
SAME_AS_JOB(msg_actors_t);

void door_reply_document(actor_t *actor, const request_t *request, err_t err, const fault_t *fault,
                         json_t *document)
{
    door_reply(actor, request, err, fault, &(msg_job_t){.job = document});
    json_decref(document);
}

void door_list(actor_t *actor, const request_t *request, const char *token, door_list_fn *list)
{
    const gateway_t *gateway = actor_state(actor);
    json_t *user = door_user(actor, request, token);
    if (!user) {
        return;
    }
    fault_t fault;
    json_t *document = NULL;
    err_t err = list(gateway->catalog, door_user_id(user), &document, &fault);
    door_reply_document(actor, request, err, &fault, document);
    json_decref(user);
}

void door_get(actor_t *actor, const request_t *request, const msg_by_id_t *by_id, door_get_fn *get)
{
    const gateway_t *gateway = actor_state(actor);
    json_t *user = door_user(actor, request, by_id->token);
    if (!user) {
        return;
    }
    fault_t fault;
    json_t *document = NULL;
    err_t err = get(gateway->catalog, door_user_id(user), by_id->id, &document, &fault);
    door_reply_document(actor, request, err, &fault, document);
    json_decref(user);
}

void door_remove(actor_t *actor, const request_t *request, const msg_by_id_t *by_id,
                 door_remove_fn *remove)
{
    const gateway_t *gateway = actor_state(actor);
    json_t *user = door_user(actor, request, by_id->token);
    if (!user) {
        return;
    }
    fault_t fault;
    err_t err = remove(gateway->catalog, door_user_id(user), by_id->id, &fault);
    door_reply(actor, request, err, &fault, &(msg_empty_t){0});
    json_decref(user);
}

err_t door_check_name(const char *name, const char *what, fault_t *fault)
{
    for (const char *at = name; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7F) {
            return fault_set(fault, ERR_INVALID, "use a name of one line",
                             "the %s's name has a control character", what);
        }
    }
    return *name ? ERR_OK
                 : fault_set(fault, ERR_INVALID, "give it a name", "the %s has no name", what);
}
