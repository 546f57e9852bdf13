// SPDX-License-Identifier: MPL-2.0
#include "learn/portion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "model/score/score.h"

portion_t portion_take(const examples_t *examples, const sample_t *sample, const uint8_t *keep,
                       uint8_t value)
{
    size_t columns = examples->columns;
    size_t rows = 0;
    for (size_t i = 0; i < sample->count; i++) {
        rows += keep[i] == value;
    }
    double *x = mem_array(rows * columns + 1, sizeof *x);
    portion_t portion = {.matrix = {x, rows, columns},
                         .classes = mem_array(rows + 1, sizeof *portion.classes),
                         .targets = mem_array(rows + 1, sizeof *portion.targets)};
    size_t next = 0;
    for (size_t i = 0; i < sample->count; i++) {
        if (keep[i] == value) {
            memcpy(x + next * columns, examples->x + i * columns, columns * sizeof *x);
            portion.classes[next] = sample->classes[i];
            portion.targets[next++] = sample->targets[i];
        }
    }
    return portion;
}

static err_t weigh_by_map(const labels_t *labels, const json_t *map, double *weights,
                          fault_t *fault)
{
    const char *name;
    json_t *weight;
    json_object_foreach((json_t *)map, name, weight)
    {
        int64_t label = levels_find(labels->index, name, strlen(name));
        if (label == LEVELS_UNKNOWN) {
            return fault_set(fault, ERR_HYPERPARAMETER, "use labels of the target column",
                             "'class_weight': there is no label '%.100s'", name);
        }
        weights[label] = json_number_value(weight);
    }
    return ERR_OK;
}

static void balance(const portion_t *portion, size_t classes, double *weights)
{
    size_t *counts = mem_array(classes, sizeof *counts);
    for (size_t i = 0; i < portion->matrix.rows; i++) {
        counts[portion->classes[i]]++;
    }
    for (size_t c = 0; c < classes; c++) {
        weights[c] = (double)portion->matrix.rows / ((double)classes * (double)counts[c]);
    }
    free(counts);
}

err_t portion_weigh(const portion_t *portion, const labels_t *labels, const request_t *request,
                    double **ret_weights, fault_t *fault)
{
    *ret_weights = NULL;
    if (request->weight_kind == WEIGHT_NONE) {
        return ERR_OK;
    }
    double *weights = mem_array(labels->count, sizeof *weights);
    for (size_t c = 0; c < labels->count; c++) {
        weights[c] = 1;
    }
    err_t err = ERR_OK;
    if (request->weight_kind == WEIGHT_BALANCED) {
        balance(portion, labels->count, weights);
    } else {
        err = weigh_by_map(labels, request->weights, weights, fault);
    }
    if (err != ERR_OK) {
        free(weights);
        return err;
    }
    *ret_weights = weights;
    return ERR_OK;
}

err_t portion_fit(const portion_t *portion, const labels_t *labels, const request_t *request,
                  const progress_t *progress, model_t **ret_model, fault_t *fault)
{
    double *weights = NULL;
    err_t err = portion_weigh(portion, labels, request, &weights, fault);
    if (err != ERR_OK) {
        return err;
    }
    lesson_t lesson = {.matrix = portion->matrix,
                       .task = request->task,
                       .classes = portion->classes,
                       .classes_count = labels->count,
                       .targets = portion->targets,
                       .class_weights = weights};
    fit_t fit = {.params = request->parameters,
                 .seed = (uint64_t)request->seed,
                 .threads = parallel_threads(request->threads),
                 .progress = progress};
    err = model_fit(request->estimator, &lesson, &fit, ret_model, fault);
    free(weights);
    return err;
}

static json_t *score_labels(const portion_t *portion, const model_t *model, const double *said,
                            int64_t *ret_confusion)
{
    size_t rows = portion->matrix.rows;
    int32_t *predicted = mem_array(rows, sizeof *predicted);
    double *probabilities = NULL;
    for (size_t i = 0; i < rows; i++) {
        predicted[i] = (int32_t)said[i];
        if (ret_confusion) {
            ret_confusion[(size_t)portion->classes[i] * model->classes + (size_t)predicted[i]]++;
        }
    }
    if (model->estimator->probabilities) {
        probabilities = mem_array(rows * model->classes, sizeof *probabilities);
        model->estimator->probabilities(model, &portion->matrix, probabilities);
    }
    class_verdicts_t verdicts = {portion->classes, predicted, probabilities, rows, model->classes};
    json_t *scores = score_classes(&verdicts);
    free(predicted);
    free(probabilities);
    return scores;
}

static json_t *score_grouping(const portion_t *portion, const model_t *model, const double *said)
{
    size_t rows = portion->matrix.rows;
    int32_t *groups = mem_array(rows, sizeof *groups);
    double *squares = mem_array(rows, sizeof *squares);
    for (size_t i = 0; i < rows; i++) {
        groups[i] = (int32_t)said[i];
    }
    model->estimator->squares(model, &portion->matrix, squares);
    group_verdicts_t verdicts = {portion->matrix.x, rows,   portion->matrix.columns, groups,
                                 model->classes,    squares};
    json_t *scores = score_groups(&verdicts, model->seed);
    free(groups);
    free(squares);
    return scores;
}

json_t *portion_score(const portion_t *portion, const model_t *model, int64_t *ret_confusion)
{
    size_t rows = portion->matrix.rows;
    if (rows == 0) {
        return NULL;
    }
    double *said = mem_array(rows, sizeof *said);
    model->estimator->predict(model, &portion->matrix, said);
    json_t *scores;
    if (model->task == TASK_CLASSIFY) {
        scores = score_labels(portion, model, said, ret_confusion);
    } else if (model->task == TASK_REGRESS) {
        number_verdicts_t verdicts = {portion->targets, said, rows};
        scores = score_numbers(&verdicts);
    } else {
        scores = model->task == TASK_CLUSTER ? score_grouping(portion, model, said)
                                             : score_outliers(said, rows);
    }
    free(said);
    return scores;
}

// Probabilities alone are enough for a score that is made of them.
static double score_sure(const portion_t *portion, const model_t *model, const char *score)
{
    size_t rows = portion->matrix.rows;
    if (!model->estimator->probabilities) {
        return NAN;
    }
    double *probabilities = mem_array(rows * model->classes, sizeof *probabilities);
    model->estimator->probabilities(model, &portion->matrix, probabilities);
    class_verdicts_t verdicts = {portion->classes, portion->classes, probabilities, rows,
                                 model->classes};
    double value = score_of_classes(&verdicts, score);
    free(probabilities);
    return value;
}

double portion_score_alone(const portion_t *portion, const model_t *model, const char *score)
{
    size_t rows = portion->matrix.rows;
    bool classes = model->task == TASK_CLASSIFY;
    if (classes && score_needs_probabilities(score)) {
        return score_sure(portion, model, score);
    }
    double *said = mem_array(rows, sizeof *said);
    model->estimator->predict(model, &portion->matrix, said);
    double value;
    if (classes) {
        int32_t *predicted = mem_array(rows, sizeof *predicted);
        for (size_t i = 0; i < rows; i++) {
            predicted[i] = (int32_t)said[i];
        }
        class_verdicts_t verdicts = {portion->classes, predicted, NULL, rows, model->classes};
        value = score_of_classes(&verdicts, score);
        free(predicted);
    } else {
        number_verdicts_t verdicts = {portion->targets, said, rows};
        value = score_of_numbers(&verdicts, score);
    }
    free(said);
    return value;
}

void portion_release(portion_t *portion)
{
    free((double *)portion->matrix.x);
    free(portion->classes);
    free(portion->targets);
    *portion = (portion_t){0};
}
