// SPDX-License-Identifier: MPL-2.0
#include "model/linear/lasso.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/linear/linear.h"
#include "model/linear/reduction.h"
#include "model/pickle/state.h"

static const param_t PARAMS[] = {
    {.name = "alpha",
     .type = PARAM_NUMBER,
     .initial = "1.0",
     .min = 1e-10,
     .max = 1e10,
     .search = "{\"from\": 0.0001, \"to\": 10, \"scale\": \"log\"}",
     .help = "The penalty's strength: larger leaves fewer columns."},
    {.name = "fit_intercept",
     .type = PARAM_BOOLEAN,
     .initial = "true",
     .help = "Whether the sum has a constant."},
    {.name = "tol",
     .type = PARAM_NUMBER,
     .initial = "0.0001",
     .max = 1,
     .help = "It ends when the duality gap is this part of the target's squares."},
    {.name = "max_iter",
     .type = PARAM_INTEGER,
     .initial = "1000",
     .min = 1,
     .max = 1000000,
     .help = "It ends after so many rounds over the columns."},
    {0},
};

// Minimises |y - x coef|^2 / 2 + penalty * |coef|.
typedef struct {
    const reduction_t *reduction;
    double penalty;
    double *coef;
    double *rest;    // y - x coef
    double *squares; // of each column
    double change;   // the largest of a coefficient in this round
    double largest;  // coefficient
} descent_t;

static double dot(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

static const double *column_of(const descent_t *descent, size_t j)
{
    return descent->reduction->x + j * descent->reduction->rows;
}

static void visit(descent_t *descent, size_t j)
{
    const double *column = column_of(descent, j);
    size_t rows = descent->reduction->rows;
    double before = descent->coef[j];
    double along = dot(column, descent->rest, rows) + before * descent->squares[j];
    double after = copysign(fmax(fabs(along) - descent->penalty, 0), along) / descent->squares[j];
    for (size_t i = 0; after != before && i < rows; i++) {
        descent->rest[i] += (before - after) * column[i];
    }
    descent->coef[j] = after;
    descent->change = fmax(descent->change, fabs(after - before));
    descent->largest = fmax(descent->largest, fabs(after));
}

static void go_round(descent_t *descent)
{
    descent->change = 0;
    descent->largest = 0;
    for (size_t j = 0; j < descent->reduction->columns; j++) {
        if (descent->squares[j] > 0) {
            visit(descent, j);
        }
    }
}

// How far above the least the objective may be at most: the difference to that of the dual problem
// at the rest, scaled until it is feasible.
static double gap(const descent_t *descent)
{
    const reduction_t *reduction = descent->reduction;
    double steepest = 0;
    double size = 0;
    for (size_t j = 0; j < reduction->columns; j++) {
        steepest = fmax(steepest, fabs(dot(column_of(descent, j), descent->rest, reduction->rows)));
        size += fabs(descent->coef[j]);
    }
    double square = dot(descent->rest, descent->rest, reduction->rows);
    double part = steepest > descent->penalty ? descent->penalty / steepest : 1;
    return square * (1 + part * part) / 2 + descent->penalty * size -
           part * dot(descent->rest, reduction->y, reduction->rows);
}

static err_t descend(descent_t *descent, const fit_t *how, int64_t *ret_rounds, fault_t *fault)
{
    const reduction_t *reduction = descent->reduction;
    double tol = params_number(how->params, "tol");
    double enough = tol * dot(reduction->y, reduction->y, reduction->rows);
    int64_t max_iter = params_integer(how->params, "max_iter");
    int64_t rounds = 0;
    bool done = false;
    while (!done && rounds < max_iter) {
        if (!progress_report(how->progress, (double)rounds / (double)max_iter, "descending")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
        go_round(descent);
        rounds++;
        bool still = descent->largest == 0 || descent->change / descent->largest < tol;
        done = still && gap(descent) < enough;
    }
    *ret_rounds = rounds;
    return ERR_OK;
}

static err_t minimise(const reduction_t *reduction, const fit_t *how, linear_t *linear,
                      fault_t *fault)
{
    descent_t descent = {.reduction = reduction,
                         .penalty = params_number(how->params, "alpha") * reduction->weight,
                         .coef = linear->coef,
                         .rest = mem_array(reduction->rows, sizeof(double)),
                         .squares = mem_array(reduction->columns, sizeof(double))};
    memcpy(descent.rest, reduction->y, reduction->rows * sizeof(double));
    for (size_t j = 0; j < reduction->columns; j++) {
        const double *column = column_of(&descent, j);
        descent.squares[j] = dot(column, column, reduction->rows);
    }
    err_t err = descend(&descent, how, &linear->iterations, fault);
    free(descent.rest);
    free(descent.squares);
    return err;
}

static err_t fit(model_t *model, const lesson_t *lesson, const fit_t *how, fault_t *fault)
{
    reduction_t reduction;
    progress_t reducing = progress_part(how->progress, 0, 0.5);
    progress_t descending = progress_part(how->progress, 0.5, 1);
    fit_t first = *how;
    fit_t second = *how;
    first.progress = &reducing;
    second.progress = &descending;
    err_t err =
        reduction_new(lesson, &first, params_flag(how->params, "fit_intercept"), &reduction, fault);
    if (err != ERR_OK) {
        return err;
    }
    linear_t *linear = linear_new(model);
    err = minimise(&reduction, &second, linear, fault);
    linear->intercept[0] = reduction_intercept(&reduction, linear->coef);
    reduction_release(&reduction);
    return err == ERR_OK ? linear_check(model, fault) : err;
}

static void pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    (void)classes;
    const linear_t *linear = model->state;
    state_begin(out, "sklearn.linear_model", "Lasso");
    state_float(out, "alpha", params_number(model->params, "alpha"));
    state_bool(out, "fit_intercept", params_flag(model->params, "fit_intercept"));
    state_float(out, "tol", params_number(model->params, "tol"));
    state_integer(out, "max_iter", params_integer(model->params, "max_iter"));
    linear_pickle_state(model, out);
    state_integer(out, "n_iter_", linear->iterations);
    state_end(out);
}

const estimator_t LASSO = {
    .name = "lasso",
    .title = "Lasso",
    .help = "Linear regression that leaves out the columns it can do without.",
    .tasks = TASK_REGRESS,
    .scale = true,
    .params = PARAMS,
    .fit = fit,
    .predict = linear_predict,
    .pickle = pickle,
    .onnx = linear_onnx,
    .to_json = linear_to_json,
    .from_json = linear_from_json,
    .release = linear_release,
};
