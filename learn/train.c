// SPDX-License-Identifier: MPL-2.0
#include "learn/train.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "learn/insight.h"
#include "learn/learning_curve.h"
#include "learn/material.h"
#include "learn/outcome.h"
#include "learn/portion.h"
#include "learn/refit.h"
#include "learn/search.h"
#include "learn/sums.h"
#include "learn/validation.h"
#include "learn/yardstick.h"

// Where each stage of the work ends, as a share of the whole.
static const double ROWS_DONE = 0.1;
static const double VALIDATE_DONE = 0.4;
static const double PREPARE_DONE = 0.5;
static const double TRAIN_DONE = 0.7;
static const double INSIGHT_DONE = 0.8;
static const double REFIT_DONE = 0.9;
static const double PREDICT_DONE = 0.95;

// Of the validation's stretch, what a learning curve leaves to it.
static const double CURVE_FROM = 0.5;

typedef struct {
    const train_t *with;
    material_t material;
    request_t *request; // the material's
    sample_t *sample;   // the material's
    preparation_t preparation;
    json_t *validation; // NULL: none was asked for
    json_t *board;      // of a search
    json_t *curve;      // of learning; NULL: none was asked for
    int64_t begun_ms;   // on the monotonic clock
    model_t *model;
    judgement_t judgement;
    json_t *exports; // what the record tells of them
} job_t;

// The stretch of a search or a validation; a learning curve has what is left of it.
static progress_t validation_part(const job_t *job)
{
    double share = job->request->learning_curve ? CURVE_FROM : 1;
    return progress_part(job->with->progress, ROWS_DONE,
                         ROWS_DONE + share * (VALIDATE_DONE - ROWS_DONE));
}

// Takes what a search finds best for the model.
static err_t search(job_t *job, fault_t *fault)
{
    study_t study = material_study(&job->material);
    progress_t part = validation_part(job);
    const json_t *best;
    err_t err =
        search_run(&study, job->with->trials, job->with->steer, &part, &job->board, &best, fault);
    if (err != ERR_OK) {
        return err;
    }
    job->request->estimator = estimator_find(json_string_value(json_object_get(best, "algorithm")));
    json_decref(job->request->parameters);
    job->request->parameters = NULL;
    return params_read(job->request->estimator->params, json_object_get(best, "parameters"),
                       &job->request->parameters, fault);
}

static err_t validate(job_t *job, fault_t *fault)
{
    if (job->request->search.method != SEARCH_NONE) {
        return search(job, fault);
    }
    if (job->request->folds == 0) {
        return ERR_OK;
    }
    study_t study = material_study(&job->material);
    progress_t part = validation_part(job);
    return validation_run(&study, &part, &job->validation, fault);
}

static err_t draw_learning(job_t *job, fault_t *fault)
{
    study_t study = material_study(&job->material);
    double from = ROWS_DONE + CURVE_FROM * (VALIDATE_DONE - ROWS_DONE);
    progress_t part = progress_part(job->with->progress, from, VALIDATE_DONE);
    return job->request->learning_curve
               ? learning_curve_run(&study, yardstick_of(job->request, job->sample), &part,
                                    &job->curve, fault)
               : ERR_OK;
}

// Fits the preparation on the training rows.
static err_t prepare(job_t *job, fault_t *fault)
{
    progress_t part = progress_part(job->with->progress, VALIDATE_DONE, PREPARE_DONE);
    uint8_t *train = mem_array(job->sample->count, 1);
    for (size_t i = 0; i < job->sample->count; i++) {
        train[i] = !job->sample->test[i];
    }
    err_t err = preparation_make(job->material.frame, &job->material.whole->recipe, job->request,
                                 job->sample, train, &part, &job->preparation, fault);
    free(train);
    return err;
}

// What somebody who knows no feature would reach.
static json_t *score_baseline(job_t *job, const portion_t *train, const portion_t *test)
{
    request_t request = *job->request;
    model_t *model = NULL;
    fault_t ignored;
    json_t *scores = NULL;
    request.estimator = estimator_find("dummy");
    request.weight_kind = WEIGHT_NONE;
    request.parameters = NULL;
    if (request.estimator &&
        params_read(request.estimator->params, NULL, &request.parameters, &ignored) == ERR_OK &&
        portion_fit(train, &job->sample->labels, &request, NULL, &model, &ignored) == ERR_OK) {
        scores = portion_score(test, model, NULL);
    }
    model_destroy(&model);
    json_decref(request.parameters);
    return scores;
}

static void set_accuracy(json_t *scores, const char *name, const json_t *part)
{
    json_t *accuracy = json_object_get(part, "accuracy");
    if (accuracy) {
        json_object_set(scores, name, accuracy);
    }
}

// All scores, and which one counts.
static json_t *gather_scores(job_t *job, json_t *train, json_t *test, json_t *baseline)
{
    json_t *scores =
        json_pack("{s:s, s:s, s:o, s:o, s:o}", "chosen", yardstick_of(job->request, job->sample),
                  "reason", yardstick_reason(job->request, job->sample), "test", test, "train",
                  train, "baseline", baseline ? baseline : json_null());
    set_accuracy(scores, "test_accuracy", test);
    set_accuracy(scores, "train_accuracy", train);
    set_accuracy(scores, "baseline_accuracy", baseline);
    if (job->validation) {
        json_object_set(scores, "validation", job->validation);
    }
    if (job->board) {
        json_object_set(scores, "leaderboard", job->board);
    }
    if (job->curve) {
        json_object_set(scores, "learning_curve", job->curve);
    }
    return scores;
}

static void judge(job_t *job, const portion_t *train, const portion_t *test)
{
    size_t classes = job->sample->labels.count;
    job->judgement.confusion = mem_array(classes * classes + 1, sizeof(int64_t));
    json_t *tested = portion_score(test, job->model, job->judgement.confusion);
    json_t *trained = portion_score(train, job->model, NULL);
    json_t *baseline = score_baseline(job, train, test);
    job->judgement.scores = gather_scores(job, trained, tested, baseline);
}

// It takes no longer than the training has until now, or the little that is always allowed.
static err_t look_into(job_t *job, const portion_t *test, fault_t *fault)
{
    progress_t part = progress_part(job->with->progress, TRAIN_DONE, INSIGHT_DONE);
    double seconds = (double)(clock_mono_ms() - job->begun_ms) / 1e3;
    if (!task_has_target(job->request->task)) {
        return ERR_OK;
    }
    insight_t of = {.preparation = &job->preparation,
                    .sample = job->sample,
                    .model = job->model,
                    .test = test,
                    .score = yardstick_of(job->request, job->sample),
                    .seconds = seconds > INSIGHT_SECONDS_MIN ? seconds : INSIGHT_SECONDS_MIN,
                    .progress = &part};
    return insight_make(&of, &job->judgement.insight, fault);
}

static err_t train_model(job_t *job, fault_t *fault)
{
    err_t err = validate(job, fault);
    err = err == ERR_OK ? draw_learning(job, fault) : err;
    err = err == ERR_OK ? prepare(job, fault) : err;
    if (err != ERR_OK) {
        return err;
    }
    progress_t part = progress_part(job->with->progress, PREPARE_DONE, TRAIN_DONE);
    if (!progress_report(&part, 0, "train")) {
        return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    portion_t train = portion_take(&job->preparation.examples, job->sample, job->sample->test, 0);
    err = portion_fit(&train, &job->sample->labels, job->request, &part, &job->model, fault);
    if (err == ERR_OK) {
        portion_t test =
            portion_take(&job->preparation.examples, job->sample, job->sample->test, 1);
        judge(job, &train, &test);
        err = look_into(job, &test, fault);
        portion_release(&test);
    }
    portion_release(&train);
    return err;
}

static err_t refit_model(job_t *job, fault_t *fault)
{
    progress_t part = progress_part(job->with->progress, INSIGHT_DONE, REFIT_DONE);
    return job->request->refit ? refit(&job->material, &part, &job->preparation, &job->model, fault)
                               : ERR_OK;
}

static err_t write_outcome(job_t *job, json_t **ret_result, fault_t *fault)
{
    progress_t part = progress_part(job->with->progress, REFIT_DONE, PREDICT_DONE);
    outcome_t outcome = {
        .predictor = {.features = &job->preparation.features,
                      .model = job->model,
                      .sample = job->sample},
        .judgement = &job->judgement,
        .recipe = job->with->recipe,
        .lineage = job->with->lineage,
        .folder = job->with->output_dir,
    };
    return outcome_write(&outcome, &part, ret_result, fault);
}

static err_t run(job_t *job, json_t **ret_result, fault_t *fault)
{
    const train_t *with = job->with;
    progress_t part = progress_part(with->progress, 0, ROWS_DONE);
    err_t err =
        material_make(with->frame, with->recipe, with->training, &part, &job->material, fault);
    err = err == ERR_OK ? train_model(job, fault) : err;
    err = err == ERR_OK ? refit_model(job, fault) : err;
    return err == ERR_OK ? write_outcome(job, ret_result, fault) : err;
}

static void release(job_t *job)
{
    json_decref(job->judgement.scores);
    json_decref(job->judgement.insight);
    free(job->judgement.confusion);
    json_decref(job->validation);
    json_decref(job->board);
    json_decref(job->curve);
    model_destroy(&job->model);
    preparation_release(&job->preparation);
    material_release(&job->material);
}

err_t train_run(const train_t *train, json_t **ret_result, fault_t *fault)
{
    job_t job = {.with = train, .begun_ms = clock_mono_ms()};
    job.request = &job.material.request;
    job.sample = &job.material.sample;
    err_t err = run(&job, ret_result, fault);
    release(&job);
    return err;
}
