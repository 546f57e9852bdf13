// SPDX-License-Identifier: MPL-2.0
// The worker's side of a job, for every actor that works on a topic of job orders: claim, fetch,
// work in a process of its own, report progress, store the results, tell the end, acknowledge. A
// job may run twice and ends once: each step may be cut off by a crash, and the order then comes
// again.
#pragma once

#include <jansson.h>

#include "actors/runtime/actor.h"

typedef struct runner_job runner_job_t;

// What a worker says beside progress and its last word; `word` is borrowed.
typedef void runner_word_fn(actor_t *actor, const runner_job_t *job, const json_t *word);
// A worker has ended.
typedef void runner_ended_fn(actor_t *actor, const runner_job_t *job);

// The first member of the actor's state.
typedef struct {
    char work_dir[LIMIT_PATH_BYTES]; // one folder an attempt
    runner_job_t *jobs;
    int64_t taken;             // orders so far
    runner_word_fn *on_word;   // NULL: nobody listens
    runner_ended_fn *on_ended; // NULL: nobody cares
    bool stopping;
} runner_t;

// Makes the work directory of this instance and empties it of what an earlier life left.
err_t runner_init(actor_t *actor, const char *name, fault_t *fault);

// What the handlers of words know of a job.
const char *runner_job_id(const runner_job_t *job);
int64_t runner_job_attempt(const runner_job_t *job);
const char *runner_job_blob(const runner_job_t *job);   // its table's
const json_t *runner_job_spec(const runner_job_t *job); // what its worker got (cli/worker.c)

// Gives a line to the worker of a job's attempt; nothing when there is none.
void runner_say(actor_t *actor, const char *job, int64_t attempt, const json_t *word);

// Removes a folder and all in it; what is not there is no error.
void runner_remove_tree(const char *path);

// The handler of the topic's records.
void runner_on_record(actor_t *actor, const bus_record_t *record);

// Keeps the leases and asks whether the jobs are still wanted. Once a second.
void runner_tick(actor_t *actor, int64_t now_ms);

// From now on what cannot be finished is left as it is: the actor's goodbye gives the orders back
// without counting this try against them.
void runner_stop(actor_t *actor);

// Forgets the jobs; their orders come again elsewhere.
void runner_fini(actor_t *actor);
