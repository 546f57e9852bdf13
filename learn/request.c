// SPDX-License-Identifier: MPL-2.0
#include "learn/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/value/levels.h"
#include "learn/request_columns.h"
#include "learn/request_parameters.h"
#include "learn/request_search.h"
#include "learn/setting.h"
#include "model/score/score.h"

const char *request_algorithm(task_t task)
{
    return task == TASK_CLASSIFY  ? "svc"
           : task == TASK_REGRESS ? "random_forest"
           : task == TASK_CLUSTER ? "k_means"
                                  : "one_class_svm";
}

static const char *algorithm_remedy(task_t task)
{
    return task == TASK_CLASSIFY  ? "use one that classifies, or set 'task' to regress"
           : task == TASK_REGRESS ? "use one for numbers, or set 'task' to classify"
           : task == TASK_CLUSTER ? "use one that finds groups, such as k_means"
                                  : "use one that finds outliers, such as one_class_svm";
}

static err_t read_estimator(const json_t *json, request_t *request, fault_t *fault)
{
    const json_t *given = json_object_get(json, "algorithm");
    const char *name = given ? json_string_value(given) : request_algorithm(request->task);
    if (name && strcmp(name, "auto") == 0 && task_has_target(request->task)) {
        request->search.method = SEARCH_AUTO;
        name = "dummy"; // until the search has found a better one
    }
    request->estimator = name ? estimator_find(name) : NULL;
    if (!request->estimator) {
        bool target = task_has_target(request->task);
        return setting_fail(fault, "algorithm",
                            target
                                ? "use one that 'autodp estimators' lists"
                                : "name one: without a target nothing tells which one is better");
    }
    return request->estimator->tasks & request->task
               ? ERR_OK
               : setting_fail(fault, "algorithm", algorithm_remedy(request->task));
}

// The task as it is said; 0: it follows from the target.
static err_t read_task(const json_t *json, request_t *request, fault_t *fault)
{
    const json_t *given = json_object_get(json, "task");
    if (!given || json_is_null(given)) {
        request->task = (task_t)0;
        return ERR_OK;
    }
    const char *name = json_string_value(given);
    return name && task_by_name(name, &request->task)
               ? ERR_OK
               : setting_fail(fault, "task", "use classify, regress, cluster or outlier");
}

// Nothing judges what has no target.
static err_t check_judged(const json_t *json, const request_t *request, fault_t *fault)
{
    const char *remedy = "leave it out: without a target nothing tells what is better";
    const json_t *search = json_object_get(json, "search");
    if (task_has_target(request->task)) {
        return ERR_OK;
    }
    return search && !json_is_null(search) ? setting_fail(fault, "search", remedy)
           : request->folds > 0            ? setting_fail(fault, "folds", remedy)
           : request->score                ? setting_fail(fault, "score", remedy)
           : request->learning_curve       ? setting_fail(fault, "learning_curve", remedy)
                                           : ERR_OK;
}

// The name of the score lives as long as the program.
static err_t read_score(const json_t *json, request_t *request, fault_t *fault)
{
    const json_t *given = json_object_get(json, "score");
    bool classes = request->task == TASK_CLASSIFY;
    if (!given || json_is_null(given)) {
        return ERR_OK;
    }
    request->score = score_find(classes, json_string_value(given));
    return request->score
               ? ERR_OK
               : setting_fail(fault, "score",
                              classes ? "use a score of labels: accuracy, f1_macro, roc_auc, ..."
                                      : "use a score of numbers: r2, rmse, mae, ...");
}

// How the rows are divided. A group as a feature would tell the model what it must not know.
static err_t read_division(const json_t *json, const json_t *columns, const levels_t *table,
                           request_t *request, fault_t *fault)
{
    err_t err = division_read(json_object_get(json, "split"), columns, table, request->task,
                              request->target, &request->division, fault);
    for (size_t i = 0; i < request->features_count && err == ERR_OK; i++) {
        if (request->division.kind == DIVIDE_GROUP &&
            request->features[i] == request->division.column) {
            const char *name = json_string_value(
                json_object_get(json_array_get(columns, request->features[i]), "name"));
            err = fault_set(fault, ERR_HYPERPARAMETER, "take it out of the features",
                            "'split': the groups' column '%.100s' is among the features", name);
            fault_at(fault, 0, 0, name);
        }
    }
    return err;
}

static err_t read_rest(const json_t *json, request_t *request, fault_t *fault)
{
    double seed = (double)request->seed;
    double folds = 0;
    err_t err = setting_number(json, "test_size", REQUEST_TEST_SIZE_MIN, REQUEST_TEST_SIZE_MAX,
                               "use a number above 0 and at most 0.9", &request->test_size, fault);
    if (err == ERR_OK) {
        err = setting_whole(json, "folds", 0, REQUEST_FOLDS_MAX, "use a whole number from 2 to 20",
                            &folds, fault);
    }
    if (err == ERR_OK && folds == 1) {
        err = setting_fail(fault, "folds", "use a whole number from 2 to 20");
    }
    if (err == ERR_OK) {
        err = setting_whole(json, "seed", 0, REQUEST_SEED_MAX, "use a whole number, 0 or more",
                            &seed, fault);
    }
    err = err == ERR_OK ? read_score(json, request, fault) : err;
    err =
        err == ERR_OK ? setting_flag(json, "learning_curve", &request->learning_curve, fault) : err;
    err = err == ERR_OK ? setting_flag(json, "refit", &request->refit, fault) : err;
    request->folds = (size_t)folds;
    request->seed = (int64_t)seed;
    err = err == ERR_OK ? check_judged(json, request, fault) : err;
    err = err == ERR_OK ? request_search(json, request, fault) : err;
    if (request->search.method != SEARCH_NONE && request->folds == 0) {
        request->folds = REQUEST_FOLDS;
    }
    return err;
}

static err_t parse(const json_t *json, const json_t *columns, const levels_t *table,
                   request_t *request, fault_t *fault)
{
    err_t err = read_task(json, request, fault);
    if (err == ERR_OK) {
        err = request_target(json, columns, table, request, fault);
    }
    if (err == ERR_OK) {
        err = request_features(json, table, request, fault);
    }
    if (err == ERR_OK) {
        err = read_estimator(json, request, fault);
    }
    if (err == ERR_OK && request->estimator) {
        err = request_parameters(json_object_get(json, "parameters"), request, fault);
    }
    err = err == ERR_OK ? read_division(json, columns, table, request, fault) : err;
    return err == ERR_OK ? read_rest(json, request, fault) : err;
}

// The names of the table's columns, in their order.
static levels_t *names_of(const json_t *description)
{
    const json_t *columns = json_object_get(description, "columns");
    levels_t *names = levels_new(json_array_size(columns), SIZE_MAX);
    size_t i;
    json_t *column;
    json_array_foreach(columns, i, column)
    {
        const char *name = json_string_value(json_object_get(column, "name"));
        levels_add(names, name, strlen(name), 1);
    }
    return names;
}

err_t request_parse(const json_t *json, const json_t *description, request_t *ret_request,
                    fault_t *fault)
{
    levels_t *names = names_of(description);
    request_t request = {.test_size = 0.2, .refit = true, .seed = 42};
    err_t err = parse(json, json_object_get(description, "columns"), names, &request, fault);
    levels_destroy(&names);
    if (err != ERR_OK) {
        request_release(&request);
        return err;
    }
    *ret_request = request;
    return ERR_OK;
}

void request_release(request_t *request)
{
    free(request->features);
    json_decref(request->weights);
    json_decref(request->parameters);
    json_decref(request->search.space);
    *request = (request_t){0};
}
