// SPDX-License-Identifier: MPL-2.0
// What several commands do with jobs.
#pragma once

#include "cli/platform.h"

// Prints a job as a person reads it, or as JSON.
void job_print(const platform_t *platform, const json_t *job);

// Follows a job to its end and prints it. A failed or cancelled job is a failed command.
err_t job_follow(platform_t *platform, const char *id, fault_t *fault);

// Prints the user's jobs or models, or the actors, by the method that lists them.
err_t lists_print(const args_t *args, method_t method, fault_t *fault);
