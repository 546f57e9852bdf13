// SPDX-License-Identifier: MPL-2.0
#include "actors/runtime/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/runtime/frames.h"
#include "actors/runtime/runner_job.h"
#include "base/clock.h"
#include "base/fault_json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

enum {
    TOUCH_MS = 5000,
    POLL_MS = 1000,
    PROGRESS_MS = 250,
};

err_t runner_init(actor_t *actor, const char *name, fault_t *fault)
{
    runner_t *runner = actor_state(actor);
    const char *const folders[] = {"run", "run/jobs"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        snprintf(runner->work_dir, sizeof runner->work_dir, "%s/%s", actor_data_dir(actor),
                 folders[i]);
        mkdir(runner->work_dir, 0700); // there already, but for the first time
    }
    snprintf(runner->work_dir, sizeof runner->work_dir, "%s/run/jobs/%s.%s", actor_data_dir(actor),
             name, actor_instance(actor));
    runner_remove_tree(runner->work_dir);
    return mkdir(runner->work_dir, 0700) == 0 ? ERR_OK
                                              : fault_errno(fault, ERR_IO, runner->work_dir);
}

void runner_fini(actor_t *actor)
{
    runner_t *runner = actor_state(actor);
    while (runner->jobs) {
        job_free(actor, runner->jobs);
    }
}

const char *runner_job_id(const runner_job_t *job)
{
    return job->id;
}

int64_t runner_job_attempt(const runner_job_t *job)
{
    return job->attempt;
}

const char *runner_job_blob(const runner_job_t *job)
{
    return job->blob;
}

const json_t *runner_job_spec(const runner_job_t *job)
{
    return job->spec;
}

static void say(actor_t *actor, const runner_job_t *job, const json_t *word)
{
    char *line = json_dumps(word, JSON_COMPACT);
    actor_say(actor, job->child, line);
    free(line);
}

void runner_say(actor_t *actor, const char *id, int64_t attempt, const json_t *word)
{
    const runner_t *runner = actor_state(actor);
    for (const runner_job_t *job = runner->jobs; job; job = job->next) {
        if (job->child && !job->abandoned && job->attempt == attempt && strcmp(job->id, id) == 0) {
            say(actor, job, word);
        }
    }
}

static void on_progress(actor_t *actor, runner_job_t *job, double progress, const char *stage)
{
    int64_t now_ms = actor_now_ms(actor);
    bool pauses = job->wish && strcmp(job->wish, "pause") == 0;
    job->eta_ms = eta_note(&job->eta, now_ms, progress, pauses);
    if (!job->abandoned && now_ms - job->progress_ms >= PROGRESS_MS) {
        job->progress_ms = now_ms;
        job_progress(actor, job, progress, stage);
    }
}

static void on_line(actor_t *actor, void *context, const char *line)
{
    const runner_t *runner = actor_state(actor);
    runner_job_t *job = context;
    json_t *word = json_loads(line, 0, NULL);
    const json_t *progress = json_object_get(word, "progress");
    if (progress) {
        on_progress(actor, job, json_number_value(progress),
                    json_string_value(json_object_get(word, "stage")));
    }
    if (json_object_get(word, "result")) {
        json_decref(job->result);
        job->result = json_incref(json_object_get(word, "result"));
    }
    if (json_object_get(word, "fault")) {
        json_decref(job->fault);
        job->fault = json_incref(json_object_get(word, "fault"));
    }
    if (runner->on_word && !job->abandoned) {
        runner->on_word(actor, job, word);
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
    job_give_back(actor, job, reason);
}

static void on_end(actor_t *actor, void *context, int status)
{
    const runner_t *runner = actor_state(actor);
    runner_job_t *job = context;
    job->child = 0;
    if (runner->on_ended) {
        runner->on_ended(actor, job);
    }
    if (job->abandoned) {
        job_settle(actor, job);
    } else if (job->result) {
        job_finish(actor, job);
    } else if (job->fault) {
        fault_t fault;
        fault_from_json(job->fault, &fault);
        job_fault(actor, job, &fault);
    } else {
        died(actor, job, status);
    }
}

// A table in columns that is there saves the worker the reading. By a link of the job's own, for
// the file may be dropped at any moment.
static void lend_frame(const runner_job_t *job)
{
    char *own = text_format("%s/table.frame", job->dir);
    if (frames_lend(job->frame, own)) {
        json_object_set_new(job->spec, "frame", json_string(own));
    }
    free(own);
}

static void launch(actor_t *actor, runner_job_t *job)
{
    const runner_t *runner = actor_state(actor);
    lend_frame(job);
    if (job->model) {
        json_object_set_new(job->spec, "model", json_string(job->model));
    }
    char *output = text_format("%s/%s", job->dir, job_data_file(job));
    json_object_set_new(job->spec, "input", json_string(job->input));
    json_object_set_new(job->spec, "output", json_string(output));
    json_object_set_new(job->spec, "output_dir", json_string(job->dir));
    json_object_set_new(job->spec, "shared_trials", json_boolean(runner->on_word));
    json_object_set_new(job->spec, "memory_limit_bytes",
                        json_integer(actor_setting_int(actor, "job_memory_bytes")));
    char *spec = json_dumps(job->spec, JSON_COMPACT);
    fault_t fault;
    if (actor_spawn(actor, spec, on_line, on_end, job, &job->child, &fault)) {
        job_fault(actor, job, &fault);
    } else {
        log_event(LOG_INFO, "job.started", "%s attempt %lld", job->id, (long long)job->attempt);
    }
    free(spec);
    free(output);
}

static void claim(actor_t *actor, runner_job_t *job);

static void begin(actor_t *actor, runner_job_t *job)
{
    const runner_t *runner = actor_state(actor);
    job->dir = text_format("%s/%s.%lld", runner->work_dir, job->id, (long long)job->attempt);
    if (job->abandoned) {
        job_settle(actor, job);
        return;
    }
    if (mkdir(job->dir, 0700) != 0) {
        fault_t own;
        fault_errno(&own, ERR_IO, job->dir);
        job_fault(actor, job, &own);
        return;
    }
    launch(actor, job);
}

static void on_model(actor_t *actor, void *context, const fault_t *fault, const char *path)
{
    runner_job_t *job = context;
    if (fault) {
        if (!job_wait_out(actor, job, fault, claim)) {
            job_fault(actor, job, fault);
        }
        return;
    }
    job->model = mem_strdup(path);
    begin(actor, job);
}

static void on_path(actor_t *actor, void *context, const fault_t *fault, const char *path)
{
    runner_job_t *job = context;
    const json_t *model = json_object_get(json_object_get(job->spec, "training"), "blob");
    if (fault) {
        if (!job_wait_out(actor, job, fault, claim)) {
            job_fault(actor, job, fault);
        }
        return;
    }
    job->input = mem_strdup(path);
    if (json_is_string(model)) {
        actor_fetch(actor, json_string_value(model), on_model, job);
    } else {
        begin(actor, job);
    }
}

// Where a result comes from.
static json_t *lineage_of(const runner_job_t *job, const msg_job_claimed_t *claimed)
{
    char now[CLOCK_TEXT_SIZE];
    clock_rfc3339(clock_wall_ms(), now);
    return json_pack("{s:s*, s:s*, s:s, s:s, s:s}", "dataset_name", claimed->dataset_name,
                     "dataset", claimed->dataset, "blob", claimed->blob, "job", job->id, "trained",
                     now);
}

static void on_claimed(actor_t *actor, void *context, const fault_t *fault, void *message,
                       bytes_t payload)
{
    (void)payload;
    runner_job_t *job = context;
    const msg_job_claimed_t *claimed = message;
    if (fault && fault->code != ERR_NOT_FOUND) {
        if (!job_wait_out(actor, job, fault, claim)) {
            job_give_back(actor, job, fault->detail);
        }
    } else if (fault || strcmp(claimed->state, "running") != 0 || !claimed->blob ||
               !claimed->kind) {
        job_settle(actor, job);
    } else {
        job->attempt = claimed->attempt;
        json_decref(job->spec); // of a claim whose table could not be fetched
        job->spec = json_pack("{ss sO? sO? sO? sO?}", "kind", claimed->kind, "recipe",
                              claimed->recipe, "training", claimed->training, "description",
                              claimed->description, "style", claimed->output);
        json_object_set_new(job->spec, "lineage", lineage_of(job, claimed));
        json_t *import = json_object_get(claimed->description, "import");
        if (import) {
            json_object_set(job->spec, "import", import);
        }
        free(job->blob);
        job->blob = mem_strdup(claimed->blob);
        free(job->frame);
        job->frame = frames_path(actor_data_dir(actor), claimed->blob, import);
        actor_fetch(actor, claimed->blob, on_path, job);
    }
}

static void claim(actor_t *actor, runner_job_t *job)
{
    char instance[LIMIT_NAME_BYTES];
    snprintf(instance, sizeof instance, "%d", getpid());
    msg_job_claim_t message = {.job = job->id, .instance = instance};
    actor_call(actor, METHOD_job_claim, &message, (bytes_t){0}, 0, on_claimed, job);
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
    claim(actor, job);
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

// What a person wants of a search, once it is another wish than before.
static void pass_wish(actor_t *actor, runner_job_t *job, const char *wish)
{
    static const char *const KNOWN[] = {"go", "pause", "stop"};
    for (size_t i = 0; wish && i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        if (strcmp(KNOWN[i], wish) == 0 && job->wish != KNOWN[i]) {
            job->wish = KNOWN[i];
            json_t *word = json_pack("{s:s}", "steer", wish);
            say(actor, job, word);
            json_decref(word);
        }
    }
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
    if (job && !gone) {
        pass_wish(actor, job, state->wish);
    }
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
    if (job->retry && now_ms >= job->retry_ms) {
        job_step_fn *step = job->retry;
        job->retry = NULL;
        step(actor, job);
    }
    if (job->child && now_ms - job->polled_ms >= POLL_MS) {
        job->polled_ms = now_ms;
        msg_job_poll_t poll = {.job = job->id, .attempt = job->attempt};
        actor_call(actor, METHOD_job_poll, &poll, (bytes_t){0}, 0, on_polled,
                   (void *)(intptr_t)job->serial);
    }
}

void runner_stop(actor_t *actor)
{
    runner_t *runner = actor_state(actor);
    runner->stopping = true;
}

void runner_tick(actor_t *actor, int64_t now_ms)
{
    const runner_t *runner = actor_state(actor);
    for (runner_job_t *job = runner->jobs; job; job = job->next) {
        keep(actor, job, now_ms);
    }
}
