// SPDX-License-Identifier: MPL-2.0
#include "model/core/estimator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct {
    task_t task;
    const char *name;
} TASKS[] = {{TASK_CLASSIFY, "classify"},
             {TASK_REGRESS, "regress"},
             {TASK_CLUSTER, "cluster"},
             {TASK_OUTLIER, "outlier"}};

const char *task_name(task_t task)
{
    for (size_t i = 0; i < sizeof TASKS / sizeof TASKS[0]; i++) {
        if (TASKS[i].task == task) {
            return TASKS[i].name;
        }
    }
    return "";
}

bool task_has_target(task_t task)
{
    return task == TASK_CLASSIFY || task == TASK_REGRESS;
}

bool task_by_name(const char *name, task_t *ret_task)
{
    for (size_t i = 0; name && i < sizeof TASKS / sizeof TASKS[0]; i++) {
        if (strcmp(TASKS[i].name, name) == 0) {
            *ret_task = TASKS[i].task;
            return true;
        }
    }
    return false;
}

static err_t check(const estimator_t *estimator, const lesson_t *lesson, fault_t *fault)
{
    if (!(estimator->tasks & lesson->task)) {
        return fault_set(fault, ERR_HYPERPARAMETER, "choose another estimator", "%s does not %s",
                         estimator->name, task_name(lesson->task));
    }
    if (estimator->rows_max > 0 && lesson->matrix.rows > estimator->rows_max) {
        char remedy[FAULT_REMEDY_MAX];
        const char *instead = estimator->instead;
        snprintf(remedy, sizeof remedy, "use %s%sfewer rows", instead ? instead : "",
                 instead ? ", or " : "");
        return fault_set(fault, ERR_TOO_LARGE, remedy,
                         "%s takes at most %zu rows: more would need days, and there are %zu",
                         estimator->name, estimator->rows_max, lesson->matrix.rows);
    }
    return ERR_OK;
}

// Row weights that have the classes' in them.
static double *combine(const lesson_t *lesson)
{
    double *weights = mem_array(lesson->matrix.rows, sizeof *weights);
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        double own = lesson->weights ? lesson->weights[i] : 1;
        weights[i] = own * lesson->class_weights[lesson->classes[i]];
    }
    return weights;
}

static err_t fit_weighed(model_t *model, const lesson_t *lesson, const fit_t *fit, fault_t *fault)
{
    const estimator_t *estimator = model->estimator;
    if (!lesson->class_weights || estimator->weighs_classes) {
        return estimator->fit(model, lesson, fit, fault);
    }
    lesson_t weighed = *lesson;
    double *weights = combine(lesson);
    weighed.weights = weights;
    weighed.class_weights = NULL;
    err_t err = estimator->fit(model, &weighed, fit, fault);
    free(weights);
    return err;
}

err_t model_fit(const estimator_t *estimator, const lesson_t *lesson, const fit_t *fit,
                model_t **ret_model, fault_t *fault)
{
    err_t err = check(estimator, lesson, fault);
    if (err != ERR_OK) {
        return err;
    }
    model_t *model = mem_new(sizeof *model);
    *model = (model_t){.estimator = estimator,
                       .task = lesson->task,
                       .columns = lesson->matrix.columns,
                       .classes = lesson->task == TASK_CLASSIFY ? lesson->classes_count : 0,
                       .params = json_incref((json_t *)fit->params),
                       .seed = fit->seed};
    err = fit_weighed(model, lesson, fit, fault);
    if (err != ERR_OK) {
        model_destroy(&model);
        return err;
    }
    *ret_model = model;
    return ERR_OK;
}

json_t *model_to_json(const model_t *model)
{
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:O, s:o}", "estimator", model->estimator->name,
                     "task", task_name(model->task), "columns", (json_int_t)model->columns,
                     "classes", (json_int_t)model->classes, "seed", (json_int_t)model->seed,
                     "params", model->params, "state", model->estimator->to_json(model));
}

static const estimator_t *find(const estimator_t *const *estimators, const char *name)
{
    for (; name && *estimators; estimators++) {
        if (strcmp((*estimators)->name, name) == 0) {
            return *estimators;
        }
    }
    return NULL;
}

static bool read_head(model_t *model, const json_t *json)
{
    json_int_t columns = json_integer_value(json_object_get(json, "columns"));
    json_int_t classes = json_integer_value(json_object_get(json, "classes"));
    bool task = task_by_name(json_string_value(json_object_get(json, "task")), &model->task);
    model->columns = columns > 0 && columns <= MODEL_COLUMNS_MAX ? (size_t)columns : 0;
    model->classes = classes > 0 && classes <= MODEL_CLASSES_MAX ? (size_t)classes : 0;
    model->seed = (uint64_t)json_integer_value(json_object_get(json, "seed"));
    return task && model->columns > 0 && (model->estimator->tasks & model->task) &&
           (model->task != TASK_CLASSIFY || model->classes >= 2);
}

err_t model_from_json(const json_t *json, const estimator_t *const *estimators, model_t **ret_model,
                      fault_t *fault)
{
    const char *name = json_string_value(json_object_get(json, "estimator"));
    const estimator_t *estimator = find(estimators, name);
    if (!estimator) {
        return fault_set(fault, ERR_UNSUPPORTED, "use a newer AutoDP",
                         "there is no estimator '%.100s'", name ? name : "");
    }
    model_t *model = mem_new(sizeof *model);
    model->estimator = estimator;
    err_t err =
        params_read(estimator->params, json_object_get(json, "params"), &model->params, fault);
    if (err == ERR_OK && !read_head(model, json)) {
        err = fault_set(fault, ERR_CORRUPT, "train the model again",
                        "the model's document is damaged");
    }
    if (err == ERR_OK) {
        err = estimator->from_json(model, json_object_get(json, "state"), fault);
    }
    if (err != ERR_OK) {
        model_destroy(&model);
        return err;
    }
    *ret_model = model;
    return ERR_OK;
}

void model_destroy(model_t **model)
{
    if (!*model) {
        return;
    }
    if ((*model)->state) {
        (*model)->estimator->release(*model);
    }
    json_decref((*model)->params);
    free(*model);
    *model = NULL;
}
