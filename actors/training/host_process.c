// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "actors/runtime/frames.h"
#include "actors/training/host.h"
#include "base/fault_json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

bool process_is_of(const training_t *self, const char *job, int64_t attempt)
{
    return self->process.job && self->process.attempt == attempt &&
           strcmp(self->process.job, job) == 0;
}

void process_forget(actor_t *actor)
{
    training_t *self = actor_state(actor);
    host_process_t *process = &self->process;
    if (process->path) {
        actor_release_path(actor, process->path);
    }
    if (process->dir) {
        runner_remove_tree(process->dir);
    }
    free(process->job);
    free(process->path);
    free(process->dir);
    *process = (host_process_t){0};
}

void process_end(actor_t *actor)
{
    const training_t *self = actor_state(actor);
    if (self->process.child) {
        actor_kill(actor, self->process.child);
    }
}

void process_give(actor_t *actor)
{
    training_t *self = actor_state(actor);
    json_t *word = json_pack("{s:I, s:O}", "number", (json_int_t)self->trial.message.number,
                             "order", self->trial.message.order);
    char *line = json_dumps(word, JSON_COMPACT);
    self->trial.asked = true;
    log_event(LOG_DEBUG, "trial.begun", "%s %lld", self->trial.message.job,
              (long long)self->trial.message.number);
    actor_say(actor, self->process.child, line);
    free(line);
    json_decref(word);
}

static void on_line(actor_t *actor, void *context, const char *line)
{
    (void)context;
    training_t *self = actor_state(actor);
    host_trial_t *trial = &self->trial;
    json_t *word = json_loads(line, 0, NULL);
    json_t *row = json_object_get(word, "row");
    json_t *said = json_object_get(word, "fault");
    bool ours = trial->busy && trial->asked && !trial->row && !trial->stale;
    if (row && ours &&
        json_integer_value(json_object_get(word, "number")) == trial->message.number) {
        trial->row = json_incref(row);
        row_publish(actor);
    } else if (said && ours) {
        fault_t fault;
        fault_from_json(said, &fault);
        row_fail(actor, &fault);
    }
    json_decref(word);
}

static void on_end(actor_t *actor, void *context, int status)
{
    (void)context;
    training_t *self = actor_state(actor);
    host_trial_t *trial = &self->trial;
    bool waits = trial->busy && !trial->asked;
    process_forget(actor);
    if (trial->busy && trial->stale) {
        row_acknowledge(actor);
    } else if (trial->busy && trial->asked && !trial->row && !self->runner.stopping) {
        fault_t fault;
        fault_set(&fault, ERR_WORKER_DIED, "try a smaller table, or fewer columns",
                  WIFSIGNALED(status) ? "the trial's process was ended by signal %d"
                                      : "the trial's process ended with code %d",
                  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        row_fail(actor, &fault);
    } else if (waits && !self->runner.stopping) {
        process_begin(actor);
    }
}

static json_t *spec_of(actor_t *actor, const host_trial_t *trial, const host_process_t *process)
{
    const msg_trial_t *message = &trial->message;
    json_t *spec =
        json_pack("{s:s, s:s, s:O, s:O, s:I}", "kind", "trials", "input", process->path, "recipe",
                  message->recipe, "training", message->training, "memory_limit_bytes",
                  (json_int_t)actor_setting_int(actor, "job_memory_bytes"));
    json_object_set_new(spec, "output_dir", json_string(process->dir));
    json_object_set_new(spec, "sharers", json_integer(actor_setting_int(actor, "training_actors")));
    if (message->import) {
        json_object_set(spec, "import", message->import);
    }
    char *shared = frames_path(actor_data_dir(actor), message->blob, message->import);
    char *own = text_format("%s/table.frame", process->dir);
    if (frames_lend(shared, own)) {
        json_object_set_new(spec, "frame", json_string(own));
    }
    free(shared);
    free(own);
    return spec;
}

static void launch(actor_t *actor)
{
    training_t *self = actor_state(actor);
    fault_t fault;
    json_t *spec = spec_of(actor, &self->trial, &self->process);
    char *line = json_dumps(spec, JSON_COMPACT);
    err_t err = actor_spawn(actor, line, on_line, on_end, NULL, &self->process.child, &fault);
    free(line);
    json_decref(spec);
    if (err) {
        process_forget(actor);
        row_fail(actor, &fault);
    } else {
        process_give(actor);
    }
}

static void on_path(actor_t *actor, void *context, const fault_t *fault, const char *path)
{
    (void)context;
    training_t *self = actor_state(actor);
    host_process_t *process = &self->process;
    process->path = fault ? NULL : mem_strdup(path);
    if (fault && self->trial.busy && err_retryable(fault->code)) {
        process_forget(actor);
        self->trial.retry_ms = actor_now_ms(actor) + HOST_RETRY_MS;
        return;
    }
    if (fault || !self->trial.busy || self->trial.stale ||
        !process_is_of(self, self->trial.message.job, self->trial.message.attempt)) {
        process_forget(actor);
        if (self->trial.busy && self->trial.stale) {
            row_acknowledge(actor);
        } else if (self->trial.busy && fault) {
            row_fail(actor, fault);
        } else if (self->trial.busy) {
            process_begin(actor);
        }
        return;
    }
    process->dir = text_format("%s/trials.%s", self->runner.work_dir, self->trial.message.job);
    runner_remove_tree(process->dir);
    mkdir(process->dir, 0700);
    launch(actor);
}

void process_begin(actor_t *actor)
{
    training_t *self = actor_state(actor);
    const msg_trial_t *message = &self->trial.message;
    self->process = (host_process_t){.job = mem_strdup(message->job), .attempt = message->attempt};
    actor_fetch(actor, message->blob, on_path, NULL);
}
