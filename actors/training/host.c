// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "actors/training/host.h"
#include "base/mem.h"
#include "base/text.h"

enum {
    TOUCH_MS = 5000,
    POLL_MS = 1000,
    IDLE_MS = 5000, // for so long a process waits for another trial of its search
};

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
// search ends first, or has not begun yet: either looks at the trial then.
static void work(actor_t *actor)
{
    const training_t *self = actor_state(actor);
    const msg_trial_t *message = &self->trial.message;
    bool own = process_is_of(self, message->job, message->attempt);
    if (own && self->process.child) {
        process_give(actor);
    } else if (self->process.child) {
        process_end(actor);
    } else if (!self->process.job) {
        process_begin(actor);
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
        process_end(actor); // its end, or its beginning, acknowledges the trial
    } else {
        row_acknowledge(actor);
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
        row_acknowledge(actor);
    } else if (record->deliveries > HOST_DELIVERIES) {
        fault_set(&fault, ERR_WORKER_DIED, "leave it out of the search",
                  "the trial was begun %d times and never ended", HOST_DELIVERIES);
        row_fail(actor, &fault);
    } else if (process_is_of(self, message.job, message.attempt) && self->process.child) {
        trial->polled_ms = actor_now_ms(actor);
        process_give(actor);
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
    } else if (process_is_of(self, job, attempt)) {
        process_end(actor);
    }
}

void host_tick(actor_t *actor, int64_t now_ms)
{
    training_t *self = actor_state(actor);
    host_trial_t *trial = &self->trial;
    if (!trial->busy) {
        if (self->process.child && now_ms - self->process.idle_ms >= IDLE_MS) {
            process_end(actor);
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
            row_publish(actor);
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
    process_forget(actor);
    if (self->trial.busy) {
        row_forget(actor); // it comes again elsewhere
    }
}
