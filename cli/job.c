// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/eta.h"
#include "base/fault_json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/grid.h"
#include "cli/insight.h"
#include "cli/job.h"
#include "cli/platform.h"

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool has_ended(const json_t *job)
{
    const char *state = text_of(job, "state");
    return strcmp(state, "queued") != 0 && strcmp(state, "running") != 0;
}

static void print_confusion(const json_t *confusion)
{
    const json_t *labels = json_object_get(confusion, "labels");
    const json_t *matrix = json_object_get(confusion, "matrix");
    json_t *columns = json_pack("[{ss}]", "name", "true \\ predicted");
    json_t *rows = json_array();
    for (size_t i = 0; i < json_array_size(labels); i++) {
        json_t *row = json_array();
        json_array_append(row, json_array_get(labels, i));
        json_array_extend(row, json_array_get(matrix, i));
        json_array_append_new(rows, row);
        json_array_append_new(columns, json_pack("{sO}", "name", json_array_get(labels, i)));
    }
    grid_print_cells(columns, rows, NULL);
    json_decref(columns);
    json_decref(rows);
}

static void print_scores(const json_t *result)
{
    const json_t *scores = json_object_get(result, "scores");
    const json_t *rows = json_object_get(result, "rows");
    if (!json_object_get(scores, "test_accuracy")) {
        const char *chosen = text_of(scores, "chosen");
        printf("%s %.4f on %lld rows it had not seen, %.4f on those it learned from\n", chosen,
               json_number_value(json_object_get(json_object_get(scores, "test"), chosen)),
               (long long)json_integer_value(json_object_get(rows, "test")),
               json_number_value(json_object_get(json_object_get(scores, "train"), chosen)));
        insight_print(json_object_get(result, "insight"));
        return;
    }
    printf("accuracy %.4f on %lld rows it had not seen, %.4f on %lld it learned from; the most "
           "frequent label alone %.4f\n",
           json_number_value(json_object_get(scores, "test_accuracy")),
           (long long)json_integer_value(json_object_get(rows, "test")),
           json_number_value(json_object_get(scores, "train_accuracy")),
           (long long)json_integer_value(json_object_get(rows, "train")),
           json_number_value(json_object_get(scores, "baseline_accuracy")));
    print_confusion(json_object_get(result, "confusion"));
    insight_print(json_object_get(result, "insight"));
}

void job_print(const platform_t *platform, const json_t *job)
{
    if (platform->json) {
        platform_print_json(job);
        return;
    }
    const json_t *result = json_object_get(job, "result");
    printf("%s  %s  %s  %s\n", text_of(job, "id"), text_of(job, "kind"),
           text_of(job, "dataset_name"), text_of(job, "state"));
    if (json_object_get(result, "scores")) {
        print_scores(result);
    } else if (json_is_object(result)) {
        printf("%lld rows in, %lld rows out\n",
               (long long)json_integer_value(json_object_get(result, "rows_in")),
               (long long)json_integer_value(json_object_get(result, "rows_out")));
    }
    const json_t *files = json_object_get(job, "files");
    if (json_array_size(files) > 0) {
        grid_print_objects(files, "name bytes blob", "FILE BYTES SHA-256");
    }
}

static err_t get_job(platform_t *platform, const char *id, json_t **ret_job, fault_t *fault)
{
    msg_job_t job;
    msg_by_id_t by_id = {.token = platform->token, .id = id};
    err_t err = platform_ask(platform, METHOD_job_get, &by_id, &job, fault);
    if (err == ERR_OK) {
        *ret_job = json_incref(job.job);
        message_release(MSG_job, &job);
    }
    return err;
}

static void show_progress(const json_t *job)
{
    if (isatty(STDERR_FILENO)) {
        char left[ETA_TEXT_SIZE];
        eta_text(json_integer_value(json_object_get(job, "eta_ms")), left);
        fprintf(stderr, "\r\033[K%s %3.0f %% %s%s%s", text_of(job, "state"),
                100 * json_number_value(json_object_get(job, "progress")), text_of(job, "stage"),
                *left ? ", " : "", left);
    }
}

// Waits for the next change of any job; a change that was missed in between is seen by the look
// that follows.
static err_t wait_change(platform_t *platform, int64_t *since, fault_t *fault)
{
    msg_job_changes_t changes;
    msg_job_watch_t watch = {.token = platform->token, .since = *since};
    err_t err = platform_ask(platform, METHOD_job_watch, &watch, &changes, fault);
    if (err == ERR_OK) {
        *since = changes.since;
        message_release(MSG_job_changes, &changes);
    }
    return err_retryable(err) ? ERR_OK : err; // the platform may be restarting a part of itself
}

err_t job_follow(platform_t *platform, const char *id, fault_t *fault)
{
    int64_t since = -1;
    json_t *job = NULL;
    err_t err = wait_change(platform, &since, fault);
    while (err == ERR_OK) {
        json_decref(job);
        job = NULL;
        err = get_job(platform, id, &job, fault);
        if (err_retryable(err)) {
            err = ERR_OK;
            bool never = false;
            bus_run(platform->bus, &never, 200);
            continue;
        }
        if (err == ERR_OK && has_ended(job)) {
            break;
        }
        if (err == ERR_OK) {
            show_progress(job);
            err = wait_change(platform, &since, fault);
        }
    }
    if (err == ERR_OK) {
        show_progress(job);
        fprintf(stderr, isatty(STDERR_FILENO) ? "\n" : "");
        job_print(platform, job);
        if (strcmp(text_of(job, "state"), "failed") == 0) {
            err = fault_from_json(json_object_get(job, "fault"), fault);
        } else if (strcmp(text_of(job, "state"), "cancelled") == 0) {
            err = fault_set(fault, ERR_CANCELLED, NULL, "the job '%s' was cancelled", id);
        }
    }
    json_decref(job);
    return err;
}

err_t jobs_command(const args_t *args, fault_t *fault)
{
    if (args->word_count == 0) {
        return lists_print(args, METHOD_job_list, fault);
    }
    platform_t platform;
    err_t err = platform_open(args, &platform, fault);
    if (err) {
        return err;
    }
    if (args_has(args, "wait")) {
        err = job_follow(&platform, args->words[0], fault);
    } else {
        json_t *job = NULL;
        err = get_job(&platform, args->words[0], &job, fault);
        if (err == ERR_OK) {
            job_print(&platform, job);
        }
        json_decref(job);
    }
    platform_close(&platform);
    return err;
}

// Asks for something of a job and prints how it is then.
static err_t change_job(const args_t *args, method_t method, void *message, const char **ret_token,
                        fault_t *fault)
{
    platform_t platform;
    err_t err = platform_open(args, &platform, fault);
    if (err) {
        return err;
    }
    msg_job_t job;
    *ret_token = platform.token;
    err = platform_ask(&platform, method, message, &job, fault);
    if (err == ERR_OK) {
        job_print(&platform, job.job);
        message_release(MSG_job, &job);
    }
    platform_close(&platform);
    return err;
}

err_t cancel_command(const args_t *args, fault_t *fault)
{
    msg_by_id_t by_id = {0};
    err_t err = args_word(args, 0, "the job", &by_id.id, fault);
    return err ? err : change_job(args, METHOD_job_cancel, &by_id, &by_id.token, fault);
}

err_t steer_command(const args_t *args, fault_t *fault)
{
    msg_job_steer_t steer = {0};
    err_t err = args_word(args, 0, "the job", &steer.id, fault);
    err = err ? err : args_word(args, 1, "go, pause or stop", &steer.wish, fault);
    return err ? err : change_job(args, METHOD_job_steer, &steer, &steer.token, fault);
}
