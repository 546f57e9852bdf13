// SPDX-License-Identifier: MPL-2.0
#include "actors/runtime/runner.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault_json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

enum {
    TOUCH_MS = 5000,
    POLL_MS = 1000,
    PROGRESS_MS = 250,
    TREE_FDS = 8,
};

static const char DATA_FILE[] = "data.csv";

struct runner_job {
    int64_t serial; // tells it from others, also after it is gone
    char *topic;
    char *group;
    int64_t offset;
    char *id;
    int64_t attempt;
    json_t *spec;   // what the worker gets; its paths are filled in as they are known
    char *input;    // a fetched path
    char *dir;      // of this attempt
    child_t child;  // 0: none
    json_t *result; // the worker's last word
    json_t *fault;
    json_t *files; // stored so far
    size_t stored;
    int64_t touched_ms;
    int64_t polled_ms;
    int64_t progress_ms;
    bool abandoned; // cancelled, or a newer attempt has it
    runner_job_t *next;
};

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    remove(path);
    return 0;
}

static void remove_tree(const char *path)
{
    nftw(path, remove_entry, TREE_FDS, FTW_DEPTH | FTW_PHYS);
}

err_t runner_init(actor_t *actor, const char *name, fault_t *fault)
{
    runner_t *runner = actor_state(actor);
    const char *const folders[] = {"run", "run/work"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        snprintf(runner->work_dir, sizeof runner->work_dir, "%s/%s", actor_data_dir(actor),
                 folders[i]);
        mkdir(runner->work_dir, 0700); // there already, but for the first time
    }
    snprintf(runner->work_dir, sizeof runner->work_dir, "%s/run/work/%s", actor_data_dir(actor),
             name);
    remove_tree(runner->work_dir);
    return mkdir(runner->work_dir, 0700) == 0 ? ERR_OK
                                              : fault_errno(fault, ERR_IO, runner->work_dir);
}

static void job_free(actor_t *actor, runner_job_t *job)
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
    if (job->dir) {
        remove_tree(job->dir);
    }
    free(job->topic);
    free(job->group);
    free(job->id);
    free(job->input);
    free(job->dir);
    json_decref(job->spec);
    json_decref(job->result);
    json_decref(job->fault);
    json_decref(job->files);
    free(job);
}

void runner_fini(actor_t *actor)
{
    runner_t *runner = actor_state(actor);
    while (runner->jobs) {
        job_free(actor, runner->jobs);
    }
}

// The order is settled: nothing is left to do.
static void settle(actor_t *actor, runner_job_t *job)
{
    actor_ack(actor, job->topic, job->group, job->offset);
    job_free(actor, job);
}

// The order comes again after the group's backoff, or becomes a dead letter.
static void give_back(actor_t *actor, runner_job_t *job, const char *reason)
{
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
        give_back(actor, job, fault->detail);
    } else {
        settle(actor, job);
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

// A fault that another try may not have gives the order back; any other is the job's end.
static void fail(actor_t *actor, runner_job_t *job, const fault_t *fault)
{
    if (err_retryable(fault->code)) {
        give_back(actor, job, fault->detail);
        return;
    }
    json_decref(job->fault);
    job->fault = fault_to_json(fault);
    tell_end(actor, job);
}

// A training lists its files; a process has one, at the path it was given.
static const char *file_name(const runner_job_t *job, size_t i)
{
    const json_t *files = json_object_get(job->result, "files");
    if (!files) {
        return i == 0 ? DATA_FILE : NULL;
    }
    return json_string_value(json_array_get(files, i));
}

static void store_next(actor_t *actor, runner_job_t *job);

static void on_stored(actor_t *actor, void *context, const fault_t *fault, const char *blob,
                      int64_t bytes)
{
    runner_job_t *job = context;
    if (fault) {
        fail(actor, job, fault);
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

static void on_line(actor_t *actor, void *context, const char *line)
{
    runner_job_t *job = context;
    json_t *word = json_loads(line, 0, NULL);
    json_t *progress = json_object_get(word, "progress");
    if (progress && !job->abandoned && actor_now_ms(actor) - job->progress_ms >= PROGRESS_MS) {
        job->progress_ms = actor_now_ms(actor);
        msg_job_event_t event = {
            .job = job->id,
            .attempt = job->attempt,
            .kind = "progress",
            .progress = json_number_value(progress),
            .stage = json_string_value(json_object_get(word, "stage")),
        };
        publish_event(actor, &event, NULL, NULL, NULL);
    }
    if (json_object_get(word, "result")) {
        json_decref(job->result);
        job->result = json_incref(json_object_get(word, "result"));
    }
    if (json_object_get(word, "fault")) {
        json_decref(job->fault);
        job->fault = json_incref(json_object_get(word, "fault"));
    }
    json_decref(word);
}

static void died(actor_t *actor, runner_job_t *job, int status)
{
    char reason[LIMIT_TEXT_BYTES];
    if (WIFSIGNALED(status)) {
        snprintf(reason, sizeof reason, "the worker was ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    } else {
        snprintf(reason, sizeof reason, "the worker ended with code %d and no result",
                 WEXITSTATUS(status));
    }
    give_back(actor, job, reason);
}

static void on_end(actor_t *actor, void *context, int status)
{
    runner_job_t *job = context;
    job->child = 0;
    if (job->abandoned) {
        settle(actor, job);
    } else if (job->result) {
        job->files = json_array();
        store_next(actor, job);
    } else if (job->fault) {
        fault_t fault;
        fault_from_json(job->fault, &fault);
        fail(actor, job, &fault);
    } else {
        died(actor, job, status);
    }
}

static void launch(actor_t *actor, runner_job_t *job)
{
    char *output = text_format("%s/%s", job->dir, DATA_FILE);
    json_object_set_new(job->spec, "input", json_string(job->input));
    json_object_set_new(job->spec, "output", json_string(output));
    json_object_set_new(job->spec, "output_dir", json_string(job->dir));
    json_object_set_new(job->spec, "memory_limit_bytes",
                        json_integer(actor_setting_int(actor, "job_memory_bytes")));
    char *spec = json_dumps(job->spec, JSON_COMPACT);
    fault_t fault;
    if (actor_spawn(actor, spec, on_line, on_end, job, &job->child, &fault)) {
        fail(actor, job, &fault);
    } else {
        log_event(LOG_INFO, "job.started", "%s attempt %lld", job->id, (long long)job->attempt);
    }
    free(spec);
    free(output);
}

static void on_path(actor_t *actor, void *context, const fault_t *fault, const char *path)
{
    runner_job_t *job = context;
    if (fault) {
        fail(actor, job, fault);
        return;
    }
    const runner_t *runner = actor_state(actor);
    job->input = mem_strdup(path);
    job->dir = text_format("%s/%s.%lld", runner->work_dir, job->id, (long long)job->attempt);
    if (job->abandoned) {
        settle(actor, job);
        return;
    }
    if (mkdir(job->dir, 0700) != 0) {
        fault_t own;
        fault_errno(&own, ERR_IO, job->dir);
        fail(actor, job, &own);
        return;
    }
    launch(actor, job);
}

static void on_claimed(actor_t *actor, void *context, const fault_t *fault, void *message,
                       bytes_t payload)
{
    (void)payload;
    runner_job_t *job = context;
    const msg_job_claimed_t *claimed = message;
    if (fault && fault->code != ERR_NOT_FOUND) {
        give_back(actor, job, fault->detail);
    } else if (fault || strcmp(claimed->state, "running") != 0 || !claimed->blob ||
               !claimed->kind) {
        settle(actor, job);
    } else {
        job->attempt = claimed->attempt;
        job->spec = json_pack("{ss sO? sO? sO?}", "kind", claimed->kind, "recipe", claimed->recipe,
                              "training", claimed->training, "description", claimed->description);
        actor_fetch(actor, claimed->blob, on_path, job);
    }
}

static runner_job_t *job_of(actor_t *actor, const char *id)
{
    const runner_t *runner = actor_state(actor);
    runner_job_t *job = runner->jobs;
    while (job && strcmp(job->id, id) != 0) {
        job = job->next;
    }
    return job;
}

static void take(actor_t *actor, const bus_record_t *record, const char *id)
{
    runner_t *runner = actor_state(actor);
    runner_job_t *job = mem_new(sizeof *job);
    *job = (runner_job_t){
        .serial = ++runner->taken,
        .topic = mem_strdup(record->topic),
        .group = mem_strdup(record->group),
        .offset = record->offset,
        .id = mem_strdup(id),
        .touched_ms = actor_now_ms(actor),
        .polled_ms = actor_now_ms(actor),
        .next = runner->jobs,
    };
    runner->jobs = job;
    char instance[LIMIT_NAME_BYTES];
    snprintf(instance, sizeof instance, "%d", getpid());
    msg_job_claim_t claim = {.job = job->id, .instance = instance};
    actor_call(actor, METHOD_job_claim, &claim, (bytes_t){0}, 0, on_claimed, job);
}

void runner_on_record(actor_t *actor, const bus_record_t *record)
{
    fault_t fault;
    msg_job_order_t order;
    if (message_unpack(MSG_job_order, record->payload.data, record->payload.size, &order, &fault)) {
        actor_term(actor, record->topic, record->group, record->offset, fault.detail);
        return;
    }
    // After a broker's restart the same order comes again while its work still goes on: it is not
    // begun twice.
    if (!job_of(actor, order.job)) {
        take(actor, record, order.job);
    }
    message_release(MSG_job_order, &order);
}

// By its serial number: the job may be gone when the answer comes.
static void on_polled(actor_t *actor, void *context, const fault_t *fault, void *message,
                      bytes_t payload)
{
    (void)payload;
    const runner_t *runner = actor_state(actor);
    const msg_job_state_t *state = message;
    runner_job_t *job = runner->jobs;
    while (job && job->serial != (intptr_t)context) {
        job = job->next;
    }
    bool gone = fault ? fault->code == ERR_NOT_FOUND : strcmp(state->state, "running") != 0;
    if (job && gone && !job->result && !job->fault && !job->abandoned) {
        log_event(LOG_INFO, "job.abandoned", "%s is %s", job->id, fault ? "unknown" : state->state);
        job->abandoned = true;
        actor_kill(actor, job->child);
    }
}

static void keep(actor_t *actor, runner_job_t *job, int64_t now_ms)
{
    if (now_ms - job->touched_ms >= TOUCH_MS) {
        job->touched_ms = now_ms;
        actor_touch(actor, job->topic, job->group, job->offset);
    }
    if (job->child && now_ms - job->polled_ms >= POLL_MS) {
        job->polled_ms = now_ms;
        msg_job_poll_t poll = {.job = job->id, .attempt = job->attempt};
        actor_call(actor, METHOD_job_poll, &poll, (bytes_t){0}, 0, on_polled,
                   (void *)(intptr_t)job->serial);
    }
}

void runner_tick(actor_t *actor, int64_t now_ms)
{
    const runner_t *runner = actor_state(actor);
    for (runner_job_t *job = runner->jobs; job; job = job->next) {
        keep(actor, job, now_ms);
    }
}
