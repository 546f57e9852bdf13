// SPDX-License-Identifier: MPL-2.0
#include "model/tree/random_forest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/document.h"
#include "model/core/lesson.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"
#include "model/tree/forest.h"
#include "model/tree/tree_onnx.h"
#include "model/tree/tree_pickle.h"

enum { TREES_MAX = 10000 };

static const param_t PARAMS[] = {
    {.name = "n_estimators",
     .type = PARAM_INTEGER,
     .initial = "100",
     .min = 1,
     .max = TREES_MAX,
     .search = "{\"from\": 50, \"to\": 500, \"scale\": \"log\", \"integer\": true}",
     .help = "How many trees: more are better, and take longer."},
#define FEATURES "\"auto\"" // sqrt for classes, all for numbers, as scikit-learn has it
#define FEATURES_WORDS "auto|sqrt|log2"
#include "model/tree/growth_params.def"
    {.name = "bootstrap",
     .type = PARAM_BOOLEAN,
     .initial = "true",
     .help = "Each tree draws its own rows; otherwise all trees learn from all."},
    {.name = "max_samples",
     .type = PARAM_NUMBER,
     .initial = "null",
     .min = 1e-9,
     .max = 1e9,
     .optional = true,
     .help = "A tree draws so many rows: an integer is their number, a fraction up to 1.0 a part "
             "of all, null as many as there are."},
    {.name = "oob_score",
     .type = PARAM_BOOLEAN,
     .initial = "false",
     .help = "Score each row by the trees that did not draw it."},
    {0},
};

static err_t read_draws(const json_t *params, size_t rows, size_t *ret, fault_t *fault)
{
    bool all = params_is_null(params, "max_samples");
    bool part = json_is_real(json_object_get(params, "max_samples"));
    double count = params_number(params, "max_samples") * (part ? (double)rows : 1);
    if (!params_flag(params, "bootstrap") && (!all || params_flag(params, "oob_score"))) {
        return fault_set(fault, ERR_HYPERPARAMETER, "set bootstrap to true",
                         "'%s' needs trees that draw rows", all ? "oob_score" : "max_samples");
    }
    if (!all && count > (double)rows) {
        return fault_set(fault, ERR_HYPERPARAMETER,
                         "use an integer up to the number of rows, or a fraction up to 1.0",
                         "'max_samples' is more than the %zu rows there are", rows);
    }
    *ret = !params_flag(params, "bootstrap") ? 0 : all ? rows : (size_t)fmax(1, rint(count));
    return ERR_OK;
}

static err_t fit(model_t *model, const lesson_t *lesson, const fit_t *how, fault_t *fault)
{
    growth_t growth;
    forest_t forest;
    forestry_t forestry = {.trees = (size_t)params_integer(how->params, "n_estimators"),
                           .out_of_bag = params_flag(how->params, "oob_score")};
    err_t err = growth_read(how->params, lesson, &growth, fault);
    if (err == ERR_OK) {
        err = read_draws(how->params, lesson->matrix.rows, &forestry.draws, fault);
    }
    if (err == ERR_OK) {
        err = forest_grow(lesson, how, &growth, &forestry, &forest, fault);
    }
    if (err == ERR_OK) {
        model->state = mem_new(sizeof forest);
        *(forest_t *)model->state = forest;
    }
    return err;
}

static void probabilities(const model_t *model, const matrix_t *matrix, double *ret)
{
    forest_answer(model->state, matrix, ret);
}

static void predict(const model_t *model, const matrix_t *matrix, double *ret)
{
    if (model->task != TASK_CLASSIFY) {
        forest_answer(model->state, matrix, ret);
        return;
    }
    double *shares = mem_array(matrix->rows * model->classes, sizeof *shares);
    forest_answer(model->state, matrix, shares);
    for (size_t i = 0; i < matrix->rows; i++) {
        ret[i] = (double)lesson_largest(shares + i * model->classes, model->classes);
    }
    free(shares);
}

static void importances(const model_t *model, double *ret)
{
    const forest_t *forest = model->state;
    size_t telling = 0;
    memset(ret, 0, model->columns * sizeof *ret);
    for (size_t i = 0; i < forest->count; i++) {
        telling += tree_importances(&forest->trees[i], model->columns, ret);
    }
    for (size_t j = 0; j < model->columns && telling > 0; j++) {
        ret[j] /= (double)telling;
    }
}

// The tree that others are made from has a name a version: estimator_ from 1.2 on.
static void pickle_pattern(const char *name, buf_t *out)
{
    static const char *const keys[] = {"estimator_", "_estimator", "base_estimator_"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        pickle_text(out, keys[i]);
        pickle_new(out, "sklearn.tree", name);
    }
}

static void pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    const forest_t *forest = model->state;
    state_begin(out, "sklearn.ensemble",
                classes ? "RandomForestClassifier" : "RandomForestRegressor");
    tree_pickle_params(model->params, out);
    state_integer(out, "n_estimators", (int64_t)forest->count);
    state_bool(out, "bootstrap", params_flag(model->params, "bootstrap"));
    state_integer(out, "n_features_in_", (int64_t)model->columns);
    state_integer(out, "n_features_", (int64_t)model->columns); // before 1.0
    state_integer(out, "n_outputs_", 1);
    if (classes) {
        state_integer(out, "n_classes_", (int64_t)model->classes);
        pickle_text(out, "classes_");
        pickle_names(out, classes);
    }
    if (isfinite(forest->out_of_bag)) {
        state_bool(out, "oob_score", true);
        state_float(out, "oob_score_", forest->out_of_bag);
    }
    pickle_pattern(classes ? "DecisionTreeClassifier" : "DecisionTreeRegressor", out);
    pickle_text(out, "estimators_");
    pickle_list(out);
    for (size_t i = 0; i < forest->count; i++) {
        tree_pickle(model, &forest->trees[i], NULL, out);
    }
    pickle_list_end(out);
    state_end(out);
}

static void onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret)
{
    const forest_t *forest = model->state;
    tree_onnx(model, forest->trees, forest->count, graph, rows, ret);
}

static json_t *to_json(const model_t *model)
{
    const forest_t *forest = model->state;
    json_t *trees = json_array();
    for (size_t i = 0; i < forest->count; i++) {
        json_array_append_new(trees, tree_to_json(&forest->trees[i], model->columns));
    }
    json_t *score = isfinite(forest->out_of_bag) ? json_real(forest->out_of_bag) : json_null();
    return json_pack("{s:o, s:o}", "trees", trees, "out_of_bag", score);
}

static err_t from_json(model_t *model, const json_t *json, fault_t *fault)
{
    const json_t *trees = json_object_get(json, "trees");
    const json_t *score = json_object_get(json, "out_of_bag");
    size_t width = model->task == TASK_CLASSIFY ? model->classes : 1;
    size_t count = json_array_size(trees);
    bool scored = json_is_number(score) || json_is_null(score);
    if (!scored || (int64_t)count != params_integer(model->params, "n_estimators")) {
        return document_damaged(fault);
    }
    forest_t forest = {.trees = mem_array(count, sizeof *forest.trees),
                       .out_of_bag = json_is_number(score) ? json_number_value(score) : NAN};
    err_t err = ERR_OK;
    for (; forest.count < count && err == ERR_OK; forest.count++) {
        err = tree_from_json(json_array_get(trees, forest.count), model->columns, width,
                             &forest.trees[forest.count], fault);
    }
    if (err != ERR_OK) {
        forest_release(&forest);
        return err;
    }
    model->state = mem_new(sizeof forest);
    *(forest_t *)model->state = forest;
    return ERR_OK;
}

static void release(model_t *model)
{
    forest_release(model->state);
    free(model->state);
}

const estimator_t RANDOM_FOREST = {
    .name = "random_forest",
    .title = "Random forest",
    .help = "Averages many trees, each grown from random rows and columns; seldom needs tuning.",
    .tasks = TASK_CLASSIFY | TASK_REGRESS,
    .params = PARAMS,
    .fit = fit,
    .predict = predict,
    .probabilities = probabilities,
    .importances = importances,
    .pickle = pickle,
    .onnx = onnx,
    .to_json = to_json,
    .from_json = from_json,
    .release = release,
};
