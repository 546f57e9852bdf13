// SPDX-License-Identifier: MPL-2.0
#include "model/linear/ridge.h"

#include <lapacke.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/linear/least_squares.h"
#include "model/linear/linear.h"
#include "model/pickle/state.h"

static const param_t PARAMS[] = {
    {.name = "alpha",
     .type = PARAM_NUMBER,
     .initial = "1.0",
     .max = 1e10,
     .search = "{\"from\": 0.001, \"to\": 1000, \"scale\": \"log\"}",
     .help = "The penalty's strength: larger is smoother."},
    {.name = "fit_intercept",
     .type = PARAM_BOOLEAN,
     .initial = "true",
     .help = "Whether the sum has a constant."},
    {0},
};

static double dot(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

// Solves (products + alpha) * ret = ret for a symmetric matrix, of which the part below the
// diagonal is there. False: it is singular.
static bool solve(double *products, size_t count, double alpha, double *ret)
{
    for (size_t i = 0; i < count; i++) {
        products[i * count + i] += alpha;
    }
    lapack_int size = (lapack_int)count;
    return LAPACKE_dposv(LAPACK_COL_MAJOR, 'L', size, 1, products, size, ret, size) == 0;
}

// (x'x + alpha) coef = x'y
static bool solve_columns(const reduction_t *reduction, double alpha, double *ret_coef)
{
    size_t rows = reduction->rows;
    size_t columns = reduction->columns;
    double *products = mem_array(columns * columns, sizeof *products);
    for (size_t j = 0; j < columns; j++) {
        const double *column = reduction->x + j * rows;
        for (size_t i = j; i < columns; i++) {
            products[j * columns + i] = dot(column, reduction->x + i * rows, rows);
        }
        ret_coef[j] = dot(column, reduction->y, rows);
    }
    bool solved = solve(products, columns, alpha, ret_coef);
    free(products);
    return solved;
}

// The part below the diagonal of xx'.
static double *row_products(const reduction_t *reduction)
{
    size_t rows = reduction->rows;
    double *products = mem_array(rows * rows, sizeof *products);
    for (size_t j = 0; j < reduction->columns; j++) {
        const double *column = reduction->x + j * rows;
        for (size_t i = 0; i < rows; i++) {
            for (size_t k = i; k < rows; k++) {
                products[i * rows + k] += column[i] * column[k];
            }
        }
    }
    return products;
}

// (xx' + alpha) dual = y, coef = x' dual
static bool solve_rows(const reduction_t *reduction, double alpha, double *ret_coef)
{
    size_t rows = reduction->rows;
    double *products = row_products(reduction);
    double *dual = mem_array(rows, sizeof *dual);
    memcpy(dual, reduction->y, rows * sizeof *dual);
    bool solved = solve(products, rows, alpha, dual);
    for (size_t j = 0; solved && j < reduction->columns; j++) {
        ret_coef[j] = dot(reduction->x + j * rows, dual, rows);
    }
    free(products);
    free(dual);
    return solved;
}

static err_t fit(model_t *model, const lesson_t *lesson, const fit_t *how, fault_t *fault)
{
    reduction_t reduction;
    double alpha = params_number(how->params, "alpha");
    err_t err =
        reduction_new(lesson, how, params_flag(how->params, "fit_intercept"), &reduction, fault);
    if (err != ERR_OK) {
        return err;
    }
    linear_t *linear = linear_new(model);
    bool wide = reduction.columns > reduction.rows;
    bool solved = wide ? solve_rows(&reduction, alpha, linear->coef)
                       : solve_columns(&reduction, alpha, linear->coef);
    if (!solved) {
        err = least_squares(&reduction, linear->coef, fault);
    }
    linear->intercept[0] = reduction_intercept(&reduction, linear->coef);
    reduction_release(&reduction);
    return err == ERR_OK ? linear_check(model, fault) : err;
}

static void pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    (void)classes;
    state_begin(out, "sklearn.linear_model", "Ridge");
    state_float(out, "alpha", params_number(model->params, "alpha"));
    state_bool(out, "fit_intercept", params_flag(model->params, "fit_intercept"));
    linear_pickle_state(model, out);
    state_none(out, "n_iter_");
    state_end(out);
}

const estimator_t RIDGE = {
    .name = "ridge",
    .title = "Ridge regression",
    .help = "Linear regression with small coefficients: steady where columns are related.",
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
