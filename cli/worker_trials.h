// SPDX-License-Identifier: MPL-2.0
// Both ends of the trials of a search that go over the bus. The worker that leads the search says
// {"trial": {"number", "order"}} and {"drop": true}, and is told {"number", "row"} and {"steer":
// "go"|"pause"|"stop"}; a worker that hosts trials is told {"number", "order"} and says {"number",
// "row"}.
#pragma once

#include "base/progress.h"
#include "data/frame/frame.h"
#include "learn/trials.h"

// Writes a line to standard output; takes the reference. False when nobody reads any more.
bool worker_say(json_t *line);

// Training actors, as who runs trials. One search at a time.
trials_t worker_trials(void);

// Hosts the trials of a job's search ("recipe", "training", "sharers" of the job) until the process
// is told to stop. Returns only with an error: those of study_make, folds_make.
err_t worker_host(const json_t *job, const frame_t *frame, const progress_t *progress,
                  fault_t *fault);
