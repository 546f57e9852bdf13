// SPDX-License-Identifier: MPL-2.0
#include "model/boost/grow.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/boost/rows.h"

typedef struct {
    const lesson_t *lesson;
    const fit_t *fit;
    boost_rows_t rows;
    BoosterHandle booster;
    int rounds; // to keep
} growth_t;

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
    DMatrixHandle known[] = {growth->rows.learn, growth->rows.judge};
    err_t err =
        booster_check(XGBoosterCreate(known, growth->rows.judge ? 2 : 1, &growth->booster), fault);
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
    return booster_check(failed, fault);
}

// The loss of the rows that judge, after a round.
static err_t judge(growth_t *growth, int round, double *ret_loss, fault_t *fault)
{
    const char *name = "held";
    const char *said = "";
    err_t err = booster_check(
        XGBoosterEvalOneIter(growth->booster, round, &growth->rows.judge, &name, 1, &said), fault);
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
    growth->rounds = growth->rows.judge ? 1 : rounds;
    for (int i = 0; i < rounds && (!growth->rows.judge || i < growth->rounds + patience); i++) {
        if (!progress_report(growth->fit->progress, (double)i / rounds, "training")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
        double loss = 0;
        err_t err =
            booster_check(XGBoosterUpdateOneIter(growth->booster, i, growth->rows.learn), fault);
        if (err == ERR_OK && growth->rows.judge) {
            err = judge(growth, i, &loss, fault);
        }
        if (err != ERR_OK) {
            return err;
        }
        if (growth->rows.judge && loss < best) {
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
    int failed =
        growth->rows.judge ? XGBoosterSlice(growth->booster, 0, growth->rounds, 1, &kept) : 0;
    failed = failed || XGBoosterSaveModelToBuffer(kept ? kept : growth->booster,
                                                  "{\"format\": \"ubj\"}", &size, &bytes);
    if (!failed) {
        buf_add(out, bytes, size);
    }
    err_t err = booster_check(failed, fault);
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
    boost_rows_release(&growth->rows);
}

err_t grow(const lesson_t *lesson, const fit_t *fit, buf_t *out, fault_t *fault)
{
    growth_t growth = {.lesson = lesson, .fit = fit};
    bool divided = !params_is_null(fit->params, "early_stopping_rounds");
    err_t err = divided ? boost_rows_divided(lesson, fit, &growth.rows, fault)
                        : boost_rows_all(lesson, fit, &growth.rows, fault);
    err = err == ERR_OK ? make_booster(&growth, fault) : err;
    err = err == ERR_OK ? run(&growth, fault) : err;
    err = err == ERR_OK ? save(&growth, out, fault) : err;
    release(&growth);
    return err;
}
