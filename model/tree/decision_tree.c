// SPDX-License-Identifier: MPL-2.0
#include "model/tree/decision_tree.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/core/lesson.h"
#include "model/tree/grower.h"
#include "model/tree/tree_onnx.h"
#include "model/tree/tree_pickle.h"

static const param_t PARAMS[] = {
#define FEATURES "null"
#define FEATURES_WORDS "sqrt|log2"
#include "model/tree/growth_params.def"
    {0},
};

static err_t grow(const lesson_t *lesson, const fit_t *how, const growth_t *growth, tree_t *tree,
                  fault_t *fault)
{
    columns_t columns = {0};
    err_t err = columns_make(&lesson->matrix, growth->features, how->threads, &columns, fault);
    if (err != ERR_OK) {
        return err;
    }
    sample_t *samples = growth_samples(how->params, lesson);
    grower_t *grower = grower_new(growth, &columns);
    err = grower_grow(grower, samples, how->seed, how->progress, tree, fault);
    grower_destroy(&grower);
    free(samples);
    columns_release(&columns);
    return err;
}

static err_t fit(model_t *model, const lesson_t *lesson, const fit_t *how, fault_t *fault)
{
    growth_t growth;
    tree_t tree;
    err_t err = growth_read(how->params, lesson, &growth, fault);
    if (err == ERR_OK) {
        err = grow(lesson, how, &growth, &tree, fault);
    }
    if (err == ERR_OK) {
        model->state = mem_new(sizeof tree);
        *(tree_t *)model->state = tree;
    }
    return err;
}

static void predict(const model_t *model, const matrix_t *matrix, double *ret)
{
    const tree_t *tree = model->state;
    for (size_t i = 0; i < matrix->rows; i++) {
        const double *answer = tree_answer(tree, matrix->x + i * matrix->columns);
        ret[i] =
            model->task == TASK_CLASSIFY ? (double)lesson_largest(answer, tree->width) : answer[0];
    }
}

static void probabilities(const model_t *model, const matrix_t *matrix, double *ret)
{
    const tree_t *tree = model->state;
    for (size_t i = 0; i < matrix->rows; i++) {
        const double *answer = tree_answer(tree, matrix->x + i * matrix->columns);
        for (size_t k = 0; k < tree->width; k++) {
            *ret++ = answer[k];
        }
    }
}

static void importances(const model_t *model, double *ret)
{
    for (size_t j = 0; j < model->columns; j++) {
        ret[j] = 0;
    }
    tree_importances(model->state, model->columns, ret);
}

static void pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    tree_pickle(model, model->state, classes, out);
}

static void onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret)
{
    tree_onnx(model, model->state, 1, graph, rows, ret);
}

static json_t *to_json(const model_t *model)
{
    return tree_to_json(model->state, model->columns);
}

static err_t from_json(model_t *model, const json_t *json, fault_t *fault)
{
    tree_t tree;
    size_t width = model->task == TASK_CLASSIFY ? model->classes : 1;
    err_t err = tree_from_json(json, model->columns, width, &tree, fault);
    if (err == ERR_OK) {
        model->state = mem_new(sizeof tree);
        *(tree_t *)model->state = tree;
    }
    return err;
}

static void release(model_t *model)
{
    tree_release(model->state);
    free(model->state);
}

const estimator_t DECISION_TREE = {
    .name = "decision_tree",
    .title = "Decision tree",
    .help = "Asks one question after another, each about one column; easy to read.",
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
