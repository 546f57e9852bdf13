// SPDX-License-Identifier: MPL-2.0
// What the gateway knows while it runs, and the tools its handlers share.
#pragma once

#include "actors/runtime/actor.h"
#include "store/blob.h"
#include "store/catalog.h"

enum {
    WATCHERS_MAX =
        512, // half the credit of the service: those who wait leave room for those who ask
    LOGIN_SLOTS = 1024,
    LOGIN_WINDOW_MS = 60 * 1000,
    LOGIN_TRIES = 10,
    HASHES_MAX = 16,
};

// A job.watch that waits for a change.
typedef struct {
    request_t request;
    char *user;
    int64_t since;
} watcher_t;

// How often a login was tried for the addresses that fall into this slot.
typedef struct {
    int64_t window_ms;
    int tries;
} login_slot_t;

typedef struct {
    sql_t *catalog;
    char blob_dir[BLOB_PATH_SIZE];
    int64_t session_idle_ms;
    int64_t upload_bytes_max;
    watcher_t *watchers;
    size_t watcher_count;
    login_slot_t logins[LOGIN_SLOTS];
    int hashing;           // passwords on the pool now
    int64_t intent_sent;   // the newest intent given to the bus
    int intents_in_flight; // of those, not yet acknowledged
    bool intents_failed;   // one was refused: start over when none is in flight
    int64_t swept_ms;
} gateway_t;

// --- door.c: who asks

// The user behind the token, for the caller to json_decref; NULL when the request has been refused.
json_t *door_user(actor_t *actor, const request_t *request, const char *token);

// The user's id.
const char *door_user_id(const json_t *user);

// Whether another login for the address may be tried now; counts it. RATE_LIMITED otherwise.
err_t door_login_allowed(actor_t *actor, const char *email, fault_t *fault);

// Answers with the message, or refuses when err is not ERR_OK.
void door_reply(actor_t *actor, const request_t *request, err_t err, const fault_t *fault,
                const void *message);

// The same for a message whose one field is a document; takes the reference.
void door_reply_document(actor_t *actor, const request_t *request, err_t err, const fault_t *fault,
                         json_t *document);

// Answers a question that needs only the user: looks it up, asks the catalog, replies with the
// document.
typedef err_t door_list_fn(sql_t *catalog, const char *user, json_t **ret_document, fault_t *fault);
void door_list(actor_t *actor, const request_t *request, const char *token, door_list_fn *list);

// The same for one thing by its id.
typedef err_t door_get_fn(sql_t *catalog, const char *user, const char *id, json_t **ret_document,
                          fault_t *fault);
void door_get(actor_t *actor, const request_t *request, const msg_by_id_t *by_id, door_get_fn *get);

// The same for taking one thing away; the answer is empty.
typedef err_t door_remove_fn(sql_t *catalog, const char *user, const char *id, fault_t *fault);
void door_remove(actor_t *actor, const request_t *request, const msg_by_id_t *by_id,
                 door_remove_fn *remove);

// Whether a person may give a thing this name: it goes into mails and file names, so one line, and
// not nothing. `what` is the thing. Errors: INVALID.
err_t door_check_name(const char *name, const char *what, fault_t *fault);

// --- output.c: how a run's file is written

// Whether the "Output" of a run is one (docs/documents.md). Errors: INVALID.
err_t output_check(const json_t *output, fault_t *fault);

// --- owed.c: records owed to the bus

// Publishes the intents that are not on their way.
void owed_flush(actor_t *actor);

// --- mail.c: what people are told

// Owes the user a mail about the job's end. In the transaction that ends it.
err_t mail_job_ended(actor_t *actor, const char *job, fault_t *fault);

// --- watch.c: who waits for job changes

// Answers the watchers that have something to hear. After every change of a job.
void watch_wake(actor_t *actor);

// Answers those whose time is nearly up, with nothing.
void watch_tick(actor_t *actor);

// Answers all of them, with whatever there is.
void watch_stop(actor_t *actor);

void watch_release(gateway_t *gateway);

// --- Handlers, one file a noun

actor_method_fn account_register, account_login, account_logout, account_me;
actor_method_fn account_token_create, account_token_list, account_token_delete;
actor_method_fn dataset_on_create, dataset_on_list, dataset_on_get, dataset_on_delete,
    dataset_on_recipe, dataset_on_import, catalogue_on_get;
actor_method_fn dataset_on_check, dataset_on_preview;
actor_method_fn job_on_create, job_on_list, job_on_get, job_on_cancel, job_on_steer;
actor_method_fn watch_on_job;
actor_method_fn model_on_list, model_on_get, model_on_rename, model_on_delete, model_on_predict;
actor_method_fn health_on_list;
actor_method_fn work_on_claim, work_on_poll;
actor_method_fn blob_on_create, blob_on_write, blob_on_commit, blob_on_abort, blob_on_resume,
    blob_on_stat, blob_on_read;
actor_record_fn work_on_event, work_on_dead_letter;
