// SPDX-License-Identifier: MPL-2.0
// The catalog: users, sessions, datasets, jobs, models, and the publishes that are owed to the bus.
// One SQLite file, owned by the gateway; the truth about jobs. Documents are those of docs/http.md,
// times int64 milliseconds.
//
// Everything a user may see is looked up together with the user's id: another user's thing is
// NOT_FOUND.
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "store/sql.h"

// Opens or creates the catalog.
err_t catalog_open(const char *path, sql_t **ret_catalog, fault_t *fault);

// --- Accounts

enum { SECRET_SIZE = 80 }; // a session or API token, terminated

// Adds a user; the first one is `admin`. ERR_CONFLICT when the address is taken (in any case).
err_t account_create(sql_t *catalog, const char *email, const char *password_hash,
                     json_t **ret_user, fault_t *fault);

// How many users there are.
err_t account_count(sql_t *catalog, int64_t *ret_count, fault_t *fault);

// The user with this address and the stored password hash (a new text); both NULL when there is
// none.
err_t account_find(sql_t *catalog, const char *email, json_t **ret_user, char **ret_password_hash,
                   fault_t *fault);

// The address of a user's mails; a new text.
err_t account_email(sql_t *catalog, const char *user, char **ret_email, fault_t *fault);

// Starts a session that ends `idle_ms` after its last use; the secret is stored hashed.
err_t session_open(sql_t *catalog, const char *user, int64_t idle_ms, char ret_secret[SECRET_SIZE],
                   fault_t *fault);

// The user behind a session or an API token. ERR_UNAUTHENTICATED when there is none or it has
// ended.
err_t session_user(sql_t *catalog, const char *secret, int64_t idle_ms, json_t **ret_user,
                   fault_t *fault);

// Ends a session; unknown ones are no error.
err_t session_close(sql_t *catalog, const char *secret, fault_t *fault);

// Makes an API token. The secret is stored hashed and cannot be had again.
err_t token_create(sql_t *catalog, const char *user, const char *name, char ret_id[],
                   char ret_secret[SECRET_SIZE], fault_t *fault);
err_t token_list(sql_t *catalog, const char *user, json_t **ret_tokens, fault_t *fault);
err_t token_delete(sql_t *catalog, const char *user, const char *id, fault_t *fault);

// --- Datasets

// Adds a dataset over a stored blob.
err_t dataset_create(sql_t *catalog, const char *user, const char *name, const char *blob,
                     const json_t *description, json_t **ret_dataset, fault_t *fault);
err_t dataset_list(sql_t *catalog, const char *user, json_t **ret_datasets, fault_t *fault);
err_t dataset_get(sql_t *catalog, const char *user, const char *id, json_t **ret_dataset,
                  fault_t *fault);
err_t dataset_set_recipe(sql_t *catalog, const char *user, const char *id, const json_t *recipe,
                         fault_t *fault);

// What a dataset is described as from now on.
err_t dataset_set_description(sql_t *catalog, const char *user, const char *id,
                              const json_t *description, fault_t *fault);

// Removes a dataset. ERR_CONFLICT while one of its jobs is queued or running. Jobs and models of it
// stay.
err_t dataset_delete(sql_t *catalog, const char *user, const char *id, fault_t *fault);

// Whether anything refers to the blob.
err_t blob_in_use(sql_t *catalog, const char *blob, bool *ret_used, fault_t *fault);

// --- Jobs

typedef struct {
    const char *user;
    const char *kind; // "process" or "train"
    const char *dataset;
    const json_t *recipe;
    const json_t *training;      // NULL for "process"
    const json_t *output;        // NULL: as the input is written
    const char *idempotency_key; // NULL: none
} job_request_t;

// The user's job with this idempotency key; NULL when there is none.
err_t job_find(sql_t *catalog, const char *user, const char *idempotency_key, json_t **ret_job,
               fault_t *fault);

// Adds a queued job. To be called in a transaction together with intent_add of its order.
err_t job_create(sql_t *catalog, const job_request_t *request, json_t **ret_job, fault_t *fault);

// The user's jobs, newest first, at most 200. Lists (of changes and models too) leave out what a
// training's record tells as "insight": many of them have to fit into one message.
err_t job_list(sql_t *catalog, const char *user, json_t **ret_jobs, fault_t *fault);
err_t job_get(sql_t *catalog, const char *user, const char *id, json_t **ret_job, fault_t *fault);

// The user's jobs that changed after `since`, oldest change first, and the number of the last
// change of any job.
err_t job_changes(sql_t *catalog, const char *user, int64_t since, json_t **ret_jobs,
                  int64_t *ret_last, fault_t *fault);

// Ends a queued or running job as cancelled; a job that has ended stays as it is.
err_t job_cancel(sql_t *catalog, const char *user, const char *id, fault_t *fault);

// Starts the next attempt of a job that has not ended: state running, attempt one more. The row has
// state, attempt, kind, dataset, dataset_name, blob, description, recipe, training, output; for a
// job that has ended only its state.
err_t job_claim(sql_t *catalog, const char *id, json_t **ret_claim, fault_t *fault);

// "running", "stale" (a newer attempt has the job), or the state in which it ended; and what a
// person wants of its search: "go", "pause", "stop", or NULL.
err_t job_poll(sql_t *catalog, const char *id, int64_t attempt, const char **ret_state,
               const char **ret_wish, fault_t *fault);

// Says what a search that has not ended is to do. Errors: INVALID, NOT_FOUND; CONFLICT for a job
// that is none.
err_t job_steer(sql_t *catalog, const char *user, const char *id, const char *wish, fault_t *fault);

typedef struct {
    const char *job;
    int64_t attempt;
    const char *kind; // "progress", "done" or "failed"
    double progress;
    const char *stage;
    int64_t eta_ms; // 0: not known
    const json_t *result;
    const json_t *files; // [{"name","bytes","blob"}]
    const json_t *fault;
} job_event_t;

// Applies an event of a worker. Events of another attempt than the present one, or for a job that
// has ended, change nothing.
// `*ret_ended` tells whether this event ended the job. A finished training adds its model. To be
// called in a transaction.
err_t job_apply(sql_t *catalog, const job_event_t *event, bool *ret_ended, fault_t *fault);

// Ends a job as failed whatever its attempt (its order became a dead letter).
err_t job_fail(sql_t *catalog, const char *id, const json_t *fault_document, bool *ret_ended,
               fault_t *fault);

// What a mail about the job needs: {"id","kind","state","user","dataset_name","fault","result"}.
err_t job_summary(sql_t *catalog, const char *id, json_t **ret_summary, fault_t *fault);

// --- Models

// Adds the model that a training made, with the next version of its name; nothing for a job of
// another kind. In the transaction that ends the job.
err_t model_add(sql_t *catalog, const char *job, const json_t *record, fault_t *fault);

// The user's models, newest first, at most 200: what a list shows of each. model_get has its record
// and files.
err_t model_list(sql_t *catalog, const char *user, json_t **ret_models, fault_t *fault);
err_t model_get(sql_t *catalog, const char *user, const char *id, json_t **ret_model,
                fault_t *fault);

// One of the model's files by its name: {"name", "blob", "bytes"}.
err_t model_file(sql_t *catalog, const char *user, const char *id, const char *name,
                 json_t **ret_file, fault_t *fault);

// Gives the model a name. Among others of that name it is the newest version.
err_t model_rename(sql_t *catalog, const char *user, const char *id, const char *name,
                   fault_t *fault);

// Removes a model and its job's files; the job stays.
err_t model_delete(sql_t *catalog, const char *user, const char *id, fault_t *fault);

// --- Publish intents

// Owes the bus a record. Written with what it tells of in one transaction, published after it,
// removed when acknowledged.
err_t intent_add(sql_t *catalog, const char *topic, const char *key, const char *message_id,
                 const void *payload, size_t size, fault_t *fault);

typedef err_t intent_fn(void *context, int64_t id, const char *topic, const char *key,
                        const char *message_id, const void *payload, size_t size);

// Calls `visit` for at most `most` intents with an id over `after`, oldest first.
err_t intent_each(sql_t *catalog, int64_t after, int64_t most, intent_fn *visit, void *context,
                  fault_t *fault);
err_t intent_remove(sql_t *catalog, int64_t id, fault_t *fault);
