// SPDX-License-Identifier: MPL-2.0
// autodp-worker: one job in a process of its own, so that cancelling it, its memory limit and
// libsvm's process-wide state stay inside it.
//
// Standard input: one line of JSON (the job, at most SPEC_BYTES_MAX), then nothing; it stays open,
// and its end is the order to stop. Standard output: lines {"progress": 0.25, "stage": "fit"}, then
// one line {"result": {...}} or {"fault": {...}}.
//   {"kind": "inspect", "input": PATH}
//   {"kind": "process", "input": PATH, "recipe": [...], "output": PATH}
//   {"kind": "train", "input": PATH, "recipe": [...], "training": {...}, "output_dir": DIR}
// All may have "memory_limit_bytes"; the last two "description", the dataset description, which
// saves a reading of the file. Exit: 0 when the last line is written, 75 when told to stop.
#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault_json.h"
#include "base/mem.h"
#include "data/inspect.h"
#include "data/process.h"
#include "learn/train.h"

enum {
    SPEC_BYTES_MAX = 1 << 20,
    PROGRESS_PAUSE_MS = 100,
    EXIT_STOPPED = 75,
};

static const double INSPECT_SHARE = 0.2;

// Writes one line; false when nobody reads any more.
static bool say(json_t *line)
{
    char *text = json_dumps(line, JSON_COMPACT);
    bool written = text && printf("%s\n", text) > 0 && fflush(stdout) == 0;
    free(text);
    json_decref(line);
    return written;
}

static bool on_progress(void *context, double fraction, const char *stage)
{
    int64_t *next_ms = context;
    int64_t now_ms = clock_mono_ms();
    if (now_ms < *next_ms) {
        return true;
    }
    *next_ms = now_ms + PROGRESS_PAUSE_MS;
    return say(json_pack("{s:f, s:s}", "progress", fraction, "stage", stage));
}

// Reads standard input up to the first line end.
static err_t read_spec(buf_t *line, fault_t *fault)
{
    for (;;) {
        ssize_t n = read(STDIN_FILENO, buf_reserve(line, 4096), 4096);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return fault_set(fault, ERR_INVALID, "send one line of JSON",
                             "standard input ended before the job was complete");
        }
        char *end = memchr(line->data + line->size, '\n', (size_t)n);
        line->size = end ? (size_t)(end - line->data) : line->size + (size_t)n;
        if (line->size > SPEC_BYTES_MAX) {
            return fault_set(fault, ERR_TOO_LARGE, "send a smaller job",
                             "the job is larger than %d bytes", SPEC_BYTES_MAX);
        }
        if (end) {
            return ERR_OK;
        }
    }
}

// Ends the process when the control pipe closes.
static void *watch(void *unused)
{
    (void)unused;
    char byte;
    ssize_t n;
    do {
        n = read(STDIN_FILENO, &byte, 1);
    } while (n > 0 || (n < 0 && errno == EINTR));
    _exit(EXIT_STOPPED);
}

static void limit_memory(const json_t *spec)
{
    json_int_t bytes = json_integer_value(json_object_get(spec, "memory_limit_bytes"));
#ifdef __SANITIZE_ADDRESS__
    bytes = 0; // the sanitizer reserves terabytes of address space
#endif
    if (bytes > 0) {
        struct rlimit limit = {.rlim_cur = (rlim_t)bytes, .rlim_max = (rlim_t)bytes};
        setrlimit(RLIMIT_AS, &limit);
    }
}

static err_t get_path(const json_t *spec, const char *key, const char **ret_path, fault_t *fault)
{
    *ret_path = json_string_value(json_object_get(spec, key));
    return *ret_path ? ERR_OK
                     : fault_set(fault, ERR_INVALID, "name a path", "the job has no '%s'", key);
}

// The description in the spec, or a fresh one.
static err_t describe(const json_t *spec, const char *input, const progress_t *progress,
                      json_t **ret_description, fault_t *fault)
{
    json_t *given = json_object_get(spec, "description");
    if (given) {
        *ret_description = json_incref(given);
        return ERR_OK;
    }
    progress_t part = progress_part(progress, 0, INSPECT_SHARE);
    return inspect_file(input, &part, ret_description, fault);
}

static err_t run_described(const json_t *spec, const char *input, const json_t *description,
                           const progress_t *progress, json_t **ret_result, fault_t *fault)
{
    const char *kind = json_string_value(json_object_get(spec, "kind"));
    const json_t *recipe = json_object_get(spec, "recipe");
    const char *path = NULL;
    bool train = strcmp(kind, "train") == 0;
    err_t err = get_path(spec, train ? "output_dir" : "output", &path, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (train) {
        return train_run(input, description, recipe, json_object_get(spec, "training"), path,
                         progress, ret_result, fault);
    }
    return process_run(input, description, recipe, path, progress, ret_result, fault);
}

static err_t run(const json_t *spec, json_t **ret_result, fault_t *fault)
{
    int64_t next_ms = 0;
    progress_t progress = {.report = on_progress, .context = &next_ms};
    const char *kind = json_string_value(json_object_get(spec, "kind"));
    const char *input = NULL;
    err_t err = get_path(spec, "input", &input, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (kind && strcmp(kind, "inspect") == 0) {
        return inspect_file(input, &progress, ret_result, fault);
    }
    if (!kind || (strcmp(kind, "process") != 0 && strcmp(kind, "train") != 0)) {
        return fault_set(fault, ERR_INVALID, "use inspect, process or train",
                         "there is no job of this kind");
    }
    json_t *description = NULL;
    err = describe(spec, input, &progress, &description, fault);
    if (err != ERR_OK) {
        return err;
    }
    bool inspected = !json_object_get(spec, "description");
    progress_t rest = progress_part(&progress, inspected ? INSPECT_SHARE : 0, 1);
    err = run_described(spec, input, description, &rest, ret_result, fault);
    json_decref(description);
    return err;
}

static err_t work(json_t **ret_result, fault_t *fault)
{
    buf_t line = {0};
    err_t err = read_spec(&line, fault);
    if (err != ERR_OK) {
        buf_release(&line);
        return err;
    }
    json_error_t error;
    json_t *spec = json_loadb(line.data, line.size, JSON_REJECT_DUPLICATES, &error);
    buf_release(&line);
    if (!json_is_object(spec)) {
        json_decref(spec);
        return fault_set(fault, ERR_INVALID, "send one JSON object", "the job is not valid: %s",
                         spec ? "not an object" : error.text);
    }
    limit_memory(spec);
    pthread_t watcher;
    if (pthread_create(&watcher, NULL, watch, NULL) != 0) {
        err = fault_set(fault, ERR_BUSY, NULL, "no thread could be started");
    } else {
        err = run(spec, ret_result, fault);
    }
    json_decref(spec);
    return err;
}

int main(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    json_t *result = NULL;
    fault_t fault = {0};
    json_t *last = work(&result, &fault) == ERR_OK
                       ? json_pack("{s:o}", "result", result)
                       : json_pack("{s:o}", "fault", fault_to_json(&fault));
    return say(last) ? 0 : err_exit(ERR_IO);
}
