// SPDX-License-Identifier: MPL-2.0
#include "model/bayes/gaussian_nb.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/bayes/class_moments.h"
#include "model/core/document.h"
#include "model/core/lesson.h"
#include "model/onnx/onnx_ops.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

static const param_t PARAMS[] = {
    {.name = "priors",
     .type = PARAM_CHOICE,
     .initial = "null",
     .choices = "uniform",
     .optional = true,
     .help = "uniform: classes are equally likely; null: as frequent as in the rows."},
    {.name = "var_smoothing",
     .type = PARAM_NUMBER,
     .initial = "1e-9",
     .max = 1,
     .search = "{\"from\": 1e-12, \"to\": 0.1, \"scale\": \"log\"}",
     .help = "This part of the largest variance is added to all."},
    {0},
};

typedef struct {
    double *theta;   // classes * columns: the means
    double *var;     // classes * columns, above 0
    double *count;   // classes: the weights of their rows
    double *prior;   // classes
    double *epsilon; // what was added to the variances
} bayes_t;

static bayes_t *bayes_new(const model_t *model)
{
    size_t cells = model->classes * model->columns;
    bayes_t *bayes = mem_new(sizeof *bayes);
    bayes->theta = mem_array(cells, sizeof(double));
    bayes->var = mem_array(cells, sizeof(double));
    bayes->count = mem_array(model->classes, sizeof(double));
    bayes->prior = mem_array(model->classes, sizeof(double));
    bayes->epsilon = mem_new(sizeof(double));
    return bayes;
}

static void set_priors(const model_t *model, const lesson_t *lesson)
{
    bayes_t *bayes = model->state;
    double total = lesson_weight_sum(lesson);
    bool uniform = params_chose(model->params, "priors", "uniform");
    for (size_t k = 0; k < model->classes; k++) {
        bayes->prior[k] = uniform ? 1 / (double)model->classes : bayes->count[k] / total;
    }
}

// Adds epsilon to the variances. Errors: COLUMN_CONSTANT, HYPERPARAMETER.
static err_t smooth(const model_t *model, fault_t *fault)
{
    bayes_t *bayes = model->state;
    for (size_t i = 0; i < model->classes * model->columns; i++) {
        bayes->var[i] += *bayes->epsilon;
        if (!isfinite(bayes->var[i]) || !isfinite(bayes->theta[i])) {
            return fault_set(fault, ERR_HYPERPARAMETER, "scale the columns first",
                             "the numbers are too large: a variance is not finite");
        }
        if (bayes->var[i] == 0) {
            return fault_set(fault, ERR_COLUMN_CONSTANT,
                             "leave it out, or make var_smoothing larger",
                             "column %zu has the same value in every row of class %zu",
                             i % model->columns + 1, i / model->columns + 1);
        }
    }
    return ERR_OK;
}

static err_t fit(model_t *model, const lesson_t *lesson, const fit_t *how, fault_t *fault)
{
    bayes_t *bayes = bayes_new(model);
    model->state = bayes;
    lesson_class_weights(lesson, bayes->count);
    class_moments(lesson, bayes->count, bayes->theta, bayes->var);
    if (!progress_report(how->progress, 0.5, "measuring")) {
        return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    *bayes->epsilon = params_number(how->params, "var_smoothing") * class_moments_largest(lesson);
    set_priors(model, lesson);
    return smooth(model, fault);
}

// The logarithm of a class's likelihood, without what all rows have in common.
static double constant_of(const model_t *model, size_t k)
{
    const bayes_t *bayes = model->state;
    static const double two_pi = 6.283185307179586;
    double sum = 0;
    for (size_t j = 0; j < model->columns; j++) {
        sum += log(two_pi * bayes->var[k * model->columns + j]);
    }
    return log(bayes->prior[k]) - sum / 2;
}

static double distance(const double *row, const double *theta, const double *var, size_t columns)
{
    double sum = 0;
    for (size_t j = 0; j < columns; j++) {
        double off = row[j] - theta[j];
        sum += off * off / var[j];
    }
    return sum / 2;
}

// The logarithms of the likelihoods: rows * classes.
static void likelihoods(const model_t *model, const matrix_t *matrix, double *ret)
{
    const bayes_t *bayes = model->state;
    for (size_t k = 0; k < model->classes; k++) {
        double constant = constant_of(model, k);
        size_t at = k * model->columns;
        for (size_t i = 0; i < matrix->rows; i++) {
            ret[i * model->classes + k] =
                constant - distance(matrix->x + i * model->columns, bayes->theta + at,
                                    bayes->var + at, model->columns);
        }
    }
}

static void predict(const model_t *model, const matrix_t *matrix, double *ret)
{
    enum { AT_ONCE = 256 };
    double *logs = mem_array(AT_ONCE * model->classes, sizeof *logs);
    for (size_t i = 0; i < matrix->rows; i++) {
        size_t left = matrix->rows - i;
        if (i % AT_ONCE == 0) {
            matrix_t some = {matrix->x + i * matrix->columns, left < AT_ONCE ? left : AT_ONCE,
                             matrix->columns};
            likelihoods(model, &some, logs);
        }
        ret[i] = (double)lesson_largest(logs + i % AT_ONCE * model->classes, model->classes);
    }
    free(logs);
}

static void probabilities(const model_t *model, const matrix_t *matrix, double *ret)
{
    likelihoods(model, matrix, ret);
    for (size_t i = 0; i < matrix->rows; i++) {
        lesson_softmax(ret + i * model->classes, model->classes);
    }
}

static void push_matrix(buf_t *out, const char *key, const double *values, const model_t *model)
{
    pickle_text(out, key);
    pickle_doubles(out, values, model->classes, model->columns);
}

static void pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    const bayes_t *bayes = model->state;
    state_begin(out, "sklearn.naive_bayes", "GaussianNB");
    if (!params_is_null(model->params, "priors")) {
        state_doubles(out, "priors", bayes->prior, model->classes);
    }
    state_float(out, "var_smoothing", params_number(model->params, "var_smoothing"));
    state_integer(out, "n_features_in_", (int64_t)model->columns);
    push_matrix(out, "theta_", bayes->theta, model);
    push_matrix(out, "var_", bayes->var, model);
    push_matrix(out, "sigma_", bayes->var, model); // its name before 1.0
    state_doubles(out, "class_prior_", bayes->prior, model->classes);
    state_doubles(out, "class_count_", bayes->count, model->classes);
    state_float(out, "epsilon_", *bayes->epsilon);
    pickle_text(out, "classes_");
    pickle_names(out, classes);
    state_end(out);
}

// The constants less the distances of each class.
static void onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret)
{
    const bayes_t *bayes = model->state;
    int64_t classes = (int64_t)model->classes;
    size_t cells = model->classes * model->columns;
    double *scales = mem_array(cells, sizeof *scales);
    double *constants = mem_array(model->classes, sizeof *constants);
    for (size_t i = 0; i < cells; i++) {
        scales[i] = 0.5 / bayes->var[i];
    }
    for (size_t k = 0; k < model->classes; k++) {
        constants[k] = constant_of(model, k);
    }
    onnx_value_t distances =
        onnx_squares(graph, rows->value, bayes->theta, scales, model->classes, model->columns);
    onnx_value_t logs =
        onnx_binary(graph, "Sub", onnx_floats(graph, constants, &classes, 1), distances);
    ret->answer = onnx_place(graph, "ArgMax", logs);
    ret->probabilities = onnx_unary(graph, "Softmax", logs);
    free(scales);
    free(constants);
}

static json_t *to_json(const model_t *model)
{
    const bayes_t *bayes = model->state;
    size_t cells = model->classes * model->columns;
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "theta", document_numbers(bayes->theta, cells),
                     "var", document_numbers(bayes->var, cells), "count",
                     document_numbers(bayes->count, model->classes), "prior",
                     document_numbers(bayes->prior, model->classes), "epsilon",
                     document_numbers(bayes->epsilon, 1));
}

static bool all_positive(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i] <= 0) {
            return false;
        }
    }
    return true;
}

static err_t from_json(model_t *model, const json_t *json, fault_t *fault)
{
    size_t cells = model->classes * model->columns;
    bayes_t *bayes = mem_new(sizeof *bayes);
    model->state = bayes;
    bayes->theta = document_read_numbers(json, "theta", cells);
    bayes->var = document_read_numbers(json, "var", cells);
    bayes->count = document_read_numbers(json, "count", model->classes);
    bayes->prior = document_read_numbers(json, "prior", model->classes);
    bayes->epsilon = document_read_numbers(json, "epsilon", 1);
    bool good = bayes->theta && bayes->var && bayes->count && bayes->prior && bayes->epsilon &&
                all_positive(bayes->var, cells) && all_positive(bayes->prior, model->classes);
    return good ? ERR_OK : document_damaged(fault);
}

static void release(model_t *model)
{
    bayes_t *bayes = model->state;
    free(bayes->theta);
    free(bayes->var);
    free(bayes->count);
    free(bayes->prior);
    free(bayes->epsilon);
    free(bayes);
}

const estimator_t GAUSSIAN_NB = {
    .name = "gaussian_nb",
    .title = "Naive Bayes",
    .help = "Classes by how usual each value is among their rows: quick, and good with few rows.",
    .tasks = TASK_CLASSIFY,
    .params = PARAMS,
    .fit = fit,
    .predict = predict,
    .probabilities = probabilities,
    .pickle = pickle,
    .onnx = onnx,
    .to_json = to_json,
    .from_json = from_json,
    .release = release,
};
