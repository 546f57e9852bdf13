// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "store/catalog.h"

#define JOB_FACTS                                                                                  \
    "j.id, j.kind, j.dataset, j.dataset_name, j.state, j.progress, j.stage, j.attempt, "           \
    "iif(j.state = 'running', j.eta_ms, NULL) AS eta_ms, j.created, j.started, j.ended, j.fault "  \
    "AS \"fault:json\", j.files AS \"files:json\","                                                \
    " j.wish, (SELECT m.id FROM models m WHERE m.job = j.id) AS model"

// A list leaves out what a training found: its model has it, and 200 of them are too much for a
// frame.
#define JOB_ROW JOB_FACTS ", iif(j.kind = 'train', NULL, j.result) AS \"result:json\""
#define JOB_WHOLE JOB_FACTS ", j.result AS \"result:json\""

#define NEXT_CHANGE "(SELECT coalesce(max(change), 0) + 1 FROM jobs)"

static err_t not_found(const char *id, fault_t *fault)
{
    return fault_set(fault, ERR_NOT_FOUND, "list your jobs to see their ids",
                     "there is no job '%s'", id);
}

err_t job_find(sql_t *catalog, const char *user, const char *idempotency_key, json_t **ret_job,
               fault_t *fault)
{
    return sql_row(catalog, ret_job, fault,
                   "SELECT " JOB_WHOLE " FROM jobs j WHERE j.user = ?1 AND j.idempotency_key = ?2",
                   "ss", user, idempotency_key);
}

err_t job_create(sql_t *catalog, const job_request_t *request, json_t **ret_job, fault_t *fault)
{
    char id[ID_SIZE];
    id_new(id, "jb_");
    err_t err =
        sql_run(catalog, fault,
                "INSERT INTO jobs (id, user, kind, dataset, dataset_name, blob, description, "
                "recipe, training,"
                " output, idempotency_key, created, change)"
                " SELECT ?1, ?2, ?3, id, name, blob, description, ?5, ?6, ?7, ?8, ?9, " NEXT_CHANGE
                " FROM datasets WHERE id = ?4 AND user = ?2",
                "ssssjjjsi", id, request->user, request->kind, request->dataset, request->recipe,
                request->training, request->output, request->idempotency_key, clock_wall_ms());
    if (err == ERR_OK && sql_changed(catalog) == 0) {
        return fault_set(fault, ERR_NOT_FOUND, "list your datasets to see their ids",
                         "there is no dataset '%s'", request->dataset);
    }
    return err ? err : job_get(catalog, request->user, id, ret_job, fault);
}

err_t job_list(sql_t *catalog, const char *user, json_t **ret_jobs, fault_t *fault)
{
    return sql_rows(catalog, ret_jobs, fault,
                    "SELECT " JOB_ROW
                    " FROM jobs j WHERE j.user = ?1 ORDER BY j.created DESC, j.id DESC LIMIT 200",
                    "s", user);
}

err_t job_get(sql_t *catalog, const char *user, const char *id, json_t **ret_job, fault_t *fault)
{
    json_t *job = NULL;
    err_t err =
        sql_row(catalog, &job, fault,
                "SELECT " JOB_WHOLE " FROM jobs j WHERE j.user = ?1 AND j.id = ?2", "ss", user, id);
    if (err == ERR_OK && !job) {
        return not_found(id, fault);
    }
    *ret_job = job;
    return err;
}

err_t job_changes(sql_t *catalog, const char *user, int64_t since, json_t **ret_jobs,
                  int64_t *ret_last, fault_t *fault)
{
    int64_t last = 0;
    err_t err = sql_int(catalog, 0, &last, fault, "SELECT coalesce(max(change), 0) FROM jobs", "");
    if (err == ERR_OK && since >= 0 && last > since) {
        err = sql_rows(catalog, ret_jobs, fault,
                       "SELECT " JOB_ROW
                       " FROM jobs j WHERE j.user = ?1 AND j.change > ?2 ORDER BY j.change",
                       "si", user, since);
    } else if (err == ERR_OK) {
        *ret_jobs = json_array();
    }
    *ret_last = last;
    return err;
}

err_t job_cancel(sql_t *catalog, const char *user, const char *id, fault_t *fault)
{
    json_t *job = NULL;
    err_t err = job_get(catalog, user, id, &job, fault);
    json_decref(job);
    return err ? err
               : sql_run(catalog, fault,
                         "UPDATE jobs SET state = 'cancelled', stage = '', ended = ?2, change "
                         "= " NEXT_CHANGE " WHERE id = ?1 AND state IN ('queued', 'running')",
                         "si", id, clock_wall_ms());
}

err_t job_claim(sql_t *catalog, const char *id, json_t **ret_claim, fault_t *fault)
{
    err_t err = sql_run(catalog, fault,
                        "UPDATE jobs SET state = 'running', attempt = attempt + 1, progress = 0, "
                        "stage = 'starting', eta_ms = NULL,"
                        " started = coalesce(started, ?2), change = " NEXT_CHANGE
                        " WHERE id = ?1 AND state IN ('queued', 'running')",
                        "si", id, clock_wall_ms());
    if (err) {
        return err;
    }
    json_t *claim = NULL;
    err = sql_changed(catalog) == 0
              ? sql_row(catalog, &claim, fault, "SELECT state FROM jobs WHERE id = ?1", "s", id)
              : sql_row(catalog, &claim, fault,
                        "SELECT state, attempt, kind, dataset, dataset_name, blob, description AS "
                        "\"description:json\","
                        " recipe AS \"recipe:json\", training AS \"training:json\","
                        " output AS \"output:json\" FROM jobs WHERE id = ?1",
                        "s", id);
    if (err == ERR_OK && !claim) {
        return not_found(id, fault);
    }
    *ret_claim = claim;
    return err;
}

// The one of some words that a row's text is; NULL when it is none.
static const char *word_of(const json_t *row, const char *key, const char *const *words)
{
    const char *text = json_string_value(json_object_get(row, key));
    while (text && *words && strcmp(*words, text) != 0) {
        words++;
    }
    return text ? *words : NULL;
}

static const char *const WISHES[] = {"go", "pause", "stop", NULL};

err_t job_poll(sql_t *catalog, const char *id, int64_t attempt, const char **ret_state,
               const char **ret_wish, fault_t *fault)
{
    static const char *const STATES[] = {"queued", "running", "done", "failed", "cancelled", NULL};
    json_t *row = NULL;
    err_t err = sql_row(catalog, &row, fault, "SELECT state, attempt, wish FROM jobs WHERE id = ?1",
                        "s", id);
    if (err == ERR_OK && !row) {
        return not_found(id, fault);
    }
    if (err != ERR_OK) {
        return err;
    }
    *ret_state = word_of(row, "state", STATES);
    *ret_wish = word_of(row, "wish", WISHES);
    if (*ret_state == STATES[1] && json_integer_value(json_object_get(row, "attempt")) != attempt) {
        *ret_state = "stale";
    }
    json_decref(row);
    return ERR_OK;
}

err_t job_steer(sql_t *catalog, const char *user, const char *id, const char *wish, fault_t *fault)
{
    json_t *job = NULL;
    json_t *text = json_pack("{s:s}", "wish", wish);
    bool known = word_of(text, "wish", WISHES) != NULL;
    json_decref(text);
    if (!known) {
        return fault_set(fault, ERR_INVALID, "use 'go', 'pause' or 'stop'",
                         "a search cannot be told to '%.100s'", wish);
    }
    err_t err = job_get(catalog, user, id, &job, fault);
    json_decref(job);
    if (err != ERR_OK) {
        return err;
    }
    err = sql_run(catalog, fault,
                  "UPDATE jobs SET wish = ?2, change = " NEXT_CHANGE
                  " WHERE id = ?1 AND state IN ('queued', 'running') AND"
                  " (training ->> '$.algorithm' = 'auto' OR training -> '$.search' IS NOT NULL)",
                  "ss", id, wish);
    return err != ERR_OK || sql_changed(catalog) > 0
               ? err
               : fault_set(fault, ERR_CONFLICT, "cancel the job instead",
                           "the job '%s' is no search that is under way", id);
}

static err_t add_files(sql_t *catalog, const char *job, const json_t *files, fault_t *fault)
{
    err_t err = ERR_OK;
    for (size_t i = 0; i < json_array_size(files) && err == ERR_OK; i++) {
        const char *blob = json_string_value(json_object_get(json_array_get(files, i), "blob"));
        err = sql_run(catalog, fault, "INSERT OR IGNORE INTO job_files (blob, job) VALUES (?1, ?2)",
                      "ss", blob, job);
    }
    return err;
}

static err_t apply_progress(sql_t *catalog, const job_event_t *event, fault_t *fault)
{
    return sql_run(catalog, fault,
                   "UPDATE jobs SET progress = ?3, stage = ?4, eta_ms = nullif(?5, 0), change "
                   "= " NEXT_CHANGE
                   " WHERE id = ?1 AND attempt = ?2 AND state = 'running' AND progress <= ?3",
                   "sirsi", event->job, event->attempt, event->progress,
                   event->stage ? event->stage : "", event->eta_ms);
}

static err_t apply_end(sql_t *catalog, const job_event_t *event, bool *ret_ended, fault_t *fault)
{
    bool done = strcmp(event->kind, "done") == 0;
    err_t err = sql_run(
        catalog, fault,
        "UPDATE jobs SET state = ?3, stage = '', progress = CASE WHEN ?3 = 'done' THEN 1 ELSE "
        "progress END,"
        " ended = ?4, result = ?5, files = coalesce(?6, '[]'), fault = ?7, change = " NEXT_CHANGE
        " WHERE id = ?1 AND attempt = ?2 AND state = 'running'",
        "sisijjj", event->job, event->attempt, done ? "done" : "failed", clock_wall_ms(),
        done ? event->result : NULL, done ? event->files : NULL, done ? NULL : event->fault);
    bool ended = err == ERR_OK && sql_changed(catalog) > 0;
    if (ended && done) {
        err = add_files(catalog, event->job, event->files, fault);
        err = err ? err : model_add(catalog, event->job, event->result, fault);
    }
    *ret_ended = ended;
    return err;
}

err_t job_apply(sql_t *catalog, const job_event_t *event, bool *ret_ended, fault_t *fault)
{
    *ret_ended = false;
    if (strcmp(event->kind, "progress") == 0) {
        return apply_progress(catalog, event, fault);
    }
    return apply_end(catalog, event, ret_ended, fault);
}

err_t job_fail(sql_t *catalog, const char *id, const json_t *fault_document, bool *ret_ended,
               fault_t *fault)
{
    err_t err = sql_run(catalog, fault,
                        "UPDATE jobs SET state = 'failed', stage = '', ended = ?2, fault = ?3, "
                        "change = " NEXT_CHANGE " WHERE id = ?1 AND state IN ('queued', 'running')",
                        "sij", id, clock_wall_ms(), fault_document);
    *ret_ended = err == ERR_OK && sql_changed(catalog) > 0;
    return err;
}

err_t job_summary(sql_t *catalog, const char *id, json_t **ret_summary, fault_t *fault)
{
    json_t *summary = NULL;
    err_t err = sql_row(catalog, &summary, fault,
                        "SELECT id, kind, state, user, dataset_name, result AS \"result:json\", "
                        "fault AS \"fault:json\""
                        " FROM jobs WHERE id = ?1",
                        "s", id);
    if (err == ERR_OK && !summary) {
        return not_found(id, fault);
    }
    *ret_summary = summary;
    return err;
}
