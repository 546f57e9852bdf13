// SPDX-License-Identifier: MPL-2.0
#include "model/svm/answer.h"
#include "model/svm/machine.h"
#include "model/svm/svm.h"
#include "model/svm/train.h"

static const param_t SVC_PARAMS[] = {
    {.name = "C",
     .type = PARAM_NUMBER,
     .initial = "1.0",
     .min = 1e-6,
     .max = 1e6,
     .search = "{\"from\": 0.01, \"to\": 100, \"scale\": \"log\"}",
     .help = "What an error costs; more follows the data more closely."},
    {.name = "probability",
     .type = PARAM_BOOLEAN,
     .initial = "false",
     .help = "Learns calibrated probabilities too, by five more trainings of each pair."},
    {.name = "class_weight",
     .type = PARAM_CHOICE,
     .initial = "null",
     .choices = "balanced",
     .optional = true,
     .help = "balanced makes errors in rare classes cost more."},
#include "model/svm/kernel.def"
    {0},
};

static const param_t NU_SVC_PARAMS[] = {
    {.name = "nu",
     .type = PARAM_NUMBER,
     .initial = "0.5",
     .min = 1e-6,
     .max = 1,
     .search = "{\"from\": 0.05, \"to\": 0.8, \"scale\": \"linear\"}",
     .help = "The share of rows that may be on the wrong side of the margin, at most."},
    {.name = "probability",
     .type = PARAM_BOOLEAN,
     .initial = "false",
     .help = "Learns calibrated probabilities too, by five more trainings of each pair."},
#include "model/svm/kernel.def"
    {0},
};

static const param_t SVR_PARAMS[] = {
    {.name = "C",
     .type = PARAM_NUMBER,
     .initial = "1.0",
     .min = 1e-6,
     .max = 1e6,
     .search = "{\"from\": 0.01, \"to\": 100, \"scale\": \"log\"}",
     .help = "What an error costs; more follows the data more closely."},
    {.name = "epsilon",
     .type = PARAM_NUMBER,
     .initial = "0.1",
     .min = 0,
     .max = 1e12,
     .search = "{\"from\": 0.001, \"to\": 1, \"scale\": \"log\"}",
     .help = "An error up to this costs nothing."},
#include "model/svm/kernel.def"
    {0},
};

static const param_t ONE_CLASS_PARAMS[] = {
    {.name = "nu",
     .type = PARAM_NUMBER,
     .initial = "0.5",
     .min = 1e-6,
     .max = 1,
     .search = "{\"from\": 0.05, \"to\": 0.8, \"scale\": \"linear\"}",
     .help = "The share of rows that are taken for outliers, at most."},
#include "model/svm/kernel.def"
    {0},
};

static err_t fit_svc(model_t *model, const lesson_t *lesson, const fit_t *fit, fault_t *fault)
{
    return train(model, lesson, fit, BORDER_COST, fault);
}

static err_t fit_nu_svc(model_t *model, const lesson_t *lesson, const fit_t *fit, fault_t *fault)
{
    return train(model, lesson, fit, BORDER_SHARE, fault);
}

static err_t fit_svr(model_t *model, const lesson_t *lesson, const fit_t *fit, fault_t *fault)
{
    return train(model, lesson, fit, BORDER_CURVE, fault);
}

static err_t fit_one_class(model_t *model, const lesson_t *lesson, const fit_t *fit, fault_t *fault)
{
    return train(model, lesson, fit, BORDER_AROUND, fault);
}

const estimator_t SVC = {
    .name = "svc",
    .title = "Support vector machine",
    .help = "Draws the widest margin between classes, along curved borders.",
    .tasks = TASK_CLASSIFY,
    .scale = true,
    .rows_max = SVM_ROWS_MAX,
    .instead = "gradient_boosting",
    .params = SVC_PARAMS,
    .weighs_classes = true,
    .fit = fit_svc,
    .predict = answer_class,
    .probabilities = answer_probabilities,
    .pickle = machine_pickle,
    .facts = machine_facts,
    .onnx = machine_onnx,
    .native = "svm",
    .native_write = machine_text,
    .to_json = machine_to_json,
    .from_json = machine_from_json,
    .release = machine_release,
};

const estimator_t NUSVC = {
    .name = "nu_svc",
    .title = "Support vector machine by share of errors",
    .help = "As a support vector machine, told how many errors there may be instead of their cost.",
    .tasks = TASK_CLASSIFY,
    .scale = true,
    .rows_max = SVM_ROWS_MAX,
    .instead = "gradient_boosting",
    .params = NU_SVC_PARAMS,
    .fit = fit_nu_svc,
    .predict = answer_class,
    .probabilities = answer_probabilities,
    .pickle = machine_pickle,
    .facts = machine_facts,
    .onnx = machine_onnx,
    .native = "svm",
    .native_write = machine_text,
    .to_json = machine_to_json,
    .from_json = machine_from_json,
    .release = machine_release,
};

const estimator_t SVR = {
    .name = "svr",
    .title = "Support vector regression",
    .help = "Fits a smooth curve that leaves small errors alone.",
    .tasks = TASK_REGRESS,
    .scale = true,
    .rows_max = SVM_ROWS_MAX,
    .instead = "gradient_boosting",
    .params = SVR_PARAMS,
    .fit = fit_svr,
    .predict = answer_number,
    .pickle = machine_pickle,
    .facts = machine_facts,
    .onnx = machine_onnx,
    .native = "svm",
    .native_write = machine_text,
    .to_json = machine_to_json,
    .from_json = machine_from_json,
    .release = machine_release,
};

const estimator_t ONE_CLASS_SVM = {
    .name = "one_class_svm",
    .title = "One-class support vector machine",
    .help = "Draws a border around most rows; what lies outside is an outlier.",
    .tasks = TASK_OUTLIER,
    .scale = true,
    .rows_max = SVM_ROWS_MAX,
    .params = ONE_CLASS_PARAMS,
    .fit = fit_one_class,
    .predict = answer_side,
    .pickle = machine_pickle,
    .facts = machine_facts,
    .onnx = machine_onnx,
    .native = "svm",
    .native_write = machine_text,
    .to_json = machine_to_json,
    .from_json = machine_from_json,
    .release = machine_release,
};
