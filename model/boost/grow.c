// SPDX-License-Identifier: MPL-2.0
#include "model/boost/grow.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/boost/booster.h"
#include "model/core/random.h"

// A training: all rows, or two parts of them.
typedef struct {
    const lesson_t *lesson;
    const fit_t *fit;
    DMatrixHandle rows; // those that are learned from
    DMatrixHandle held; // those that judge, or NULL
    BoosterHandle booster;
    int rounds; // to keep
} growth_t;

static err_t check(int failed, fault_t *fault)
{
    return failed ? booster_fault(fault) : ERR_OK;
}

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
    err_t err = check(XGDMatrixSetFloatInfo(rows, name, values, count), fault);
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

static err_t load_rows(growth_t *growth, fault_t *fault)
{
    const lesson_t *lesson = growth->lesson;
    char *array = booster_array(&lesson->matrix);
    char *how = text_format("{\"missing\": NaN, \"nthread\": %zu}", growth->fit->threads);
    err_t err = check(XGDMatrixCreateFromDense(array, how, &growth->rows), fault);
    free(how);
    free(array);
    if (err == ERR_OK) {
        err = set_labels(growth->rows, lesson, fault);
    }
    if (err == ERR_OK && lesson->weights) {
        err = set_floats(growth->rows, "weight", lesson->weights, lesson->matrix.rows, fault);
    }
    return err;
}

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
static size_t divide(const growth_t *growth, int *ret_rows)
{
    const lesson_t *lesson = growth->lesson;
    size_t count = lesson->matrix.rows;
    size_t *quotas = quotas_of(lesson, params_number(growth->fit->params, "validation_fraction"));
    size_t *order = mem_array(count, sizeof *order);
    bool *held = mem_array(count, sizeof *held);
    random_t random = random_new(growth->fit->seed);
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

static err_t hold_out(growth_t *growth, fault_t *fault)
{
    size_t count = growth->lesson->matrix.rows;
    int *rows = mem_array(count, sizeof *rows);
    size_t learn = divide(growth, rows);
    DMatrixHandle all = growth->rows;
    err_t err = ERR_OK;
    if (learn == count) {
        err = fault_set(fault, ERR_HYPERPARAMETER, "leave it out, or give more rows",
                        "'early_stopping_rounds' has no rows to judge by: there are %zu", count);
    } else {
        growth->rows = NULL;
        err = check(XGDMatrixSliceDMatrix(all, rows, learn, &growth->rows) ||
                        XGDMatrixSliceDMatrix(all, rows + learn, count - learn, &growth->held),
                    fault);
        XGDMatrixFree(all);
    }
    free(rows);
    return err;
}

static int set_number(const growth_t *growth, const char *name)
{
    char value[32];
    snprintf(value, sizeof value, "%.17g", params_number(growth->fit->params, name));
    return XGBoosterSetParam(growth->booster, name, value);
}

static int set_count(const growth_t *growth, const char *name, uint64_t count)
{
    char value[32];
    snprintf(value, sizeof value, "%llu", (unsigned long long)count);
    return XGBoosterSetParam(growth->booster, name, value);
}

static err_t make_booster(growth_t *growth, fault_t *fault)
{
    static const char *const numbers[] = {"learning_rate",    "max_depth",  "min_child_weight",
                                          "subsample",        "reg_lambda", "reg_alpha",
                                          "colsample_bytree", "gamma"};
    const lesson_t *lesson = growth->lesson;
    const char *objective = booster_objective(lesson->task, lesson->classes_count);
    DMatrixHandle known[] = {growth->rows, growth->held};
    err_t err = check(XGBoosterCreate(known, growth->held ? 2 : 1, &growth->booster), fault);
    if (err != ERR_OK) {
        return err;
    }
    int failed = XGBoosterSetParam(growth->booster, "verbosity", "0");
    failed |= XGBoosterSetParam(growth->booster, "tree_method", "hist");
    failed |= XGBoosterSetParam(growth->booster, "objective", objective);
    failed |= set_count(growth, "nthread", growth->fit->threads);
    failed |= set_count(growth, "seed", growth->fit->seed % INT32_MAX);
    if (lesson->task == TASK_CLASSIFY && lesson->classes_count > 2) {
        failed |= set_count(growth, "num_class", lesson->classes_count);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        failed |= set_number(growth, numbers[i]);
    }
    return check(failed, fault);
}

// The loss of the rows that judge, after a round.
static err_t judge(growth_t *growth, int round, double *ret_loss, fault_t *fault)
{
    const char *name = "held";
    const char *said = "";
    err_t err =
        check(XGBoosterEvalOneIter(growth->booster, round, &growth->held, &name, 1, &said), fault);
    const char *colon = strrchr(said, ':'); // "[0]\theld-logloss:0.48"
    *ret_loss = colon ? strtod(colon + 1, NULL) : NAN;
    return err;
}

static err_t run(growth_t *growth, fault_t *fault)
{
    const json_t *params = growth->fit->params;
    int rounds = (int)params_integer(params, "n_estimators");
    int patience = (int)params_integer(params, "early_stopping_rounds");
    double best = INFINITY;
    growth->rounds = growth->held ? 1 : rounds;
    for (int i = 0; i < rounds && (!growth->held || i < growth->rounds + patience); i++) {
        if (!progress_report(growth->fit->progress, (double)i / rounds, "training")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
        double loss = 0;
        err_t err = check(XGBoosterUpdateOneIter(growth->booster, i, growth->rows), fault);
        if (err == ERR_OK && growth->held) {
            err = judge(growth, i, &loss, fault);
        }
        if (err != ERR_OK) {
            return err;
        }
        if (growth->held && loss < best) {
            best = loss;
            growth->rounds = i + 1;
        }
    }
    return ERR_OK;
}

static err_t save(const growth_t *growth, buf_t *out, fault_t *fault)
{
    BoosterHandle kept = NULL;
    bst_ulong size;
    const char *bytes;
    int failed = growth->held ? XGBoosterSlice(growth->booster, 0, growth->rounds, 1, &kept) : 0;
    failed = failed || XGBoosterSaveModelToBuffer(kept ? kept : growth->booster,
                                                  "{\"format\": \"ubj\"}", &size, &bytes);
    if (!failed) {
        buf_add(out, bytes, size);
    }
    err_t err = check(failed, fault);
    if (kept) {
        XGBoosterFree(kept);
    }
    return err;
}

static void release(growth_t *growth)
{
    if (growth->booster) {
        XGBoosterFree(growth->booster);
    }
    if (growth->rows) {
        XGDMatrixFree(growth->rows);
    }
    if (growth->held) {
        XGDMatrixFree(growth->held);
    }
}

err_t grow(const lesson_t *lesson, const fit_t *fit, buf_t *out, fault_t *fault)
{
    growth_t growth = {.lesson = lesson, .fit = fit};
    err_t err = check_range(lesson, fault);
    if (err == ERR_OK) {
        err = load_rows(&growth, fault);
    }
    if (err == ERR_OK && !params_is_null(fit->params, "early_stopping_rounds")) {
        err = hold_out(&growth, fault);
    }
    if (err == ERR_OK) {
        err = make_booster(&growth, fault);
    }
    if (err == ERR_OK) {
        err = run(&growth, fault);
    }
    if (err == ERR_OK) {
        err = save(&growth, out, fault);
    }
    release(&growth);
    return err;
}
