// SPDX-License-Identifier: MPL-2.0
// The commands of `autodp`: one row each in main.c, one function each in its own file.
#pragma once

#include "base/fault.h"
#include "cli/args.h"

typedef struct {
    const char *name;
    const char *options; // for args_parse; `data:` and `config:` are always known
    const char *usage;
    const char *meaning;
    err_t (*run)(const args_t *args, fault_t *fault);
} command_t;

// Processes.
err_t up_command(const args_t *args, fault_t *fault);
err_t actor_command(const args_t *args, fault_t *fault);

// The data directory's keeper.
err_t log_command(const args_t *args, fault_t *fault);
err_t backup_command(const args_t *args, fault_t *fault);
err_t restore_command(const args_t *args, fault_t *fault);

// Who may come from other hosts.
err_t keys_command(const args_t *args, fault_t *fault);

// The engine as a tool, on files.
err_t prep_command(const args_t *args, fault_t *fault);
err_t describe_command(const args_t *args, fault_t *fault);
err_t steps_command(const args_t *args, fault_t *fault);
err_t suggest_command(const args_t *args, fault_t *fault);
err_t profile_command(const args_t *args, fault_t *fault);
err_t estimators_command(const args_t *args, fault_t *fault);
err_t predict_command(const args_t *args, fault_t *fault);
err_t drift_command(const args_t *args, fault_t *fault);
err_t export_command(const args_t *args, fault_t *fault);

// What users do, over the bus.
err_t user_command(const args_t *args, fault_t *fault);
err_t token_command(const args_t *args, fault_t *fault);
err_t upload_command(const args_t *args, fault_t *fault);
err_t datasets_command(const args_t *args, fault_t *fault);
err_t preview_command(const args_t *args, fault_t *fault);
err_t process_command(const args_t *args, fault_t *fault);
err_t train_command(const args_t *args, fault_t *fault);
err_t jobs_command(const args_t *args, fault_t *fault);
err_t cancel_command(const args_t *args, fault_t *fault);
err_t steer_command(const args_t *args, fault_t *fault);
err_t get_command(const args_t *args, fault_t *fault);
err_t models_command(const args_t *args, fault_t *fault);
err_t health_command(const args_t *args, fault_t *fault);

// Operating the broker, over the bus.
err_t topic_command(const args_t *args, fault_t *fault);
err_t broker_command(const args_t *args, fault_t *fault);

// Prints a fault on stderr, as a person reads it.
void command_print_fault(const fault_t *fault);
