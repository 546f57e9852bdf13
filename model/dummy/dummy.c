// SPDX-License-Identifier: MPL-2.0
#include "model/dummy/dummy.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/document.h"
#include "model/core/lesson.h"
#include "model/dummy/median.h"
#include "model/onnx/onnx_ops.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

static const param_t PARAMS[] = {
    {.name = "strategy",
     .type = PARAM_CHOICE,
     .initial = "null",
     .choices = "prior|most_frequent|mean|median",
     .optional = true,
     .help =
         "What it answers: prior or most_frequent for classes, mean or median for numbers; null "
         "is the first of them."},
    {0},
};

// The state: the share of each class, or the one number.
static size_t values_count(const model_t *model)
{
    return model->task == TASK_CLASSIFY ? model->classes : 1;
}

static const char *strategy(const model_t *model)
{
    const char *chosen = params_text(model->params, "strategy");
    return chosen ? chosen : model->task == TASK_CLASSIFY ? "prior" : "mean";
}

static bool is(const model_t *model, const char *name)
{
    return strcmp(strategy(model), name) == 0;
}

// Whether the strategy is one for the task.
static bool fits(const model_t *model)
{
    bool of_classes = is(model, "prior") || is(model, "most_frequent");
    return of_classes == (model->task == TASK_CLASSIFY);
}

static double mean(const lesson_t *lesson)
{
    double sum = 0;
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        sum += lesson_weight(lesson, i) * lesson->targets[i];
    }
    return sum / lesson_weight_sum(lesson);
}

static void learn_shares(const lesson_t *lesson, double *ret)
{
    double total = lesson_weight_sum(lesson);
    lesson_class_weights(lesson, ret);
    for (size_t k = 0; k < lesson->classes_count; k++) {
        ret[k] /= total;
    }
}

static err_t fit(model_t *model, const lesson_t *lesson, const fit_t *how, fault_t *fault)
{
    if (!fits(model)) {
        return fault_set(fault, ERR_HYPERPARAMETER,
                         lesson->task == TASK_CLASSIFY ? "use prior or most_frequent"
                                                       : "use mean or median",
                         "'strategy' cannot be %s here", strategy(model));
    }
    if (!progress_report(how->progress, 0, "counting")) {
        return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    double *values = mem_array(values_count(model), sizeof *values);
    model->state = values;
    if (lesson->task == TASK_CLASSIFY) {
        learn_shares(lesson, values);
    } else {
        values[0] = is(model, "mean") ? mean(lesson) : median(lesson);
    }
    return ERR_OK;
}

static void predict(const model_t *model, const matrix_t *matrix, double *ret)
{
    const double *values = model->state;
    double answer =
        model->task == TASK_CLASSIFY ? (double)lesson_largest(values, model->classes) : values[0];
    for (size_t i = 0; i < matrix->rows; i++) {
        ret[i] = answer;
    }
}

static void probabilities(const model_t *model, const matrix_t *matrix, double *ret)
{
    const double *shares = model->state;
    size_t most = lesson_largest(shares, model->classes);
    bool prior = is(model, "prior");
    for (size_t i = 0; i < matrix->rows; i++) {
        for (size_t k = 0; k < model->classes; k++) {
            *ret++ = prior ? shares[k] : (double)(k == most);
        }
    }
}

static void pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    state_begin(out, "sklearn.dummy", classes ? "DummyClassifier" : "DummyRegressor");
    state_text(out, "strategy", strategy(model));
    state_integer(out, "n_outputs_", 1);
    if (classes) {
        state_text(out, "_strategy", strategy(model));
        state_bool(out, "sparse_output_", false);
        state_integer(out, "n_classes_", (int64_t)model->classes);
        state_doubles(out, "class_prior_", model->state, model->classes);
        pickle_text(out, "classes_");
        pickle_names(out, classes);
    } else {
        pickle_text(out, "constant_");
        pickle_doubles(out, model->state, 1, 1);
    }
    state_end(out);
}

// The first `axes` sizes of a tensor [rows, columns], with 1 for columns.
static onnx_value_t shape_of(onnx_t *graph, onnx_value_t value, size_t axes)
{
    static const int64_t first = 0;
    static const int64_t one = 1;
    onnx_value_t shape = onnx_unary(graph, "Shape", value);
    onnx_value_t rows = onnx_gather(graph, shape, onnx_integers(graph, &first, 1));
    if (axes == 1) {
        return rows;
    }
    onnx_value_t columns = onnx_integers(graph, &one, 1);
    onnx_open(graph, "Concat");
    onnx_take(graph, rows);
    onnx_take(graph, columns);
    onnx_set_integer(graph, "axis", 0);
    onnx_value_t both = onnx_give(graph);
    onnx_close(graph);
    return both;
}

// The same for every row.
static void onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret)
{
    int64_t shape[] = {1, (int64_t)values_count(model)};
    onnx_value_t table = shape_of(graph, rows->value, 2);
    if (model->task != TASK_CLASSIFY) {
        ret->answer =
            onnx_binary(graph, "Expand", onnx_floats(graph, model->state, shape, 2), table);
        return;
    }
    int64_t most = (int64_t)lesson_largest(model->state, model->classes);
    double *shares = mem_array(model->classes, sizeof *shares);
    probabilities(model, &(matrix_t){.rows = 1}, shares);
    ret->answer = onnx_binary(graph, "Expand", onnx_integers(graph, &most, 1),
                              shape_of(graph, rows->value, 1));
    ret->probabilities = onnx_binary(graph, "Expand", onnx_floats(graph, shares, shape, 2), table);
    free(shares);
}

static json_t *to_json(const model_t *model)
{
    return json_pack("{s:o}", "values", document_numbers(model->state, values_count(model)));
}

static err_t from_json(model_t *model, const json_t *json, fault_t *fault)
{
    model->state = document_read_numbers(json, "values", values_count(model));
    return model->state && fits(model) ? ERR_OK : document_damaged(fault);
}

static void release(model_t *model)
{
    free(model->state);
}

const estimator_t DUMMY = {
    .name = "dummy",
    .title = "Baseline",
    .help = "Answers the same for every row; what others have to beat.",
    .tasks = TASK_CLASSIFY | TASK_REGRESS,
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
