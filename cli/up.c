// SPDX-License-Identifier: MPL-2.0
// The bootstrapper: starts the actors in order, each when the one before it is ready, restarts what
// dies, stops all.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/signals.h"
#include "cli/command.h"
#include "cli/datadir.h"

extern char **environ;

// In starting order; stopped the other way round.
static const char *const NAMES[] = {"broker",     "health",        "notification",
                                    "validation", "preprocessing", "training",
                                    "prediction", "gateway",       "bridge"};

enum {
    NAMES_COUNT = sizeof NAMES / sizeof NAMES[0],
    INSTANCES_MAX = 64,
    COUNT_MAX = NAMES_COUNT + INSTANCES_MAX,
    READY_FD = 3,
    READY_MS = 30000,
    STOP_MS = 10000,
    BACKOFF_LEAST_MS = 100,
    BACKOFF_MOST_MS = 10000,
    STEADY_MS = 10000, // a process that lived longer starts again without delay
};

typedef struct {
    const char *name;
    char instance[24]; // "1", "2"; only training has more than one
    pid_t pid;         // 0: not running
    int64_t started_ms;
    int64_t backoff_ms;
    int64_t restart_ms; // when it is to be started again
} process_t;

typedef struct {
    const char *dir;
    const char *config; // NULL: none given
    process_t processes[COUNT_MAX];
    int count;
    int signals;
    bool stopping;
} up_t;

// Where other programs read which process an actor is: DATA/run/NAME.pid, NAME.2.pid.
static void pid_path(const up_t *up, int i, char path[DATADIR_SIZE + 64])
{
    const process_t *process = &up->processes[i];
    bool first = strcmp(process->instance, "1") == 0;
    snprintf(path, DATADIR_SIZE + 64, "%s/run/%s%s%s.pid", up->dir, process->name, first ? "" : ".",
             first ? "" : process->instance);
}

static void write_pid(const up_t *up, int i)
{
    char path[DATADIR_SIZE + 64];
    char temporary[DATADIR_SIZE + 80];
    pid_path(up, i, path);
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *file = fopen(temporary, "we");
    if (file) {
        fprintf(file, "%d\n", up->processes[i].pid);
        fclose(file);
        rename(temporary, path);
    }
}

static err_t spawn(const up_t *up, int i, int ready, pid_t *ret_pid, fault_t *fault)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ready, READY_FD);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    // A group of its own: Ctrl-C reaches the starter only, which then stops all in order.
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    const process_t *process = &up->processes[i];
    const char *argv[] = {"autodp", "actor",      process->name,     "--data",
                          up->dir,  "--instance", process->instance, "--ready-fd",
                          "3",      "--config",   up->config,        NULL};
    if (!up->config) {
        argv[9] = NULL;
    }
    errno = posix_spawn(ret_pid, "/proc/self/exe", &actions, &attributes, (char **)argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return errno == 0 ? ERR_OK : fault_errno(fault, ERR_INTERNAL, up->processes[i].name);
}

static err_t start(up_t *up, int i, int *ret_ready, fault_t *fault)
{
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0) {
        return fault_errno(fault, ERR_INTERNAL, "pipe");
    }
    pid_t pid = 0;
    err_t err = spawn(up, i, ready[1], &pid, fault);
    close(ready[1]);
    if (err) {
        close(ready[0]);
        return err;
    }
    up->processes[i].pid = pid;
    up->processes[i].started_ms = clock_mono_ms();
    up->processes[i].restart_ms = 0;
    write_pid(up, i);
    *ret_ready = ready[0];
    return ERR_OK;
}

// Waits until the actor says that it serves. The pipe's end, without a word, means that it died.
static err_t wait_ready(up_t *up, int i, int ready, fault_t *fault)
{
    struct pollfd items[] = {{.fd = ready, .events = POLLIN},
                             {.fd = up->signals, .events = POLLIN}};
    char byte = 0;
    err_t err = ERR_OK;
    int n = poll(items, 2, READY_MS);
    if (n > 0 && items[1].revents && !items[0].revents) {
        up->stopping = signals_stop(up->signals);
        n = up->stopping ? 1 : poll(items, 1, READY_MS);
    }
    if (!up->stopping && (n <= 0 || read(ready, &byte, 1) != 1)) {
        err = fault_set(fault, ERR_UNAVAILABLE, "its log lines above say why",
                        "the actor '%s' did not become ready", up->processes[i].name);
    }
    close(ready);
    return err;
}

static err_t start_all(up_t *up, fault_t *fault)
{
    err_t err = ERR_OK;
    for (int i = 0; i < up->count && err == ERR_OK && !up->stopping; i++) {
        int ready = -1;
        err = start(up, i, &ready, fault);
        err = err ? err : wait_ready(up, i, ready, fault);
    }
    return err;
}

static void reap(up_t *up)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (int i = 0; i < up->count; i++) {
            process_t *process = &up->processes[i];
            if (process->pid != pid) {
                continue;
            }
            process->pid = 0;
            int64_t now = clock_mono_ms();
            bool steady = now - process->started_ms > STEADY_MS;
            int64_t doubled = process->backoff_ms * 2 > BACKOFF_LEAST_MS ? process->backoff_ms * 2
                                                                         : BACKOFF_LEAST_MS;
            process->backoff_ms = steady                      ? 0
                                  : doubled < BACKOFF_MOST_MS ? doubled
                                                              : BACKOFF_MOST_MS;
            process->restart_ms = now + process->backoff_ms;
            if (!up->stopping) {
                log_event(LOG_WARNING, "actor.died",
                          "%s ended with %s %d; it starts again in %lld ms", up->processes[i].name,
                          WIFSIGNALED(status) ? "signal" : "code",
                          WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                          (long long)process->backoff_ms);
            }
        }
    }
}

// Starts again what is due; returns how long until the next is.
static int restart_due(up_t *up)
{
    int64_t now = clock_mono_ms();
    int64_t wait = 60000;
    for (int i = 0; i < up->count; i++) {
        process_t *process = &up->processes[i];
        if (process->pid != 0) {
            continue;
        }
        if (process->restart_ms <= now) {
            int ready = -1;
            fault_t fault;
            if (start(up, i, &ready, &fault) == ERR_OK) {
                close(ready); // the others find it through the broker
            } else {
                log_event(LOG_ERROR, "actor.unstarted", "%s", fault.detail);
                process->restart_ms = now + BACKOFF_MOST_MS;
            }
        } else if (process->restart_ms - now < wait) {
            wait = process->restart_ms - now;
        }
    }
    return (int)wait;
}

static void supervise(up_t *up)
{
    while (!up->stopping) {
        int wait = restart_due(up);
        struct pollfd item = {.fd = up->signals, .events = POLLIN};
        poll(&item, 1, wait);
        up->stopping = signals_stop(up->signals);
        reap(up);
    }
}

static void wait_end(up_t *up, int i)
{
    int64_t end = clock_mono_ms() + STOP_MS;
    while (up->processes[i].pid != 0) {
        struct pollfd item = {.fd = up->signals, .events = POLLIN};
        int64_t left = end - clock_mono_ms();
        if (left <= 0) {
            log_event(LOG_WARNING, "actor.stuck", "%s does not stop and is killed",
                      up->processes[i].name);
            kill(up->processes[i].pid, SIGKILL);
            end += STOP_MS;
        }
        poll(&item, 1, left > 0 ? (int)left : 0);
        signals_stop(up->signals);
        reap(up);
    }
}

static void stop_all(up_t *up)
{
    up->stopping = true;
    for (int i = up->count; i-- > 0;) {
        if (up->processes[i].pid != 0) {
            kill(up->processes[i].pid, SIGTERM);
            wait_end(up, i);
        }
        char path[DATADIR_SIZE + 64];
        pid_path(up, i, path);
        unlink(path);
    }
}

static void banner(const up_t *up, int64_t took_ms)
{
    char path[DATADIR_SIZE + 64];
    char url[256] = "";
    snprintf(path, sizeof path, "%s/run/http.url", up->dir);
    FILE *file = fopen(path, "re");
    if (file) {
        if (!fgets(url, sizeof url, file)) {
            url[0] = '\0';
        }
        fclose(file);
    }
    url[strcspn(url, "\n")] = '\0';
    printf("AutoDP is ready after %lld ms: %s\n", (long long)took_ms, url);
    printf("Its data is in %s. The first account made is the admin's. Ctrl-C stops it.\n", up->dir);
    fflush(stdout);
}

// Every actor once, but for training: as many as the settings say.
static err_t list_processes(up_t *up, const args_t *args, fault_t *fault)
{
    char file[DATADIR_SIZE];
    settings_t *settings = settings_new(datadir_config(args, up->dir, file), fault);
    if (!settings) {
        return fault->code;
    }
    int64_t trainers = settings_int(settings, "training_actors");
    for (int i = 0; i < NAMES_COUNT; i++) {
        int64_t instances = strcmp(NAMES[i], "training") == 0 ? trainers : 1;
        for (int64_t k = 1; k <= instances; k++) {
            process_t *process = &up->processes[up->count++];
            process->name = NAMES[i];
            snprintf(process->instance, sizeof process->instance, "%lld", (long long)k);
        }
    }
    settings_destroy(&settings);
    return ERR_OK;
}

err_t up_command(const args_t *args, fault_t *fault)
{
    int64_t began = clock_mono_ms();
    char dir[DATADIR_SIZE];
    up_t up = {.dir = dir, .config = args_value(args, "config", NULL)};
    err_t err = datadir_find(args, dir, fault);
    err = err ? err : datadir_own(dir, fault);
    err = err ? err : list_processes(&up, args, fault);
    if (err) {
        return err;
    }
    log_open("up", LOG_INFO);
    // idle threads of XGBoost and OpenBLAS spin on cores that jobs want; read when a program starts
    setenv("OMP_WAIT_POLICY", "passive", 0);
    setenv("OPENBLAS_NUM_THREADS", "1", 0);
    up.signals = signals_open(true);
    err = start_all(&up, fault);
    if (err == ERR_OK && !up.stopping) {
        banner(&up, clock_mono_ms() - began);
        supervise(&up);
    }
    stop_all(&up);
    close(up.signals);
    return err;
}
