// SPDX-License-Identifier: MPL-2.0
// Runs an actor: one process, one loop.
#pragma once

#include "actors/runtime/actor.h"
#include "base/settings.h"

typedef struct {
    const char *data_dir; // absolute
    const char *instance; // which one of several
    const char *keys;     // key file, when the broker is on another host; NULL otherwise
    const settings_t *settings;
    int ready_fd; // gets one byte when the actor serves; -1: none
} run_options_t;

// Runs until SIGTERM or SIGINT: takes nothing new, answers what it has (at most 5 s), says goodbye.
// Returns the exit code.
int actor_run(const actor_spec_t *spec, const run_options_t *options);
