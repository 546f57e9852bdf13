// SPDX-License-Identifier: MPL-2.0
#include "actors/runtime/runner_job.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/fault_json.h"
#include "base/log.h"
#include "base/text.h"

enum { TREE_FDS = 8, RETRY_MS = 1000 };

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    remove(path);
    return 0;
}

void runner_remove_tree(const char *path)
{
    nftw(path, remove_entry, TREE_FDS, FTW_DEPTH | FTW_PHYS);
}

void job_free(actor_t *actor, runner_job_t *job)
{
    runner_t *runner = actor_state(actor);
    for (runner_job_t **at = &runner->jobs; *at; at = &(*at)->next) {
        if (*at == job) {
            *at = job->next;
            break;
        }
    }
    if (job->input) {
        actor_release_path(actor, job->input);
    }
    if (job->model) {
        actor_release_path(actor, job->model);
    }
    if (job->dir) {
        runner_remove_tree(job->dir);
    }
    free(job->topic);
    free(job->group);
    free(job->id);
    free(job->blob);
    free(job->input);
    free(job->frame);
    free(job->model);
    free(job->dir);
    json_decref(job->spec);
    json_decref(job->result);
    json_decref(job->fault);
    json_decref(job->files);
    free(job);
}

void job_settle(actor_t *actor, runner_job_t *job)
{
    actor_ack(actor, job->topic, job->group, job->offset);
    job_free(actor, job);
}

void job_give_back(actor_t *actor, runner_job_t *job, const char *reason)
{
    const runner_t *runner = actor_state(actor);
    if (runner->stopping) {
        job_free(actor, job);
        return;
    }
    log_event(LOG_WARNING, "job.again", "%s: %s", job->id, reason);
    actor_nack(actor, job->topic, job->group, job->offset, -1, reason);
    job_free(actor, job);
}

static void publish_event(actor_t *actor, const msg_job_event_t *event, const char *message_id,
                          actor_published_fn *published, void *context)
{
    buf_t payload = {0};
    message_pack(MSG_job_event, event, &payload);
    actor_publish(actor, "job.events", event->job, message_id,
                  (bytes_t){payload.data, payload.size}, published, context);
    buf_release(&payload);
}

static void on_told(actor_t *actor, void *context, const fault_t *fault)
{
    runner_job_t *job = context;
    if (fault) {
        job_give_back(actor, job, fault->detail);
    } else {
        job_settle(actor, job);
    }
}

static void tell_end(actor_t *actor, runner_job_t *job)
{
    msg_job_event_t event = {
        .job = job->id,
        .attempt = job->attempt,
        .kind = job->fault ? "failed" : "done",
        .progress = job->fault ? 0 : 1,
        .result = job->result,
        .files = job->files,
        .fault = job->fault,
    };
    char *message_id = text_format("%s:%lld:end", job->id, (long long)job->attempt);
    publish_event(actor, &event, message_id, on_told, job);
    free(message_id);
}

void job_fault(actor_t *actor, runner_job_t *job, const fault_t *fault)
{
    if (err_retryable(fault->code)) {
        job_give_back(actor, job, fault->detail);
        return;
    }
    json_decref(job->fault);
    job->fault = fault_to_json(fault);
    tell_end(actor, job);
}

const char *job_data_file(const runner_job_t *job)
{
    const json_t *style = json_object_get(job->spec, "style");
    return json_is_true(json_object_get(style, "gzip")) ? "data.csv.gz" : "data.csv";
}

// A training lists its files; a process has one, at the path it was given.
static const char *file_name(const runner_job_t *job, size_t i)
{
    const json_t *files = json_object_get(job->result, "files");
    if (!files) {
        return i == 0 ? job_data_file(job) : NULL;
    }
    return json_string_value(json_array_get(files, i));
}

bool job_wait_out(actor_t *actor, runner_job_t *job, const fault_t *fault, job_step_fn *step)
{
    bool away =
        fault->code == ERR_UNAVAILABLE || fault->code == ERR_TIMEOUT || fault->code == ERR_BUSY;
    if (away) {
        log_event(LOG_WARNING, "job.waits", "%s: %s", job->id, fault->detail);
        job->retry = step;
        job->retry_ms = actor_now_ms(actor) + RETRY_MS;
    }
    return away;
}

static void store_next(actor_t *actor, runner_job_t *job);

static void on_stored(actor_t *actor, void *context, const fault_t *fault, const char *blob,
                      int64_t bytes)
{
    runner_job_t *job = context;
    if (fault) {
        if (!job_wait_out(actor, job, fault, store_next)) {
            job_fault(actor, job, fault);
        }
        return;
    }
    json_array_append_new(job->files, json_pack("{ss sI ss}", "name", file_name(job, job->stored),
                                                "bytes", (json_int_t)bytes, "blob", blob));
    job->stored++;
    store_next(actor, job);
}

static void store_next(actor_t *actor, runner_job_t *job)
{
    const char *name = file_name(job, job->stored);
    if (!name) {
        // What a person reads of a training is its record.
        json_t *record = json_object_get(job->result, "record");
        if (record) {
            json_incref(record);
            json_decref(job->result);
            job->result = record;
        }
        tell_end(actor, job);
        return;
    }
    char *path = text_format("%s/%s", job->dir, name);
    actor_store(actor, path, on_stored, job);
    free(path);
}

void job_finish(actor_t *actor, runner_job_t *job)
{
    job->files = json_array();
    store_next(actor, job);
}

void job_progress(actor_t *actor, const runner_job_t *job, double progress, const char *stage)
{
    msg_job_event_t event = {.job = job->id,
                             .attempt = job->attempt,
                             .kind = "progress",
                             .progress = progress,
                             .stage = stage,
                             .eta_ms = job->eta_ms};
    publish_event(actor, &event, NULL, NULL, NULL);
}
