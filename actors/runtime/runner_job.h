// SPDX-License-Identifier: MPL-2.0
// One job a worker has, and how it ends. Shared by the runner's two files only.
#pragma once

#include "actors/runtime/runner.h"
#include "base/eta.h"

typedef void job_step_fn(actor_t *actor, runner_job_t *job);

struct runner_job {
    int64_t serial; // tells it from others, also after it is gone
    char *topic;
    char *group;
    int64_t offset;
    char *id;
    int64_t attempt;
    json_t *spec;   // what the worker gets; its paths are filled in as they are known
    char *blob;     // of the table
    char *input;    // a fetched path
    char *frame;    // where its table in columns may lie
    char *model;    // a fetched path, of a prediction's model
    char *dir;      // of this attempt
    child_t child;  // 0: none
    json_t *result; // the worker's last word
    json_t *fault;
    json_t *files; // stored so far
    size_t stored;
    int64_t touched_ms;
    int64_t polled_ms;
    int64_t progress_ms;
    eta_t eta;
    int64_t eta_ms;     // as of the last report
    job_step_fn *retry; // what is to be tried again, NULL: nothing
    int64_t retry_ms;   // when
    const char *wish;   // the last one that the worker was told of; NULL: none
    bool abandoned;     // cancelled, or a newer attempt has it
    runner_job_t *next;
};

// The order is settled: nothing is left to do.
void job_settle(actor_t *actor, runner_job_t *job);

// The order comes again after the group's backoff, or becomes a dead letter. While the actor stops,
// it is left for the goodbye to give back.
void job_give_back(actor_t *actor, runner_job_t *job, const char *reason);

// A fault that another try may not have gives the order back; any other is the job's end.
void job_fault(actor_t *actor, runner_job_t *job, const fault_t *fault);

// Whether a fault is of the platform, not of the work: another actor is away or busy. Then the step
// is tried again in a while and the order is kept: an outage does not use up its tries.
bool job_wait_out(actor_t *actor, runner_job_t *job, const fault_t *fault, job_step_fn *step);

// Stores the files of the result, tells the end, settles.
void job_finish(actor_t *actor, runner_job_t *job);

// Publishes how far the work is, and what is probably left.
void job_progress(actor_t *actor, const runner_job_t *job, double progress, const char *stage);

// Takes the job off the runner's list, gives its input back, removes its folder, frees it.
void job_free(actor_t *actor, runner_job_t *job);

// What a processed table is called; it depends on how it is written.
const char *job_data_file(const runner_job_t *job);
