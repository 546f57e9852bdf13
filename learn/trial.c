// SPDX-License-Identifier: MPL-2.0
#include "learn/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault_json.h"

enum {
    LOOK_MS = 100,
    ANSWER_BYTES_MAX = 1 << 20,
};

// --- In the trial's process --------------------------------------------------------------------

static err_t try_all(const folds_t *folds, const json_t *candidate, uint32_t share, json_t *scores,
                     fault_t *fault)
{
    request_t request = *folds->study->request;
    request.estimator = estimator_find(json_string_value(json_object_get(candidate, "algorithm")));
    request.parameters = NULL;
    err_t err = params_read(request.estimator->params, json_object_get(candidate, "parameters"),
                            &request.parameters, fault);
    for (size_t f = 0; f < folds->count && err == ERR_OK; f++) {
        json_t *fold = NULL;
        err = folds_judge(folds, f, &request, share, NULL, &fold, fault);
        json_array_append_new(scores, fold ? fold : json_null());
    }
    json_decref(request.parameters);
    return err;
}

// What is there already is not the trial's.
static void limit_memory(size_t bytes)
{
#ifdef __SANITIZE_ADDRESS__
    bytes = 0; // the sanitizer reserves terabytes of address space
#endif
    FILE *file = bytes ? fopen("/proc/self/statm", "re") : NULL;
    unsigned long pages = 0;
    if (file && fscanf(file, "%lu", &pages) == 1) { // NOLINT(cert-err34-c): the kernel's own number
        rlim_t limit = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + bytes;
        setrlimit(RLIMIT_AS, &(struct rlimit){limit, limit});
    }
    if (file) {
        fclose(file);
    }
}

static _Noreturn void answer(const folds_t *folds, const json_t *candidate,
                             const trial_limits_t *limits, int fd)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    limit_memory(limits->memory_bytes);
    fault_t fault = {0};
    json_t *scores = json_array();
    err_t err = try_all(folds, candidate, limits->rows_share, scores, &fault);
    json_t *said = err == ERR_OK ? json_pack("{s:o}", "scores", scores)
                                 : json_pack("{s:o}", "fault", fault_to_json(&fault));
    char *text = json_dumps(said, JSON_COMPACT | JSON_REAL_PRECISION(17));
    size_t size = text ? strlen(text) : 0;
    for (size_t at = 0; at < size;) {
        ssize_t n = write(fd, text + at, size - at);
        at += n > 0 ? (size_t)n : 0;
        if (n < 0 && errno != EINTR) {
            break;
        }
    }
    _exit(0);
}

// --- Beside it ---------------------------------------------------------------------------------

typedef struct {
    pid_t pid;
    int fd;
    buf_t said;
    bool stopped; // by the deadline
} child_t;

// Reads what the child says until it ends, the deadline comes, or nobody wants it any more.
static err_t listen_to(child_t *child, const trial_limits_t *limits, fault_t *fault)
{
    for (;;) {
        struct pollfd poll_fd = {.fd = child->fd, .events = POLLIN};
        int ready = poll(&poll_fd, 1, LOOK_MS);
        if (ready > 0) {
            ssize_t n = read(child->fd, buf_reserve(&child->said, 4096), 4096);
            if (n == 0 || (n < 0 && errno != EINTR) || child->said.size > ANSWER_BYTES_MAX) {
                return ERR_OK;
            }
            child->said.size += n > 0 ? (size_t)n : 0;
        }
        if (limits->deadline_ms && clock_mono_ms() >= limits->deadline_ms) {
            child->stopped = true;
            return ERR_OK;
        }
        if (!progress_report(limits->progress, 0, "search")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the search was cancelled");
        }
    }
}

static err_t start(const folds_t *folds, const json_t *candidate, const trial_limits_t *limits,
                   child_t *child, fault_t *fault)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return fault_errno(fault, ERR_BUSY, "a pipe");
    }
    child->pid = fork();
    if (child->pid == 0) {
        close(ends[0]);
        answer(folds, candidate, limits, ends[1]);
    }
    close(ends[1]);
    child->fd = ends[0];
    if (child->pid < 0) {
        close(ends[0]);
        return fault_errno(fault, ERR_BUSY, "a process for a trial");
    }
    return ERR_OK;
}

// --- The row -----------------------------------------------------------------------------------

static double mean_of(const json_t *folds, const char *name, double *ret_sd)
{
    double sum = 0;
    double squares = 0;
    size_t count = 0;
    size_t i;
    json_t *fold;
    json_array_foreach((json_t *)folds, i, fold)
    {
        json_t *value = json_object_get(fold, name);
        count += json_is_number(value);
        sum += json_number_value(value);
        squares += pow(json_number_value(value), 2);
    }
    double mean = count ? sum / (double)count : NAN;
    *ret_sd = count ? sqrt(fmax(squares / (double)count - mean * mean, 0)) : NAN;
    return mean;
}

static json_t *real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static void set_scores(json_t *row, const json_t *folds, const char *choice)
{
    json_t *means = json_object();
    const char *name;
    json_t *value;
    double sd;
    json_object_foreach(json_array_get(folds, 0), name, value)
    {
        json_object_set_new(means, name, real_or_null(mean_of(folds, name, &sd)));
    }
    json_object_set_new(row, "state", json_string("done"));
    json_object_set_new(row, "score", real_or_null(mean_of(folds, choice, &sd)));
    json_object_set_new(row, "sd", real_or_null(sd));
    json_object_set_new(row, "scores", means);
}

static void set_fault(json_t *row, int status, const json_t *said)
{
    fault_t fault = {0};
    json_t *told = json_object_get(said, "fault");
    if (told) {
        json_object_set(row, "fault", told);
    } else {
        bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
        fault_set(&fault, ERR_MEMORY, "use fewer rows or features, or another estimator",
                  killed ? "the system ended the trial: memory was short"
                         : "the trial needed more memory than it may have, or crashed");
        json_object_set_new(row, "fault", fault_to_json(&fault));
    }
    json_object_set_new(row, "state", json_string("failed"));
}

static json_t *make_row(const json_t *candidate, const child_t *child, int status, double seconds,
                        const char *choice)
{
    json_t *row = json_copy((json_t *)candidate);
    json_t *said = json_loadb(child->said.data, child->said.size, 0, NULL);
    json_t *scores = json_object_get(said, "scores");
    if (child->stopped) {
        json_object_set_new(row, "state", json_string("stopped"));
    } else if (scores) {
        set_scores(row, scores, choice);
    } else {
        set_fault(row, status, said);
    }
    json_object_set_new(row, "seconds", json_real(seconds));
    json_decref(said);
    return row;
}

err_t trial_run(const folds_t *folds, const json_t *candidate, const trial_limits_t *limits,
                json_t **ret_row, fault_t *fault)
{
    child_t child = {0};
    int status = 0;
    int64_t begun = clock_mono_ms();
    err_t err = start(folds, candidate, limits, &child, fault);
    if (err != ERR_OK) {
        return err;
    }
    err = listen_to(&child, limits, fault);
    if (err != ERR_OK || child.stopped) {
        kill(child.pid, SIGKILL);
    }
    close(child.fd);
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (err == ERR_OK) {
        double seconds = (double)(clock_mono_ms() - begun) / 1e3;
        *ret_row = make_row(candidate, &child, status, seconds, limits->score);
    }
    buf_release(&child.said);
    return err;
}
