// SPDX-License-Identifier: MPL-2.0
// What the training actor knows while it runs: jobs it leads, and one trial that it hosts.
//
// A search's worker says what it wants tried; each of these trials is a record of topic `trials`,
// taken by whichever training actor is free, this one or another. Its row comes back as a record of
// `trial.results`, which all of them hear. A search that wants no more says so there too.
#pragma once

#include "actors/runtime/runner.h"

enum {
    DROPPED_MAX = 64,   // attempts whose trials are not wanted; the oldest is forgotten
    HOST_DELIVERIES = 3 // a trial that ended so many actors is a failed row
};

// The process that tries, kept for the trials of one attempt: it has read the table and made the
// folds.
typedef struct {
    char *job; // NULL: none
    int64_t attempt;
    child_t child; // 0: it is not there yet, or no more
    char *path;    // the table's
    char *dir;
    int64_t idle_ms; // since when it has nothing to do
} host_process_t;

// The trial that is hosted.
typedef struct {
    bool busy;
    int64_t serial; // tells it from others, also after it is gone
    char *topic;
    char *group;
    int64_t offset;
    msg_trial_t message;
    bool asked;  // the process has it
    bool stale;  // nobody wants its row any more
    json_t *row; // what came of it
    int64_t touched_ms;
    int64_t polled_ms;
    int64_t retry_ms; // when publishing or fetching is tried again; 0: never
} host_trial_t;

typedef struct {
    char job[LIMIT_ID_BYTES + 1];
    int64_t attempt;
} dropped_t;

typedef struct {
    runner_t runner; // first: the runner's handlers look for it there
    host_process_t process;
    host_trial_t trial;
    int64_t taken; // trials so far
    dropped_t dropped[DROPPED_MAX];
    size_t dropped_next;
} training_t;

// --- lead.c: searches of jobs that are run here

runner_word_fn lead_on_word;
runner_ended_fn lead_on_ended;

// A row of a trial; of a search that is led elsewhere, it is let go.
void lead_take(actor_t *actor, const msg_trial_result_t *result);

// --- host.c: trials of searches, wherever they are led

actor_record_fn host_on_trial;
void host_tick(actor_t *actor, int64_t now_ms);

// From now on the trials of this attempt are not wanted.
void host_drop(actor_t *actor, const char *job, int64_t attempt);

void host_release(actor_t *actor);
