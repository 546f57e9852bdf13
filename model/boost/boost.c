// SPDX-License-Identifier: MPL-2.0
#include "model/boost/boost.h"

#include <stdlib.h>

#include "base/base64.h"
#include "model/boost/boost_onnx.h"
#include "model/boost/boost_pickle.h"
#include "model/boost/booster.h"
#include "model/boost/examine.h"
#include "model/boost/grow.h"
#include "model/core/document.h"

static const param_t PARAMS[] = {
    {.name = "n_estimators",
     .type = PARAM_INTEGER,
     .initial = "100",
     .min = 1,
     .max = BOOST_ROUNDS_MAX,
     .search = "{\"from\": 50, \"to\": 500, \"scale\": \"log\", \"integer\": true}",
     .help = "How many rounds; each adds a tree, or one for each class."},
    {.name = "learning_rate",
     .type = PARAM_NUMBER,
     .initial = "0.3",
     .min = 1e-6,
     .max = 1,
     .search = "{\"from\": 0.01, \"to\": 0.5, \"scale\": \"log\"}",
     .help = "How much of each tree counts; less wants more rounds."},
    {.name = "max_depth",
     .type = PARAM_INTEGER,
     .initial = "6",
     .min = 1,
     .max = BOOST_DEPTH_MAX,
     .search = "{\"from\": 2, \"to\": 10, \"scale\": \"linear\", \"integer\": true}",
     .help = "How many questions deep a tree is, at most."},
    {.name = "min_child_weight",
     .type = PARAM_NUMBER,
     .initial = "1.0",
     .min = 0,
     .max = 1e6,
     .search = "{\"from\": 0.5, \"to\": 20, \"scale\": \"log\"}",
     .help = "What a leaf has to hold; more makes smaller trees."},
    {.name = "subsample",
     .type = PARAM_NUMBER,
     .initial = "1.0",
     .min = 0.01,
     .max = 1,
     .search = "{\"from\": 0.5, \"to\": 1, \"scale\": \"linear\"}",
     .help = "The share of rows that each round looks at."},
    {.name = "colsample_bytree",
     .type = PARAM_NUMBER,
     .initial = "1.0",
     .min = 0.01,
     .max = 1,
     .search = "{\"from\": 0.5, \"to\": 1, \"scale\": \"linear\"}",
     .help = "The share of columns that each tree looks at."},
    {.name = "reg_lambda",
     .type = PARAM_NUMBER,
     .initial = "1.0",
     .min = 0,
     .max = 1e6,
     .search = "{\"from\": 0.1, \"to\": 10, \"scale\": \"log\"}",
     .help = "Squared penalty on what leaves say."},
    {.name = "reg_alpha",
     .type = PARAM_NUMBER,
     .initial = "0.0",
     .min = 0,
     .max = 1e6,
     .help = "Absolute penalty on what leaves say."},
    {.name = "gamma",
     .type = PARAM_NUMBER,
     .initial = "0.0",
     .min = 0,
     .max = 1e6,
     .help = "What a question has to gain to be asked."},
    {.name = "early_stopping_rounds",
     .type = PARAM_INTEGER,
     .initial = "null",
     .min = 1,
     .max = 1000,
     .optional = true,
     .help = "Stops when rows that were held out get no better for so many rounds; null never "
             "stops."},
    {.name = "validation_fraction",
     .type = PARAM_NUMBER,
     .initial = "0.1",
     .min = 0.01,
     .max = 0.5,
     .help = "The share of rows that early stopping holds out."},
    {0},
};

static err_t fit(model_t *model, const lesson_t *lesson, const fit_t *how, fault_t *fault)
{
    buf_t bytes = {0};
    booster_t *booster = NULL;
    err_t err = grow(lesson, how, &bytes, fault);
    if (err == ERR_OK) {
        err = booster_open(&bytes, &booster, fault);
    }
    buf_release(&bytes);
    model->state = booster;
    return err;
}

// Two classes have one number for both: the second one's probability.
static bool is_binary(const model_t *model)
{
    return model->task == TASK_CLASSIFY && model->classes == 2;
}

static double largest(const float *values, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++) {
        best = values[i] > values[best] ? i : best;
    }
    return (double)best;
}

static void predict(const model_t *model, const matrix_t *matrix, double *ret)
{
    const float *answers = matrix->rows ? booster_answers(model->state, matrix) : NULL;
    for (size_t i = 0; i < matrix->rows; i++) {
        if (model->task == TASK_REGRESS) {
            ret[i] = answers[i];
        } else if (is_binary(model)) {
            ret[i] = answers[i] > 0.5F;
        } else {
            ret[i] = largest(answers + i * model->classes, model->classes);
        }
    }
}

static void probabilities(const model_t *model, const matrix_t *matrix, double *ret)
{
    const float *answers = matrix->rows ? booster_answers(model->state, matrix) : NULL;
    if (is_binary(model)) {
        for (size_t i = 0; i < matrix->rows; i++) {
            ret[2 * i] = 1 - answers[i];
            ret[2 * i + 1] = answers[i];
        }
        return;
    }
    for (size_t i = 0; i < matrix->rows * model->classes; i++) {
        ret[i] = answers[i];
    }
}

// The mean gain of a column's questions, as a share; without any question all are 0.
static void importances(const model_t *model, double *ret)
{
    const booster_t *booster = model->state;
    bst_ulong count = 0;
    const char **names;
    bst_ulong dimensions;
    const bst_ulong *shape;
    const float *scores;
    for (size_t i = 0; i < model->columns; i++) {
        ret[i] = 0;
    }
    if (XGBoosterFeatureScore(booster->handle, "{\"importance_type\": \"gain\"}", &count, &names,
                              &dimensions, &shape, &scores) != 0) {
        return;
    }
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += scores[i];
    }
    for (size_t i = 0; i < count; i++) {
        size_t column = strtoul(names[i] + 1, NULL, 10); // "f12"
        ret[column < model->columns ? column : 0] = scores[i] / sum;
    }
}

static void write_booster(const model_t *model, buf_t *out)
{
    const booster_t *booster = model->state;
    buf_add(out, booster->bytes.data, booster->bytes.size);
}

static json_t *to_json(const model_t *model)
{
    const booster_t *booster = model->state;
    char *text = base64_text(booster->bytes.data, booster->bytes.size);
    json_t *json = json_pack("{s:s}", "booster", text);
    free(text);
    return json;
}

static err_t from_json(model_t *model, const json_t *json, fault_t *fault)
{
    const char *text = json_string_value(json_object_get(json, "booster"));
    buf_t bytes = {0};
    booster_t *booster = NULL;
    bool good = text && base64_read(text, &bytes) && examine(model, &bytes) &&
                booster_open(&bytes, &booster, NULL) == ERR_OK;
    buf_release(&bytes);
    model->state = booster;
    return good ? ERR_OK : document_damaged(fault);
}

static void release(model_t *model)
{
    booster_t *booster = model->state;
    booster_destroy(&booster);
}

const estimator_t GRADIENT_BOOSTING = {
    .name = "gradient_boosting",
    .title = "Gradient boosting",
    .help = "Adds up many small trees, each of which corrects those before it.",
    .tasks = TASK_CLASSIFY | TASK_REGRESS,
    .params = PARAMS,
    .fit = fit,
    .predict = predict,
    .probabilities = probabilities,
    .importances = importances,
    .pickle = boost_pickle,
    .onnx = boost_onnx,
    .native = "ubj",
    .native_write = write_booster,
    .to_json = to_json,
    .from_json = from_json,
    .release = release,
};
