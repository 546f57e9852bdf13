// SPDX-License-Identifier: MPL-2.0
// Trials in processes of this one, several at a time.
#pragma once

#include <stdatomic.h>

#include "learn/folds.h"
#include "learn/trials.h"

typedef struct trial_pool trial_pool_t;

// A pool of `room` trials over folds, which are borrowed; 0: as many as a job has threads, of which
// each trial then has its share. The caller destroys it.
trial_pool_t *trial_pool_new(const folds_t *folds, size_t room);

// The pool as who runs trials. `steer` (may be NULL) is a steer_t that a person changes.
trials_t trial_pool_trials(trial_pool_t *pool, const atomic_int *steer);

void trial_pool_destroy(trial_pool_t **pool);
