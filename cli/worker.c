// SPDX-License-Identifier: MPL-2.0
// autodp-worker: one job in a process of its own, so that cancelling it, its memory limit and what
// libraries keep in globals stay inside it.
//
// Standard input: one line of JSON, the job, and for searches lines about their trials
// (worker_trials.h); it stays open, and its end is the order to stop. Standard output: lines
// {"progress": 0.25, "stage": "fit"}, then one line {"result": {...}} or {"fault": {...}}.
//   {"kind": "inspect", "input": PATH}
//   {"kind": "process", "input": PATH, "recipe": [...], "output": PATH}
//   {"kind": "profile", "input": PATH, "output_dir": DIR}
//   {"kind": "predict", "input": PATH, "model": PATH, "output_dir": DIR}
//   {"kind": "train", "input": PATH, "recipe": [...], "training": {...}, "output_dir": DIR}
//   {"kind": "trials", "input": PATH, "recipe": [...], "training": {...}, "sharers": 2}
// All may have "lineage" ("dataset_name" and the like: where the result comes from),
// "memory_limit_bytes", "import" (the import options), "frame" (the table in columns;
// the CSV is read again only when there is no such file, or a damaged one) and, for a process,
// "style": {"delimiter", "quote_all", "bom", "gzip"}. Exit: 0 when the last line is written, 75
// when told to stop.
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault_json.h"
#include "base/text.h"
#include "cli/worker_input.h"
#include "cli/worker_trials.h"
#include "data/engine/process.h"
#include "data/frame/import.h"
#include "data/profile/report_file.h"
#include "learn/apply.h"
#include "learn/train.h"

enum { PROGRESS_PAUSE_MS = 100 };

static const double IMPORT_SHARE = 0.4;

static bool on_progress(void *context, double fraction, const char *stage)
{
    int64_t *next_ms = context;
    int64_t now_ms = clock_mono_ms();
    if (now_ms < *next_ms) {
        return true;
    }
    *next_ms = now_ms + PROGRESS_PAUSE_MS;
    return worker_say(json_pack("{s:f, s:s}", "progress", fraction, "stage", stage));
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

// The table in columns, made now beside the output.
static err_t make_frame(const json_t *spec, const progress_t *progress, frame_t **ret_frame,
                        fault_t *fault)
{
    json_t *description = NULL;
    const char *input = NULL;
    int fd = -1;
    const char *folder = json_string_value(json_object_get(spec, "output_dir"));
    err_t err = get_path(spec, "input", &input, fault);
    if (err == ERR_OK && (!folder || import_scratch(folder, &fd, fault) != ERR_OK)) {
        err = import_scratch(NULL, &fd, fault);
    }
    if (err != ERR_OK) {
        return err;
    }
    import_t import = {.options = json_object_get(spec, "import"), .progress = progress};
    err = import_run(input, &import, fd, &description, fault);
    json_decref(description);
    if (err != ERR_OK) {
        close(fd);
        return err;
    }
    return frame_open_fd(fd, ret_frame, fault);
}

static output_style_t style_of(const json_t *wish)
{
    const char *delimiter = json_string_value(json_object_get(wish, "delimiter"));
    if (delimiter && strcmp(delimiter, "tab") == 0) {
        delimiter = "\t";
    }
    return (output_style_t){.delimiter = delimiter ? *delimiter : '\0',
                            .quote_all = json_is_true(json_object_get(wish, "quote_all")),
                            .bom = json_is_true(json_object_get(wish, "bom")),
                            .gzip = json_is_true(json_object_get(wish, "gzip"))};
}

static err_t run_process(const json_t *spec, const frame_t *frame, const progress_t *progress,
                         json_t **ret_result, fault_t *fault)
{
    process_t process = {.frame = frame,
                         .recipe = json_object_get(spec, "recipe"),
                         .progress = progress,
                         .style = style_of(json_object_get(spec, "style"))};
    err_t err = get_path(spec, "output", &process.output, fault);
    return err == ERR_OK ? process_run(&process, ret_result, fault) : err;
}

static err_t run_profile(const json_t *spec, const frame_t *frame, const progress_t *progress,
                         json_t **ret_result, fault_t *fault)
{
    const json_t *lineage = json_object_get(spec, "lineage");
    const char *title = json_string_value(json_object_get(lineage, "dataset_name"));
    const char *dir = NULL;
    err_t err = get_path(spec, "output_dir", &dir, fault);
    if (err != ERR_OK) {
        return err;
    }
    char *json_path = text_format("%s/report.json", dir);
    char *html_path = text_format("%s/report.html", dir);
    report_options_t options = {.folder = dir};
    err = report_save(frame, &options, title ? title : "Table", AUTODP_VERSION, json_path,
                      html_path, progress, fault);
    if (err == ERR_OK) {
        *ret_result = json_pack("{s:[ss], s:I}", "files", "report.html", "report.json", "rows",
                                (json_int_t)frame_rows(frame));
    }
    free(json_path);
    free(html_path);
    return err;
}

// With a reading of its own, for the model says what types the columns have.
static err_t run_predict(const json_t *spec, const progress_t *progress, json_t **ret_result,
                         fault_t *fault)
{
    const char *dir = NULL;
    apply_t apply = {
        .import = json_object_get(spec, "import"), .drift = true, .progress = progress};
    err_t err = get_path(spec, "output_dir", &dir, fault);
    err = err == ERR_OK ? get_path(spec, "model", &apply.model, fault) : err;
    err = err == ERR_OK ? get_path(spec, "input", &apply.input, fault) : err;
    if (err != ERR_OK) {
        return err;
    }
    char *output = text_format("%s/predictions.csv", dir);
    apply.output = output;
    apply.scratch = dir;
    err = apply_run(&apply, ret_result, fault);
    if (err == ERR_OK) {
        json_object_set_new(*ret_result, "files", json_pack("[s]", "predictions.csv"));
    }
    free(output);
    return err;
}

static err_t run_train(const json_t *spec, const frame_t *frame, const progress_t *progress,
                       json_t **ret_result, fault_t *fault)
{
    trials_t trials = worker_trials();
    bool shared = json_is_true(json_object_get(spec, "shared_trials"));
    train_t train = {.frame = frame,
                     .recipe = json_object_get(spec, "recipe"),
                     .training = json_object_get(spec, "training"),
                     .lineage = json_object_get(spec, "lineage"),
                     .trials = shared ? &trials : NULL,
                     .progress = progress};
    err_t err = get_path(spec, "output_dir", &train.output_dir, fault);
    return err == ERR_OK ? train_run(&train, ret_result, fault) : err;
}

static err_t run_on(const json_t *spec, const frame_t *frame, const progress_t *progress,
                    json_t **ret_result, fault_t *fault)
{
    const char *kind = json_string_value(json_object_get(spec, "kind"));
    if (strcmp(kind, "inspect") == 0) {
        *ret_result = json_incref((json_t *)frame_description(frame));
        return ERR_OK;
    }
    if (strcmp(kind, "process") == 0) {
        return run_process(spec, frame, progress, ret_result, fault);
    }
    if (strcmp(kind, "profile") == 0) {
        return run_profile(spec, frame, progress, ret_result, fault);
    }
    return strcmp(kind, "trials") == 0 ? worker_host(spec, frame, progress, fault)
                                       : run_train(spec, frame, progress, ret_result, fault);
}

// On the table in columns that is there already. CORRUPT when there is none, or a damaged one.
static err_t run_on_ready(const json_t *spec, const progress_t *progress, json_t **ret_result,
                          fault_t *fault)
{
    frame_t *frame = NULL;
    const char *ready = json_string_value(json_object_get(spec, "frame"));
    if (!ready || frame_open(ready, &frame, fault) != ERR_OK) {
        return ERR_CORRUPT;
    }
    err_t err = run_on(spec, frame, progress, ret_result, fault);
    frame_destroy(&frame);
    return err;
}

static err_t run_on_made(const json_t *spec, const progress_t *progress, json_t **ret_result,
                         fault_t *fault)
{
    bool inspect = strcmp(json_string_value(json_object_get(spec, "kind")), "inspect") == 0;
    progress_t first = progress_part(progress, 0, inspect ? 1 : IMPORT_SHARE);
    progress_t rest = progress_part(progress, IMPORT_SHARE, 1);
    frame_t *frame = NULL;
    err_t err = make_frame(spec, &first, &frame, fault);
    err = err == ERR_OK ? run_on(spec, frame, &rest, ret_result, fault) : err;
    frame_destroy(&frame);
    return err;
}

static bool is_kind(const char *kind)
{
    static const char *const kinds[] = {"inspect", "process", "profile",
                                        "train",   "trials",  "predict"};
    for (size_t i = 0; kind && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i], kind) == 0) {
            return true;
        }
    }
    return false;
}

static err_t run(const json_t *spec, json_t **ret_result, fault_t *fault)
{
    int64_t next_ms = 0;
    progress_t progress = {.report = on_progress, .context = &next_ms};
    const char *kind = json_string_value(json_object_get(spec, "kind"));
    if (!is_kind(kind)) {
        return fault_set(fault, ERR_INVALID, "use inspect, process, profile, predict or train",
                         "there is no job of this kind");
    }
    if (strcmp(kind, "predict") == 0) {
        return run_predict(spec, &progress, ret_result, fault);
    }
    err_t err = run_on_ready(spec, &progress, ret_result, fault);
    return err == ERR_CORRUPT ? run_on_made(spec, &progress, ret_result, fault) : err;
}

static err_t work(json_t **ret_result, fault_t *fault)
{
    json_t *spec = NULL;
    err_t err = input_begin(&spec, fault);
    if (err != ERR_OK) {
        return err;
    }
    limit_memory(spec);
    err = run(spec, ret_result, fault);
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
    return worker_say(last) ? 0 : err_exit(ERR_IO);
}
