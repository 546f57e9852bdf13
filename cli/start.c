// SPDX-License-Identifier: MPL-2.0
// The commands that start jobs: process and train.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/job.h"
#include "cli/learn.h"
#include "model/core/estimator.h"

static err_t create(platform_t *platform, const args_t *args, const msg_job_create_t *message,
                    fault_t *fault)
{
    msg_job_t job;
    err_t err = platform_ask(platform, METHOD_job_create, message, &job, fault);
    if (err) {
        return err;
    }
    char *id = mem_strdup(json_string_value(json_object_get(job.job, "id")));
    if (!args_has(args, "wait")) {
        job_print(platform, job.job);
    }
    message_release(MSG_job, &job);
    if (args_has(args, "wait")) {
        err = job_follow(platform, id, fault);
    }
    free(id);
    return err;
}

static err_t start(const args_t *args, const char *kind, json_t *training, json_t *output,
                   fault_t *fault)
{
    const char *id = "";
    json_t *recipe = NULL;
    platform_t platform;
    err_t err = args_word(args, 0, "the dataset", &id, fault);
    const char *file = args_value(args, "recipe", NULL);
    err = err ? err : file ? platform_read_json(file, &recipe, fault) : ERR_OK;
    err = err ? err : platform_open(args, &platform, fault);
    if (err == ERR_OK) {
        recipe = recipe ? recipe : json_array();
        msg_job_create_t message = {.token = platform.token,
                                    .kind = kind,
                                    .dataset = id,
                                    .recipe = recipe,
                                    .training = training,
                                    .output = output};
        err = create(&platform, args, &message, fault);
        platform_close(&platform);
    }
    json_decref(recipe);
    return err;
}

// How the file is to be written; NULL: as the table is.
static json_t *output_of(const args_t *args)
{
    static const char *const SWITCHES[][2] = {
        {"quote-all", "quote_all"}, {"bom", "bom"}, {"gzip", "gzip"}};
    json_t *output = json_object();
    if (args_has(args, "out-delimiter")) {
        json_object_set_new(output, "delimiter",
                            json_string(args_value(args, "out-delimiter", "")));
    }
    for (size_t i = 0; i < sizeof SWITCHES / sizeof SWITCHES[0]; i++) {
        if (args_has(args, SWITCHES[i][0])) {
            json_object_set_new(output, SWITCHES[i][1], json_true());
        }
    }
    if (json_object_size(output) > 0) {
        return output;
    }
    json_decref(output);
    return NULL;
}

err_t process_command(const args_t *args, fault_t *fault)
{
    json_t *output = output_of(args);
    err_t err = start(args, "process", NULL, output, fault);
    json_decref(output);
    return err;
}

static json_t *split_names(const char *names)
{
    json_t *list = json_array();
    char *copy = mem_strdup(names);
    char *rest;
    for (char *name = strtok_r(copy, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        json_array_append_new(list, json_string(name));
    }
    free(copy);
    return list;
}

// Sets a number of the request where the option was given.
static void set_number(const args_t *args, const char *option, json_t *json, const char *key)
{
    const char *text = args_value(args, option, NULL);
    char *end = NULL;
    double number = text ? strtod(text, &end) : 0;
    if (text) {
        bool good = *text && *end == '\0';
        json_object_set_new(json, key, good ? json_real(number) : json_string(text));
    }
}

// Sets what an option says as one JSON object: --params '{"C": 10}'.
static err_t set_object(const args_t *args, const char *option, json_t *json, const char *key,
                        fault_t *fault)
{
    const char *text = args_value(args, option, NULL);
    json_error_t error;
    if (!text) {
        return ERR_OK;
    }
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!object) {
        return fault_set(fault, ERR_INVALID, "write it as '{\"C\": 10}'",
                         "--%s is no JSON object: %s", option, error.text);
    }
    json_object_set_new(json, key, object);
    return ERR_OK;
}

static json_t *search_of(const args_t *args)
{
    json_t *search = json_object();
    if (args_has(args, "search")) {
        json_object_set_new(search, "method", json_string(args_value(args, "search", "")));
    }
    set_number(args, "budget", search, "budget");
    set_number(args, "trials", search, "trials");
    set_number(args, "trial-memory", search, "memory_mb");
    return search;
}

// How the rows are divided: --split KIND or KIND:COLUMN.
static json_t *split_of(const char *text)
{
    const char *colon = strchr(text, ':');
    size_t size = colon ? (size_t)(colon - text) : strlen(text);
    json_t *split = json_pack("{s:s%}", "kind", text, size);
    if (colon) {
        json_object_set_new(split, "column", json_string(colon + 1));
    }
    return split;
}

static void set_judging(const args_t *args, json_t *training)
{
    if (args_has(args, "split")) {
        json_object_set_new(training, "split", split_of(args_value(args, "split", "")));
    }
    if (args_has(args, "score")) {
        json_object_set_new(training, "score", json_string(args_value(args, "score", "")));
    }
    if (args_has(args, "learning-curve")) {
        json_object_set_new(training, "learning_curve", json_true());
    }
    if (args_has(args, "no-refit")) {
        json_object_set_new(training, "refit", json_false());
    }
}

static err_t training_of(const args_t *args, json_t **ret_training, fault_t *fault)
{
    json_t *training = json_object();
    if (args_has(args, "target")) {
        json_object_set_new(training, "target", json_string(args_value(args, "target", "")));
    }
    bool automatic = args_has(args, "auto");
    if (automatic || args_has(args, "algorithm")) {
        json_object_set_new(training, "algorithm",
                            json_string(automatic ? "auto" : args_value(args, "algorithm", "")));
    }
    if (args_has(args, "task")) {
        json_object_set_new(training, "task", json_string(args_value(args, "task", "")));
    }
    if (automatic || args_has(args, "search")) {
        json_object_set_new(training, "search", search_of(args));
    }
    if (args_has(args, "features")) {
        json_object_set_new(training, "features", split_names(args_value(args, "features", "")));
    }
    set_number(args, "test-size", training, "test_size");
    set_number(args, "folds", training, "folds");
    set_number(args, "seed", training, "seed");
    set_judging(args, training);
    *ret_training = training;
    json_t *search = json_object_get(training, "search");
    err_t err = set_object(args, "params", training, "parameters", fault);
    return err || !search ? err : set_object(args, "space", search, "space", fault);
}

static bool needs_target(const args_t *args)
{
    task_t task;
    return !args_has(args, "task") || !task_by_name(args_value(args, "task", ""), &task) ||
           task_has_target(task);
}

// Without --features, every column but the target and the one that divides the rows.
static err_t default_features(const args_t *args, json_t *training, fault_t *fault)
{
    const char *id = "";
    err_t err = args_word(args, 0, "the dataset", &id, fault);
    platform_t platform;
    err = err ? err : platform_open(args, &platform, fault);
    if (err) {
        return err;
    }
    msg_dataset_t dataset;
    msg_by_id_t by_id = {.token = platform.token, .id = id};
    err = platform_ask(&platform, METHOD_dataset_get, &by_id, &dataset, fault);
    if (err == ERR_OK) {
        const json_t *columns =
            json_object_get(json_object_get(dataset.dataset, "description"), "columns");
        json_t *features = json_array();
        const char *divides =
            json_string_value(json_object_get(json_object_get(training, "split"), "column"));
        for (size_t i = 0; i < json_array_size(columns); i++) {
            const char *name =
                json_string_value(json_object_get(json_array_get(columns, i), "name"));
            if (strcmp(name, args_value(args, "target", "")) != 0 &&
                (!divides || strcmp(name, divides) != 0)) {
                json_array_append_new(features, json_string(name));
            }
        }
        json_object_set_new(training, "features", features);
        message_release(MSG_dataset, &dataset);
    }
    platform_close(&platform);
    return err;
}

err_t train_command(const args_t *args, fault_t *fault)
{
    if (!args_has(args, "target") && needs_target(args)) {
        return fault_set(fault, ERR_INVALID,
                         "name the column to be predicted with --target, or give --task cluster or "
                         "outlier",
                         "the target is missing");
    }
    json_t *training = NULL;
    const char *word = NULL;
    err_t err = training_of(args, &training, fault);
    err = err ? err : args_word(args, 0, "the file or dataset", &word, fault);
    if (err == ERR_OK && access(word, R_OK) == 0) {
        err = learn_train(args, word, training, fault);
    } else if (err == ERR_OK) {
        err = args_has(args, "features") ? ERR_OK : default_features(args, training, fault);
        err = err ? err : start(args, "train", training, NULL, fault);
    }
    json_decref(training);
    return err;
}
