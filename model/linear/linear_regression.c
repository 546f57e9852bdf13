// SPDX-License-Identifier: MPL-2.0
#include "model/linear/linear_regression.h"

#include "model/linear/least_squares.h"
#include "model/linear/linear.h"
#include "model/pickle/state.h"

static const param_t PARAMS[] = {
    {.name = "fit_intercept",
     .type = PARAM_BOOLEAN,
     .initial = "true",
     .help = "Whether the sum has a constant."},
    {0},
};

static err_t fit(model_t *model, const lesson_t *lesson, const fit_t *how, fault_t *fault)
{
    reduction_t reduction;
    err_t err =
        reduction_new(lesson, how, params_flag(how->params, "fit_intercept"), &reduction, fault);
    if (err != ERR_OK) {
        return err;
    }
    linear_t *linear = linear_new(model);
    err = least_squares(&reduction, linear->coef, fault);
    linear->intercept[0] = reduction_intercept(&reduction, linear->coef);
    reduction_release(&reduction);
    return err == ERR_OK ? linear_check(model, fault) : err;
}

static void pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    (void)classes;
    state_begin(out, "sklearn.linear_model", "LinearRegression");
    state_bool(out, "fit_intercept", params_flag(model->params, "fit_intercept"));
    linear_pickle_state(model, out);
    state_end(out);
}

const estimator_t LINEAR_REGRESSION = {
    .name = "linear_regression",
    .title = "Linear regression",
    .help = "A number as the sum of the columns, each times its coefficient.",
    .tasks = TASK_REGRESS,
    .params = PARAMS,
    .fit = fit,
    .predict = linear_predict,
    .pickle = pickle,
    .onnx = linear_onnx,
    .to_json = linear_to_json,
    .from_json = linear_from_json,
    .release = linear_release,
};
