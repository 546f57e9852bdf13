// SPDX-License-Identifier: MPL-2.0
#include "learn/request.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/value/levels.h"
#include "learn/request_search.h"
#include "learn/setting.h"
#include "model/score/score.h"

static err_t read_weights(const json_t *json, request_t *request, fault_t *fault)
{
    json_t *given = json_object_get(json, "class_weight");
    const char *name = json_string_value(given);
    const char *remedy = "use null, balanced, or a map of label to a number above 0";
    if (!given || json_is_null(given)) {
        return ERR_OK;
    }
    if (name && strcmp(name, "balanced") == 0) {
        request->weight_kind = WEIGHT_BALANCED;
        return ERR_OK;
    }
    if (!json_is_object(given)) {
        return setting_fail(fault, "class_weight", remedy);
    }
    const char *label;
    json_t *weight;
    json_object_foreach(given, label, weight)
    {
        double number = json_number_value(weight);
        if (!json_is_number(weight) || !isfinite(number) || number <= 0) {
            return setting_fail(fault, "class_weight", remedy);
        }
    }
    request->weight_kind = WEIGHT_MAP;
    request->weights = json_incref(given);
    return ERR_OK;
}

static bool has_parameter(const request_t *request, const char *name)
{
    for (const param_t *param = request->estimator->params; param->name; param++) {
        if (strcmp(param->name, name) == 0) {
            return true;
        }
    }
    return false;
}

// The estimator's parameters. Classes are weighed by the estimator when it knows how, else here.
static err_t read_parameters(const json_t *json, request_t *request, fault_t *fault)
{
    if (json && !json_is_null(json) && !json_is_object(json)) {
        return setting_fail(fault, "parameters", "use an object");
    }
    err_t err = read_weights(json, request, fault);
    json_t *own = json_is_object(json) ? json_copy((json_t *)json) : json_object();
    if (request->weight_kind != WEIGHT_BALANCED || !has_parameter(request, "class_weight")) {
        json_object_del(own, "class_weight");
    } else {
        request->weight_kind = WEIGHT_NONE; // it is the estimator's own
    }
    err = err == ERR_OK ? params_read(request->estimator->params, own, &request->parameters, fault)
                        : err;
    json_decref(own);
    if (err == ERR_OK && request->weight_kind != WEIGHT_NONE && request->task != TASK_CLASSIFY) {
        return setting_fail(fault, "class_weight", "leave it out: there are no classes");
    }
    return err;
}

static err_t read_column(const json_t *json, const char *what, const levels_t *table,
                         size_t *ret_column, fault_t *fault)
{
    const char *name = json_string_value(json);
    if (!name) {
        return setting_fail(fault, what, "name a column of the table");
    }
    int64_t column = levels_find(table, name, strlen(name));
    if (column == LEVELS_UNKNOWN) {
        fault_set(fault, ERR_COLUMN_UNKNOWN, "name a column of the table as it was uploaded",
                  "there is no column '%s'", name);
        fault_at(fault, 0, 0, name);
        return ERR_COLUMN_UNKNOWN;
    }
    *ret_column = (size_t)column;
    return ERR_OK;
}

static err_t add_feature(const char *name, size_t column, request_t *request, fault_t *fault)
{
    err_t err = ERR_OK;
    if (column == request->target) {
        err = fault_set(fault, ERR_TARGET, "take it out of the features",
                        "the target '%s' is among the features", name);
    }
    for (size_t i = 0; i < request->features_count; i++) {
        if (request->features[i] == column) {
            err = fault_set(fault, ERR_HYPERPARAMETER, "name it once",
                            "'%s' stands twice in 'features'", name);
        }
    }
    if (err != ERR_OK) {
        fault_at(fault, 0, 0, name);
        return err;
    }
    request->features[request->features_count++] = column;
    return ERR_OK;
}

static err_t read_features(const json_t *json, const levels_t *table, request_t *request,
                           fault_t *fault)
{
    const json_t *features = json_object_get(json, "features");
    size_t count = json_array_size(features);
    if (count == 0 || count > levels_count(table)) {
        return setting_fail(fault, "features", "name at least one column of the table");
    }
    request->features = mem_array(count, sizeof *request->features);
    for (size_t i = 0; i < count; i++) {
        size_t column = 0;
        err_t err = read_column(json_array_get(features, i), "features", table, &column, fault);
        if (err == ERR_OK) {
            err =
                add_feature(json_string_value(json_array_get(features, i)), column, request, fault);
        }
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}

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

// Texts and truth values are classes; numbers are when there are few of them.
static task_t usual_task(const json_t *column)
{
    const char *type = json_string_value(json_object_get(column, "type"));
    bool number = type && (strcmp(type, "float") == 0 || strcmp(type, "integer") == 0);
    json_int_t distinct = json_integer_value(json_object_get(column, "distinct"));
    return number && distinct > REQUEST_CLASSES ? TASK_REGRESS : TASK_CLASSIFY;
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

// The target, if the task has one, and what it says of the task.
static err_t read_target(const json_t *json, const json_t *columns, const levels_t *table,
                         request_t *request, fault_t *fault)
{
    const json_t *given = json_object_get(json, "target");
    if (request->task && !task_has_target(request->task)) {
        request->target = REQUEST_NO_TARGET;
        return !given || json_is_null(given)
                   ? ERR_OK
                   : setting_fail(fault, "target", "leave it out: the task predicts no column");
    }
    err_t err = read_column(given, "target", table, &request->target, fault);
    if (err != ERR_OK) {
        return err;
    }
    const json_t *column = json_array_get(columns, request->target);
    const char *type = json_string_value(json_object_get(column, "type"));
    bool number = type && (strcmp(type, "float") == 0 || strcmp(type, "integer") == 0);
    request->task = request->task ? request->task : usual_task(column);
    return request->task == TASK_CLASSIFY || number
               ? ERR_OK
               : setting_fail(fault, "task", "use classify: the target is no number");
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
        err = read_target(json, columns, table, request, fault);
    }
    if (err == ERR_OK) {
        err = read_features(json, table, request, fault);
    }
    if (err == ERR_OK) {
        err = read_estimator(json, request, fault);
    }
    if (err == ERR_OK && request->estimator) {
        err = read_parameters(json_object_get(json, "parameters"), request, fault);
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
