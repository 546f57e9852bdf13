// SPDX-License-Identifier: MPL-2.0
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "actors/bridge/bridge.h"
#include "actors/gateway/gateway.h"
#include "actors/health/health.h"
#include "actors/notification/notification.h"
#include "actors/prediction/prediction.h"
#include "actors/preprocessing/preprocessing.h"
#include "actors/runtime/run.h"
#include "actors/training/training.h"
#include "actors/validation/validation.h"
#include "base/log.h"
#include "broker/broker.h"
#include "cli/command.h"
#include "cli/datadir.h"
#include "cli/presets.h"
#include "proto/keyfile.h"

static const actor_spec_t *const ACTORS[] = {
    &health_actor,   &notification_actor, &validation_actor, &preprocessing_actor,
    &training_actor, &prediction_actor,   &gateway_actor,    &bridge_actor,
};

static log_level_t level_of(const char *name)
{
    static const char *const NAMES[] = {"debug", "info", "warning", "error"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(name, NAMES[i]) == 0) {
            return (log_level_t)i;
        }
    }
    return LOG_INFO;
}

// Ends with its starter, and may hold as many descriptors as the system allows: libzmq ends the
// process when they run out.
static void prepare(void)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static err_t run_broker(const run_options_t *options, fault_t *fault)
{
    presets_t presets;
    err_t err = presets_load(options->data_dir, &presets, fault);
    const settings_t *settings = options->settings;
    broker_options_t broker = {.data_dir = options->data_dir,
                               .ready_fd = options->ready_fd,
                               .look_us = settings_int(settings, "broker_look_us"),
                               .scrub_hours = settings_int(settings, "log_verify_hours"),
                               .listen = settings_text(settings, "bus_listen"),
                               .core = {.log_bytes_max = settings_int(settings, "log_bytes_max"),
                                        .ack_wait_ms = settings_int(settings, "ack_wait_ms"),
                                        .deliveries_max = settings_int(settings, "deliveries_max"),
                                        .presets = presets.items,
                                        .preset_count = presets.count}};
    err = err ? err : broker_run(&broker, fault);
    presets_release(&presets);
    return err;
}

static err_t run(const char *name, const run_options_t *options, fault_t *fault)
{
    if (strcmp(name, "broker") == 0) {
        return run_broker(options, fault);
    }
    for (size_t i = 0; i < sizeof ACTORS / sizeof ACTORS[0]; i++) {
        if (strcmp(ACTORS[i]->name, name) == 0) {
            int code = actor_run(ACTORS[i], options);
            return code == 0 ? ERR_OK
                             : fault_set(fault, ERR_INTERNAL, "its log says why",
                                         "the actor '%s' could not run", name);
        }
    }
    return fault_set(fault, ERR_INVALID, "'autodp up' starts them all", "there is no actor '%s'",
                     name);
}

// The others keep what the platform knows, or open doors to it: their place is beside it.
static err_t check_remote(const char *name, const char *keys, keyfile_t *keyfile, fault_t *fault)
{
    static const char *const REMOTE[] = {"validation", "preprocessing", "training", "prediction"};
    bool may = false;
    for (size_t i = 0; i < sizeof REMOTE / sizeof REMOTE[0]; i++) {
        may = may || strcmp(REMOTE[i], name) == 0;
    }
    return may ? keyfile_read(keys, keyfile, fault)
               : fault_set(fault, ERR_INVALID,
                           "with --keys run validation, preprocessing, training or prediction",
                           "the actor '%s' runs beside its data only", name);
}

err_t actor_command(const args_t *args, fault_t *fault)
{
    const char *name = "";
    char dir[DATADIR_SIZE];
    char file[DATADIR_SIZE];
    err_t err = args_word(args, 0, "the actor's name", &name, fault);
    err = err ? err : datadir_find(args, dir, fault);
    const char *keys = args_value(args, "keys", NULL); // what up starts is here, whatever is set
    keyfile_t keyfile = {0};
    err = err || !keys ? err : check_remote(name, keys, &keyfile, fault);
    err = err || !keys ? err : datadir_make(dir, fault);
    settings_t *settings = err ? NULL : settings_new(datadir_config(args, dir, file), fault);
    if (!settings) {
        return fault->code;
    }
    prepare();
    log_open(name, level_of(settings_text(settings, "log_level")));
    run_options_t options = {
        .data_dir = dir,
        .instance = args_value(args, "instance", keys ? keyfile.name : "1"),
        .keys = keys,
        .settings = settings,
        .ready_fd = (int)strtol(args_value(args, "ready-fd", "-1"), NULL, 10),
    };
    err = run(name, &options, fault);
    settings_destroy(&settings);
    return err;
}
