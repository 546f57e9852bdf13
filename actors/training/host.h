// SPDX-License-Identifier: MPL-2.0
// Between the files of the host: the trial that it has, its row, and the process that makes rows
// of one search.
#pragma once

#include "actors/training/state.h"

enum { HOST_RETRY_MS = 1000 }; // before publishing or fetching is tried again

// Publishes the trial's row, and acknowledges the trial once that is stored.
void row_publish(actor_t *actor);

// The same for a row that says what went wrong, as the trial's process would have.
void row_fail(actor_t *actor, const fault_t *fault);

// The trial is settled and forgotten.
void row_acknowledge(actor_t *actor);

// It is forgotten, and comes again.
void row_forget(actor_t *actor);

// Whether there is a process, or one on its way, of this attempt at a job.
bool process_is_of(const training_t *self, const char *job, int64_t attempt);

// Fetches the table of the trial's search and starts a process for it, which gets the trial.
void process_begin(actor_t *actor);

// Gives the trial to the process.
void process_give(actor_t *actor);

// Kills it; the rest follows when it has ended. One that is on its way notices by itself.
void process_end(actor_t *actor);

// Lets go of what it had.
void process_forget(actor_t *actor);
