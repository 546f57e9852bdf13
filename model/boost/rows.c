// SPDX-License-Identifier: MPL-2.0
#include "model/boost/rows.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/core/random.h"

static err_t check_range(const lesson_t *lesson, fault_t *fault)
{
    const matrix_t *matrix = &lesson->matrix;
    for (size_t i = 0; i < matrix->rows * matrix->columns; i++) {
        if (fabs(matrix->x[i]) > FLT_MAX) {
            return fault_set(fault, ERR_HYPERPARAMETER, "scale the features",
                             "gradient_boosting takes numbers up to 3e38, and there is %g",
                             matrix->x[i]);
        }
    }
    for (size_t i = 0; lesson->targets && i < matrix->rows; i++) {
        if (fabs(lesson->targets[i]) > FLT_MAX) {
            return fault_set(fault, ERR_TARGET, "scale the target",
                             "gradient_boosting takes targets up to 3e38, and there is %g",
                             lesson->targets[i]);
        }
    }
    return ERR_OK;
}

static err_t set_floats(DMatrixHandle rows, const char *name, const double *numbers, size_t count,
                        fault_t *fault)
{
    float *values = mem_array(count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        values[i] = (float)numbers[i];
    }
    err_t err = booster_check(XGDMatrixSetFloatInfo(rows, name, values, count), fault);
    free(values);
    return err;
}

static err_t set_labels(DMatrixHandle rows, const lesson_t *lesson, fault_t *fault)
{
    size_t count = lesson->matrix.rows;
    if (lesson->task == TASK_REGRESS) {
        return set_floats(rows, "label", lesson->targets, count, fault);
    }
    double *labels = mem_array(count, sizeof *labels);
    for (size_t i = 0; i < count; i++) {
        labels[i] = lesson->classes[i];
    }
    err_t err = set_floats(rows, "label", labels, count, fault);
    free(labels);
    return err;
}

static err_t set_facts(DMatrixHandle rows, const lesson_t *lesson, fault_t *fault)
{
    err_t err = set_labels(rows, lesson, fault);
    return err != ERR_OK || !lesson->weights
               ? err
               : set_floats(rows, "weight", lesson->weights, lesson->matrix.rows, fault);
}

// --- In bins -----------------------------------------------------------------------------------

// XGBoost asks for batches, twice: there is one.
typedef struct {
    const lesson_t *lesson;
    DMatrixHandle proxy;
    bool given;
    err_t err;
    fault_t *fault;
} batch_t;

static void reset(DataIterHandle iter)
{
    batch_t *batch = iter;
    batch->given = false;
}

static int next(DataIterHandle iter)
{
    batch_t *batch = iter;
    if (batch->given || batch->err != ERR_OK) {
        return 0;
    }
    char *array = booster_array(&batch->lesson->matrix);
    batch->err = booster_check(XGProxyDMatrixSetDataDense(batch->proxy, array), batch->fault);
    free(array);
    if (batch->err == ERR_OK) {
        batch->err = set_facts(batch->proxy, batch->lesson, batch->fault);
    }
    batch->given = batch->err == ERR_OK;
    return batch->given;
}

err_t boost_rows_all(const lesson_t *lesson, const fit_t *fit, boost_rows_t *ret_rows,
                     fault_t *fault)
{
    batch_t batch = {.lesson = lesson, .fault = fault};
    err_t err = check_range(lesson, fault);
    err = err == ERR_OK ? booster_check(XGProxyDMatrixCreate(&batch.proxy), fault) : err;
    if (err != ERR_OK) {
        return err;
    }
    char *how = text_format("{\"missing\": NaN, \"nthread\": %zu, \"max_bin\": 256}", fit->threads);
    int failed = XGQuantileDMatrixCreateFromCallback(&batch, batch.proxy, NULL, reset, next, how,
                                                     &ret_rows->learn);
    err = batch.err != ERR_OK ? batch.err : booster_check(failed, fault);
    free(how);
    XGDMatrixFree(batch.proxy);
    return err;
}

// --- Divided -----------------------------------------------------------------------------------

// How many rows of each class are held out; of numbers, of all rows.
static size_t *quotas_of(const lesson_t *lesson, double share)
{
    size_t groups = lesson->classes ? lesson->classes_count : 1;
    size_t *quotas = mem_array(groups, sizeof *quotas);
    for (size_t i = 0; i < lesson->matrix.rows; i++) {
        quotas[lesson->classes ? lesson->classes[i] : 0]++;
    }
    for (size_t i = 0; i < groups; i++) {
        quotas[i] = (size_t)floor(share * (double)quotas[i]);
    }
    return quotas;
}

// Puts the rows that learn to the front of the list, those that judge behind them, both ascending;
// returns how many learn.
static size_t divide(const lesson_t *lesson, const fit_t *fit, int *ret_rows)
{
    size_t count = lesson->matrix.rows;
    size_t *quotas = quotas_of(lesson, params_number(fit->params, "validation_fraction"));
    size_t *order = mem_array(count, sizeof *order);
    bool *held = mem_array(count, sizeof *held);
    random_t random = random_new(fit->seed);
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    random_shuffle(&random, order, count);
    size_t learn = count;
    for (size_t i = 0; i < count; i++) {
        size_t *quota = &quotas[lesson->classes ? lesson->classes[order[i]] : 0];
        held[order[i]] = *quota > 0;
        learn -= *quota > 0;
        *quota -= *quota > 0;
    }
    size_t places[] = {0, learn};
    for (size_t i = 0; i < count; i++) {
        ret_rows[places[held[i]]++] = (int)i;
    }
    free(held);
    free(order);
    free(quotas);
    return learn;
}

static err_t load(const lesson_t *lesson, const fit_t *fit, DMatrixHandle *ret_rows, fault_t *fault)
{
    char *array = booster_array(&lesson->matrix);
    char *how = text_format("{\"missing\": NaN, \"nthread\": %zu}", fit->threads);
    err_t err = booster_check(XGDMatrixCreateFromDense(array, how, ret_rows), fault);
    free(how);
    free(array);
    return err == ERR_OK ? set_facts(*ret_rows, lesson, fault) : err;
}

static err_t slice(const lesson_t *lesson, const fit_t *fit, DMatrixHandle all,
                   boost_rows_t *ret_rows, fault_t *fault)
{
    size_t count = lesson->matrix.rows;
    int *rows = mem_array(count, sizeof *rows);
    size_t learn = divide(lesson, fit, rows);
    err_t err;
    if (learn == count) {
        err = fault_set(fault, ERR_HYPERPARAMETER, "leave it out, or give more rows",
                        "'early_stopping_rounds' has no rows to judge by: there are %zu", count);
    } else {
        err = booster_check(
            XGDMatrixSliceDMatrix(all, rows, learn, &ret_rows->learn) ||
                XGDMatrixSliceDMatrix(all, rows + learn, count - learn, &ret_rows->judge),
            fault);
    }
    free(rows);
    return err;
}

err_t boost_rows_divided(const lesson_t *lesson, const fit_t *fit, boost_rows_t *ret_rows,
                         fault_t *fault)
{
    DMatrixHandle all = NULL;
    err_t err = check_range(lesson, fault);
    err = err == ERR_OK ? load(lesson, fit, &all, fault) : err;
    err = err == ERR_OK ? slice(lesson, fit, all, ret_rows, fault) : err;
    if (all) {
        XGDMatrixFree(all);
    }
    return err;
}

void boost_rows_release(boost_rows_t *rows)
{
    if (rows->learn) {
        XGDMatrixFree(rows->learn);
    }
    if (rows->judge) {
        XGDMatrixFree(rows->judge);
    }
}
