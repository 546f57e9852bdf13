// SPDX-License-Identifier: MPL-2.0
#include "model/linear/logistic_regression.h"

#include <lbfgs.h>
#include <math.h>
#include <string.h>

#include "model/core/lesson.h"
#include "model/linear/linear.h"
#include "model/linear/logistic_loss.h"
#include "model/onnx/onnx_ops.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

static const param_t PARAMS[] = {
    {.name = "C",
     .type = PARAM_NUMBER,
     .initial = "1.0",
     .min = 1e-10,
     .max = 1e10,
     .search = "{\"from\": 0.001, \"to\": 1000, \"scale\": \"log\"}",
     .help = "The inverse of the penalty's strength: smaller is smoother."},
    {.name = "class_weight",
     .type = PARAM_CHOICE,
     .initial = "null",
     .choices = "balanced",
     .optional = true,
     .search = "[null, \"balanced\"]",
     .help = "balanced: rare classes weigh as much as frequent ones."},
    {.name = "fit_intercept",
     .type = PARAM_BOOLEAN,
     .initial = "true",
     .help = "Whether the sums have a constant."},
    {.name = "tol",
     .type = PARAM_NUMBER,
     .initial = "0.0001",
     .max = 1,
     .help = "The solver ends when no part of the gradient is larger."},
    {.name = "max_iter",
     .type = PARAM_INTEGER,
     .initial = "100",
     .min = 1,
     .max = 1000000,
     .help = "The solver ends after so many steps."},
    {0},
};

// Steps until the columns are turned for where the solver is: a row that is told for sure has next
// to no curvature left.
enum { ROUND = 15 };

typedef enum { SOLVE_ON, SOLVE_DONE, SOLVE_CANCELLED } solve_t;

typedef struct {
    logistic_t logistic;
    const progress_t *progress;
    double tol;
    int64_t max_iter;
    double loss;    // of the step before
    int64_t before; // steps before this round
    int64_t iterations;
    solve_t outcome;
} solver_t;

// liblbfgs rounds the number of variables up for its vectors; those that are not ours stay zero.
static double evaluate(void *context, const double *variables, double *gradient, int count,
                       double step)
{
    (void)count;
    (void)step;
    const solver_t *solver = context;
    return logistic_loss(&solver->logistic, variables, gradient);
}

// What a step must lower the objective by, as a part of it; in proportion to a tol below its
// default.
static double least_gain(const solver_t *solver)
{
    static const double default_gain = 1e-11;
    static const double default_tol = 1e-4;
    return default_gain * fmin(1, solver->tol / default_tol);
}

static int advance(void *context, const double *variables, const double *gradient, double loss,
                   double size, double steepness, double step, int count, int iteration, int tries)
{
    (void)variables, (void)size, (void)steepness, (void)step, (void)count, (void)tries;
    solver_t *solver = context;
    double gain = solver->loss - loss;
    solver->loss = loss;
    solver->iterations = solver->before + iteration;
    if (!progress_report(solver->progress, (double)solver->iterations / (double)solver->max_iter,
                         "descending")) {
        solver->outcome = SOLVE_CANCELLED;
    } else if (logistic_steepness(&solver->logistic, gradient) <= solver->tol ||
               gain <= least_gain(solver) * fmax(1, loss)) {
        solver->outcome = SOLVE_DONE;
    }
    return solver->outcome != SOLVE_ON;
}

// Descends for a round at most; false: that is all.
static bool descend_on(solver_t *solver, double *variables)
{
    int64_t left = solver->max_iter - solver->iterations;
    bool turns = solver->logistic.outputs == 1;
    lbfgs_parameter_t param;
    lbfgs_parameter_init(&param);
    param.m = 10;
    param.epsilon = 0;
    param.max_linesearch = 20;
    param.max_iterations = (int)(turns && left > ROUND ? ROUND : left);
    solver->loss = INFINITY;
    solver->before = solver->iterations;
    int count = (int)logistic_variables(&solver->logistic);
    int ended = lbfgs(count, variables, NULL, evaluate, advance, solver, &param);
    return ended == LBFGSERR_MAXIMUMITERATION && solver->iterations < solver->max_iter;
}

// Descends from zero. An end without convergence is no error: the best that was found is kept.
static void descend(solver_t *solver, linear_t *linear)
{
    size_t count = logistic_variables(&solver->logistic);
    double *variables = lbfgs_malloc((int)count);
    memset(variables, 0, count * sizeof *variables);
    do {
        logistic_turn(&solver->logistic, variables);
    } while (descend_on(solver, variables));
    logistic_answer(&solver->logistic, variables, linear->coef, linear->intercept);
    linear->iterations = solver->iterations;
    lbfgs_free(variables);
}

// What L-BFGS keeps, 23 times the variables, stays below 2 GiB.
static err_t check_size(const model_t *model, fault_t *fault)
{
    enum { VARIABLES_MAX = 10000000 };
    if (linear_outputs(model) * (model->columns + 1) > VARIABLES_MAX) {
        return fault_set(fault, ERR_TOO_LARGE, "leave columns out",
                         "%zu columns and %zu classes are too many for logistic regression",
                         model->columns, model->classes);
    }
    return ERR_OK;
}

static err_t fit(model_t *model, const lesson_t *lesson, const fit_t *how, fault_t *fault)
{
    err_t err = check_size(model, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (!progress_report(how->progress, 0, "descending")) {
        return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    solver_t solver = {
        .logistic = logistic_new(lesson, params_flag(how->params, "fit_intercept"),
                                 params_chose(how->params, "class_weight", "balanced"),
                                 params_number(how->params, "C"), how->threads),
        .progress = how->progress,
        .tol = params_number(how->params, "tol"),
        .max_iter = params_integer(how->params, "max_iter"),
    };
    descend(&solver, linear_new(model));
    logistic_release(&solver.logistic);
    if (solver.outcome == SOLVE_CANCELLED) {
        return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    return linear_check(model, fault);
}

static void sigmoid_row(double sum, double *ret)
{
    ret[1] = 1 / (1 + exp(-sum));
    ret[0] = 1 - ret[1];
}

static void probabilities(const model_t *model, const matrix_t *matrix, double *ret)
{
    for (size_t i = 0; i < matrix->rows; i++) {
        matrix_t row = {matrix->x + i * matrix->columns, 1, matrix->columns};
        linear_outputs_of(model, &row, ret);
        if (linear_outputs(model) == 1) {
            sigmoid_row(ret[0], ret);
        } else {
            lesson_softmax(ret, model->classes);
        }
        ret += model->classes;
    }
}

static void pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    const linear_t *linear = model->state;
    int32_t iterations = (int32_t)linear->iterations;
    state_begin(out, "sklearn.linear_model", "LogisticRegression");
    state_float(out, "C", params_number(model->params, "C"));
    state_float(out, "tol", params_number(model->params, "tol"));
    state_bool(out, "fit_intercept", params_flag(model->params, "fit_intercept"));
    state_integer(out, "max_iter", params_integer(model->params, "max_iter"));
    if (!params_is_null(model->params, "class_weight")) {
        state_text(out, "class_weight", "balanced");
    }
    linear_pickle_state(model, out);
    pickle_text(out, "n_iter_");
    pickle_int32s(out, &iterations, 1);
    pickle_text(out, "classes_");
    pickle_names(out, classes);
    state_end(out);
}

static void onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret)
{
    onnx_value_t sums = linear_onnx_sums(model, graph, rows);
    if (linear_outputs(model) == 1) {
        static const int64_t flat = -1;
        onnx_value_t second = onnx_binary(graph, "Greater", sums, onnx_number(graph, 0));
        ret->answer = onnx_binary(graph, "Reshape", onnx_cast(graph, second, ONNX_INT64),
                                  onnx_integers(graph, &flat, 1));
        ret->probabilities = onnx_both(graph, onnx_unary(graph, "Sigmoid", sums));
    } else {
        ret->answer = onnx_place(graph, "ArgMax", sums);
        ret->probabilities = onnx_unary(graph, "Softmax", sums);
    }
}

const estimator_t LOGISTIC_REGRESSION = {
    .name = "logistic_regression",
    .title = "Logistic regression",
    .help = "Classes by weighted sums of the columns: fast, and its coefficients can be read.",
    .tasks = TASK_CLASSIFY,
    .scale = true,
    .params = PARAMS,
    .fit = fit,
    .predict = linear_predict,
    .probabilities = probabilities,
    .pickle = pickle,
    .onnx = onnx,
    .to_json = linear_to_json,
    .from_json = linear_from_json,
    .release = linear_release,
};
