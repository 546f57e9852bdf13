// SPDX-License-Identifier: MPL-2.0
#include "learn/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
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
#include "base/mem.h"

enum { ANSWER_BYTES_MAX = 1 << 20 };

struct trial {
    json_t *order;
    pid_t pid;
    int fd;
    int64_t begun_ms;
    buf_t said;
    bool ended;
};

// --- In the trial's process --------------------------------------------------------------------

// How many of the rows are used: one of so many.
static uint32_t share_of(const json_t *order)
{
    json_int_t share = json_integer_value(json_object_get(order, "rows_share"));
    return share > 1 && share <= UINT32_MAX ? (uint32_t)share : 1;
}

static err_t try_all(const folds_t *folds, const json_t *order, json_t *scores, fault_t *fault)
{
    request_t request = *folds->study->request;
    const char *name = json_string_value(json_object_get(order, "algorithm"));
    request.estimator = estimator_find(name ? name : "");
    request.parameters = NULL;
    request.threads = (size_t)json_integer_value(json_object_get(order, "threads"));
    if (!request.estimator) {
        return fault_set(fault, ERR_HYPERPARAMETER, "see 'autodp estimators'",
                         "there is no algorithm '%.100s'", name ? name : "");
    }
    err_t err = params_read(request.estimator->params, json_object_get(order, "parameters"),
                            &request.parameters, fault);
    for (size_t f = 0; f < folds->count && err == ERR_OK; f++) {
        json_t *fold = NULL;
        err = folds_judge(folds, f, &request, share_of(order), NULL, &fold, fault);
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

static _Noreturn void answer(const folds_t *folds, const json_t *order, int fd)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN); // a person speaks to the search, which says what becomes of its trials
    limit_memory((size_t)json_integer_value(json_object_get(order, "memory_bytes")));
    fault_t fault = {0};
    json_t *scores = json_array();
    err_t err = try_all(folds, order, scores, &fault);
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

static json_t *row_of(const json_t *order, double seconds)
{
    json_t *row = json_pack("{s:O, s:O, s:f}", "algorithm", json_object_get(order, "algorithm"),
                            "parameters", json_object_get(order, "parameters"), "seconds", seconds);
    if (share_of(order) > 1) {
        json_object_set_new(row, "rows_share", json_real(1.0 / share_of(order)));
    }
    return row;
}

json_t *trial_stopped(const json_t *order, double seconds)
{
    json_t *row = row_of(order, seconds);
    json_object_set_new(row, "state", json_string("stopped"));
    return row;
}

static json_t *make_row(const trial_t *trial, int status, double seconds)
{
    json_t *row = row_of(trial->order, seconds);
    json_t *said = json_loadb(trial->said.data, trial->said.size, 0, NULL);
    json_t *scores = json_object_get(said, "scores");
    if (scores) {
        set_scores(row, scores, json_string_value(json_object_get(trial->order, "score")));
    } else {
        set_fault(row, status, said);
    }
    json_decref(said);
    return row;
}

// --- Beside it ---------------------------------------------------------------------------------

err_t trial_begin(const folds_t *folds, const json_t *order, trial_t **ret_trial, fault_t *fault)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return fault_errno(fault, ERR_BUSY, "a pipe");
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        answer(folds, order, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return fault_errno(fault, ERR_BUSY, "a process for a trial");
    }
    trial_t *trial = mem_new(sizeof *trial);
    *trial = (trial_t){.order = json_incref((json_t *)order),
                       .pid = pid,
                       .fd = ends[0],
                       .begun_ms = clock_mono_ms()};
    *ret_trial = trial;
    return ERR_OK;
}

int trial_fd(const trial_t *trial)
{
    return trial->fd;
}

bool trial_listen(trial_t *trial)
{
    ssize_t n = read(trial->fd, buf_reserve(&trial->said, 4096), 4096);
    trial->said.size += n > 0 ? (size_t)n : 0;
    trial->ended = n == 0 || (n < 0 && errno != EINTR) || trial->said.size > ANSWER_BYTES_MAX;
    return trial->ended;
}

json_t *trial_end(trial_t **trial)
{
    trial_t *self = *trial;
    int status = 0;
    if (!self->ended) {
        kill(self->pid, SIGKILL);
    }
    close(self->fd);
    while (waitpid(self->pid, &status, 0) < 0 && errno == EINTR) {
    }
    double seconds = (double)(clock_mono_ms() - self->begun_ms) / 1e3;
    json_t *row =
        self->ended ? make_row(self, status, seconds) : trial_stopped(self->order, seconds);
    json_decref(self->order);
    buf_release(&self->said);
    free(self);
    *trial = NULL;
    return row;
}
