// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "actors/runtime/frames.h"
#include "actors/training/state.h"
#include "base/fault_json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

enum {
    TOUCH_MS = 5000,
    POLL_MS = 1000,
    RETRY_MS = 1000,
    IDLE_MS = 5000, // for so long a process waits for another trial of its search
};

// --- The trial's end ---------------------------------------------------------------------------

static bool is_of(const training_t *self, const char *job, int64_t attempt)
{
    return self->process.job && self->process.attempt == attempt &&
           strcmp(self->process.job, job) == 0;
}

static void forget_trial(actor_t *actor)
{
    training_t *self = actor_state(actor);
    host_trial_t *trial = &self->trial;
    free(trial->topic);
    free(trial->group);
    message_release(MSG_trial, &trial->message);
    json_decref(trial->row);
    *trial = (host_trial_t){0};
    self->process.idle_ms = actor_now_ms(actor);
}

static void acknowledge(actor_t *actor)
{
    const training_t *self = actor_state(actor);
    actor_ack(actor, self->trial.topic, self->trial.group, self->trial.offset);
    forget_trial(actor);
}

static void publish_row(actor_t *actor);

static void on_published(actor_t *actor, void *context, const fault_t *fault)
{
    training_t *self = actor_state(actor);
    if (!self->trial.busy || self->trial.serial != (intptr_t)context) {
        return;
    }
    if (fault) {
        self->trial.retry_ms = actor_now_ms(actor) + RETRY_MS;
    } else {
        acknowledge(actor);
    }
}

static void publish_row(actor_t *actor)
{
    training_t *self = actor_state(actor);
    host_trial_t *trial = &self->trial;
    msg_trial_result_t result = {.job = trial->message.job,
                                 .attempt = trial->message.attempt,
                                 .number = trial->message.number,
                                 .row = trial->row};
    char *message_id = text_format("%s.%lld.%lld", result.job, (long long)result.attempt,
                                   (long long)result.number);
    buf_t payload = {0};
    message_pack(MSG_trial_result, &result, &payload);
    trial->retry_ms = 0;
    actor_publish(actor, "trial.results", NULL, message_id, (bytes_t){payload.data, payload.size},
                  on_published, (void *)(intptr_t)trial->serial);
    buf_release(&payload);
    free(message_id);
}

// What the trial's process would have said.
static void fail(actor_t *actor, const fault_t *fault)
{
    training_t *self = actor_state(actor);
    const json_t *order = self->trial.message.order;
    self->trial.row =
        json_pack("{s:O?, s:O?, s:s, s:f, s:o}", "algorithm", json_object_get(order, "algorithm"),
                  "parameters", json_object_get(order, "parameters"), "state", "failed", "seconds",
                  0.0, "fault", fault_to_json(fault));
    publish_row(actor);
}

// --- The process -------------------------------------------------------------------------------

static void forget_process(actor_t *actor)
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

// Kills it; the rest follows when it has ended. One that is on its way notices by itself.
static void end_process(actor_t *actor)
{
    const training_t *self = actor_state(actor);
    if (self->process.child) {
        actor_kill(actor, self->process.child);
    }
}

static void give_trial(actor_t *actor)
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
        publish_row(actor);
    } else if (said && ours) {
        fault_t fault;
        fault_from_json(said, &fault);
        fail(actor, &fault);
    }
    json_decref(word);
}

static void begin_process(actor_t *actor);

static void on_end(actor_t *actor, void *context, int status)
{
    (void)context;
    training_t *self = actor_state(actor);
    host_trial_t *trial = &self->trial;
    bool waits = trial->busy && !trial->asked;
    forget_process(actor);
    if (trial->busy && trial->stale) {
        acknowledge(actor);
    } else if (trial->busy && trial->asked && !trial->row && !self->runner.stopping) {
        fault_t fault;
        fault_set(&fault, ERR_WORKER_DIED, "try a smaller table, or fewer columns",
                  WIFSIGNALED(status) ? "the trial's process was ended by signal %d"
                                      : "the trial's process ended with code %d",
                  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        fail(actor, &fault);
    } else if (waits && !self->runner.stopping) {
        begin_process(actor);
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
        forget_process(actor);
        fail(actor, &fault);
    } else {
        give_trial(actor);
    }
}

static void on_path(actor_t *actor, void *context, const fault_t *fault, const char *path)
{
    (void)context;
    training_t *self = actor_state(actor);
    host_process_t *process = &self->process;
    process->path = fault ? NULL : mem_strdup(path);
    if (fault && self->trial.busy && err_retryable(fault->code)) {
        forget_process(actor);
        self->trial.retry_ms = actor_now_ms(actor) + RETRY_MS;
        return;
    }
    if (fault || !self->trial.busy || self->trial.stale ||
        !is_of(self, self->trial.message.job, self->trial.message.attempt)) {
        forget_process(actor);
        if (self->trial.busy && self->trial.stale) {
            acknowledge(actor);
        } else if (self->trial.busy && fault) {
            fail(actor, fault);
        } else if (self->trial.busy) {
            begin_process(actor);
        }
        return;
    }
    process->dir = text_format("%s/trials.%s", self->runner.work_dir, self->trial.message.job);
    runner_remove_tree(process->dir);
    mkdir(process->dir, 0700);
    launch(actor);
}

static void begin_process(actor_t *actor)
{
    training_t *self = actor_state(actor);
    const msg_trial_t *message = &self->trial.message;
    self->process = (host_process_t){.job = mem_strdup(message->job), .attempt = message->attempt};
    actor_fetch(actor, message->blob, on_path, NULL);
}

// --- Trials ------------------------------------------------------------------------------------

static bool is_dropped(const training_t *self, const char *job, int64_t attempt)
{
    for (size_t i = 0; i < DROPPED_MAX; i++) {
        if (self->dropped[i].attempt == attempt && strcmp(self->dropped[i].job, job) == 0) {
            return true;
        }
    }
    return false;
}

// The trial is wanted: gives it to the process of its search, or makes one. A process of another
// search ends first (on_end goes on), or has not begun yet (on_path does).
static void work(actor_t *actor)
{
    const training_t *self = actor_state(actor);
    const msg_trial_t *message = &self->trial.message;
    bool own = is_of(self, message->job, message->attempt);
    if (own && self->process.child) {
        give_trial(actor);
    } else if (self->process.child) {
        end_process(actor);
    } else if (!self->process.job) {
        begin_process(actor);
    }
}

// The trial's row is wanted no more.
static void abandon(actor_t *actor)
{
    training_t *self = actor_state(actor);
    if (self->trial.stale || self->trial.row) {
        return;
    }
    self->trial.stale = true;
    if (self->process.job) {
        end_process(actor); // its end, or its beginning, acknowledges the trial
    } else {
        acknowledge(actor);
    }
}

static void on_polled(actor_t *actor, void *context, const fault_t *fault, void *message,
                      bytes_t payload)
{
    (void)payload;
    const training_t *self = actor_state(actor);
    const msg_job_state_t *state = message;
    if (!self->trial.busy || self->trial.serial != (intptr_t)context) {
        return;
    }
    bool gone = fault ? fault->code == ERR_NOT_FOUND : strcmp(state->state, "running") != 0;
    if (gone) {
        abandon(actor);
    } else if (!self->trial.asked && !self->trial.retry_ms) {
        work(actor);
    }
}

static void poll_job(actor_t *actor)
{
    training_t *self = actor_state(actor);
    self->trial.polled_ms = actor_now_ms(actor);
    msg_job_poll_t poll = {.job = self->trial.message.job, .attempt = self->trial.message.attempt};
    actor_call(actor, METHOD_job_poll, &poll, (bytes_t){0}, 0, on_polled,
               (void *)(intptr_t)self->trial.serial);
}

void host_on_trial(actor_t *actor, const bus_record_t *record)
{
    training_t *self = actor_state(actor);
    host_trial_t *trial = &self->trial;
    fault_t fault;
    msg_trial_t message;
    if (trial->busy && trial->offset == record->offset) {
        return; // it came again after a broker's restart, and is under way
    }
    if (message_unpack(MSG_trial, record->payload.data, record->payload.size, &message, &fault)) {
        actor_term(actor, record->topic, record->group, record->offset, fault.detail);
        return;
    }
    *trial = (host_trial_t){.busy = true,
                            .serial = ++self->taken,
                            .topic = mem_strdup(record->topic),
                            .group = mem_strdup(record->group),
                            .offset = record->offset,
                            .message = message,
                            .touched_ms = actor_now_ms(actor)};
    if (is_dropped(self, message.job, message.attempt)) {
        acknowledge(actor);
    } else if (record->deliveries > HOST_DELIVERIES) {
        fault_set(&fault, ERR_WORKER_DIED, "leave it out of the search",
                  "the trial was begun %d times and never ended", HOST_DELIVERIES);
        fail(actor, &fault);
    } else if (is_of(self, message.job, message.attempt) && self->process.child) {
        trial->polled_ms = actor_now_ms(actor);
        give_trial(actor);
    } else {
        poll_job(actor);
    }
}

void host_drop(actor_t *actor, const char *job, int64_t attempt)
{
    training_t *self = actor_state(actor);
    dropped_t *dropped = &self->dropped[self->dropped_next++ % DROPPED_MAX];
    text_copy(dropped->job, sizeof dropped->job, job);
    dropped->attempt = attempt;
    bool ours = self->trial.busy && self->trial.message.attempt == attempt &&
                strcmp(self->trial.message.job, job) == 0;
    if (ours) {
        abandon(actor);
    } else if (is_of(self, job, attempt)) {
        end_process(actor);
    }
}

void host_tick(actor_t *actor, int64_t now_ms)
{
    training_t *self = actor_state(actor);
    host_trial_t *trial = &self->trial;
    if (!trial->busy) {
        if (self->process.child && now_ms - self->process.idle_ms >= IDLE_MS) {
            end_process(actor);
        }
        return;
    }
    if (now_ms - trial->touched_ms >= TOUCH_MS) {
        trial->touched_ms = now_ms;
        actor_touch(actor, trial->topic, trial->group, trial->offset);
    }
    if (trial->retry_ms && now_ms >= trial->retry_ms) {
        trial->retry_ms = 0;
        if (trial->row) {
            publish_row(actor);
        } else {
            work(actor);
        }
    }
    if (!trial->row && now_ms - trial->polled_ms >= POLL_MS) {
        poll_job(actor);
    }
}

void host_release(actor_t *actor)
{
    const training_t *self = actor_state(actor);
    forget_process(actor);
    if (self->trial.busy) {
        forget_trial(actor); // it comes again elsewhere
    }
}
