// SPDX-License-Identifier: MPL-2.0
#include "learn/train.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/engine/fit.h"
#include "data/engine/flow_edit.h"
#include "data/engine/steps_json.h"
#include "learn/examples.h"
#include "learn/export_sklearn.h"
#include "learn/features.h"
#include "learn/outfile.h"
#include "learn/prepare.h"
#include "learn/record.h"
#include "learn/sample.h"

static const char *const FILES[] = {"model.pkl", "predictions.csv", "record.json"};

enum { FILE_MODEL, FILE_PREDICTIONS, FILE_RECORD, FILE_COUNT };

// Where each stage of the work ends, as a share of the whole.
static const double CHOICE_DONE = 0.05;
static const double ROWS_DONE = 0.1;
static const double FIT_DONE = 0.2;
static const double EXAMPLES_DONE = 0.3;
static const double TRAIN_DONE = 0.6;
static const double PREDICT_DONE = 0.95;

typedef struct {
    const frame_t *frame;
    const progress_t *progress;
    char *outputs[FILE_COUNT];
    request_t request;
    flow_t *whole;    // of the whole recipe, fitted on all rows: it says which rows count
    flow_t *prepared; // of its part for the features, fitted on the training rows
    sample_t sample;
    features_t features;
    examples_t examples;
    svc_t svc;
    scores_t scores;
} job_t;

// Leaves the features alone: what a model does not see cannot be in the way of its columns' names.
static void keep_features(flow_t *flow, const request_t *request)
{
    bool *feature = mem_array(flow->live_count, sizeof *feature);
    for (size_t i = 0; i < request->features_count; i++) {
        feature[request->features[i]] = true;
    }
    for (size_t i = flow->live_count; i > 0; i--) {
        if (!feature[i - 1]) {
            flow_splice(flow, i - 1, 1, NULL, 0);
        }
    }
    free(feature);
}

static err_t read_documents(job_t *job, const json_t *recipe, const json_t *training,
                            fault_t *fault)
{
    const json_t *description = frame_description(job->frame);
    recipe_t prepared = {0};
    err_t err = request_parse(training, description, &job->request, fault);
    if (err == ERR_OK) {
        err = flow_read(job->frame, recipe, &job->whole, fault);
    }
    if (err == ERR_OK) {
        err = prepare_recipe(&job->whole->recipe, description, &job->request, &prepared, fault);
    }
    if (err == ERR_OK) {
        err = flow_new(description, &prepared, &job->prepared, fault);
        recipe_release(&prepared);
    }
    if (err == ERR_OK) {
        keep_features(job->prepared, &job->request);
    }
    return err;
}

// Finds the rows that count.
static err_t choose_rows(job_t *job, fault_t *fault)
{
    progress_t fitting = progress_part(job->progress, 0, CHOICE_DONE);
    progress_t reading = progress_part(job->progress, CHOICE_DONE, ROWS_DONE);
    fit_setup_t setup = {.frame = job->frame, .progress = &fitting};
    err_t err = fit_flow(job->whole, &setup, fault);
    return err == ERR_OK
               ? sample_read(job->frame, job->whole, &job->request, &reading, &job->sample, fault)
               : err;
}

// Fits the preparation on the training rows.
static err_t fit_features(job_t *job, fault_t *fault)
{
    progress_t part = progress_part(job->progress, ROWS_DONE, FIT_DONE);
    uint8_t *keep = sample_train_mask(&job->sample);
    row_mask_t mask = {.keep = keep, .rows = job->sample.total};
    fit_setup_t setup = {.frame = job->frame, .mask = &mask, .progress = &part};
    err_t err = fit_flow(job->prepared, &setup, fault);
    free(keep);
    return err == ERR_OK
               ? features_new(job->frame, job->prepared, &job->request, &job->features, fault)
               : err;
}

static err_t weigh_by_map(const job_t *job, double *weights, fault_t *fault)
{
    const labels_t *labels = &job->sample.labels;
    const char *name;
    json_t *weight;
    json_object_foreach(job->request.weights, name, weight)
    {
        int64_t label = levels_find(labels->index, name, strlen(name));
        if (label == LEVELS_UNKNOWN) {
            return fault_set(fault, ERR_HYPERPARAMETER, "use labels of the target column",
                             "'class_weight': there is no label '%.100s'", name);
        }
        weights[label] = json_number_value(weight);
    }
    return ERR_OK;
}

// One weight for each class. "balanced" is rows / (classes * rows of the class), as scikit-learn's.
static err_t weigh(const job_t *job, double *weights, fault_t *fault)
{
    size_t classes = job->sample.labels.count;
    size_t rows = job->examples.matrix.rows;
    for (size_t i = 0; i < classes; i++) {
        weights[i] = job->request.weight_kind == WEIGHT_BALANCED ? 0 : 1;
    }
    if (job->request.weight_kind == WEIGHT_MAP) {
        return weigh_by_map(job, weights, fault);
    }
    for (size_t i = 0; i < rows && job->request.weight_kind == WEIGHT_BALANCED; i++) {
        weights[job->examples.classes[i]] += 1;
    }
    for (size_t i = 0; i < classes && job->request.weight_kind == WEIGHT_BALANCED; i++) {
        weights[i] = (double)rows / ((double)classes * weights[i]);
    }
    return ERR_OK;
}

static err_t train_model(job_t *job, fault_t *fault)
{
    progress_t reading = progress_part(job->progress, FIT_DONE, EXAMPLES_DONE);
    err_t err = examples_read(&job->features, &job->sample, &reading, &job->examples, fault);
    if (err != ERR_OK) {
        return err;
    }
    size_t classes = job->sample.labels.count;
    double *weights = mem_array(classes, sizeof *weights);
    err = weigh(job, weights, fault);
    if (err == ERR_OK && !progress_report(job->progress, EXAMPLES_DONE, "train")) {
        err = fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    if (err == ERR_OK) {
        err = svc_train(&job->examples.matrix, job->examples.classes, classes, &job->request,
                        weights, &job->svc, fault);
    }
    free(weights);
    return err;
}

static err_t write_pickle(job_t *job, fault_t *fault)
{
    buf_t pickle = {0};
    err_t err = export_sklearn(&job->features, &job->svc, &job->sample.labels, &pickle, fault);
    if (err == ERR_OK) {
        err = outfile_write(job->outputs[FILE_MODEL], pickle.data, pickle.size, fault);
    }
    buf_release(&pickle);
    return err;
}

static err_t write_record(const char *path, const json_t *record, fault_t *fault)
{
    char *text = json_dumps(record, JSON_INDENT(1));
    err_t err = text ? outfile_write(path, text, strlen(text), fault)
                     : fault_set(fault, ERR_INTERNAL, NULL, "the record cannot be written");
    free(text);
    return err;
}

// Predicts every row and writes the three files.
static err_t write_files(job_t *job, json_t *recipe, json_t **ret_record, fault_t *fault)
{
    progress_t part = progress_part(job->progress, TRAIN_DONE, PREDICT_DONE);
    predictor_t predictor = {.features = &job->features, .svc = &job->svc, .sample = &job->sample};
    json_t *self_check = NULL;
    job->scores = scores_new(job->sample.labels.count);
    err_t err = predictions_write(&predictor, job->outputs[FILE_PREDICTIONS], &part, &job->scores,
                                  &self_check, fault);
    if (err == ERR_OK) {
        err = write_pickle(job, fault);
    }
    if (err == ERR_OK) {
        json_t *full = record_make(&predictor, &job->scores, recipe, self_check, STEPS_LEVELS_ALL);
        err = write_record(job->outputs[FILE_RECORD], full, fault);
        json_decref(full);
    }
    if (err == ERR_OK) {
        *ret_record = record_make(&predictor, &job->scores, recipe, self_check, STEPS_LEVELS_SHOWN);
    }
    json_decref(self_check);
    return err;
}

static err_t run(job_t *job, json_t *recipe, json_t **ret_record, fault_t *fault)
{
    err_t err = choose_rows(job, fault);
    if (err == ERR_OK) {
        err = fit_features(job, fault);
    }
    if (err == ERR_OK) {
        err = train_model(job, fault);
    }
    return err == ERR_OK ? write_files(job, recipe, ret_record, fault) : err;
}

static void release(job_t *job, bool remove_files)
{
    scores_release(&job->scores);
    svc_release(&job->svc);
    examples_release(&job->examples);
    features_release(&job->features);
    sample_release(&job->sample);
    flow_destroy(&job->prepared);
    flow_destroy(&job->whole);
    request_release(&job->request);
    for (int i = 0; i < FILE_COUNT; i++) {
        if (remove_files) {
            outfile_remove(job->outputs[i]);
        }
        free(job->outputs[i]);
    }
}

err_t train_run(const frame_t *frame, const json_t *recipe, const json_t *training,
                const char *output_dir, const progress_t *progress, json_t **ret_result,
                fault_t *fault)
{
    job_t job = {.frame = frame, .progress = progress};
    for (int i = 0; i < FILE_COUNT; i++) {
        job.outputs[i] = text_format("%s/%s", output_dir, FILES[i]);
    }
    json_t *shared = recipe ? json_incref((json_t *)recipe) : json_array();
    json_t *record = NULL;
    err_t err = read_documents(&job, shared, training, fault);
    if (err == ERR_OK) {
        err = run(&job, shared, &record, fault);
    }
    if (err == ERR_OK) {
        *ret_result = json_pack("{s:o, s:[s, s, s]}", "record", record, "files", FILES[FILE_MODEL],
                                FILES[FILE_PREDICTIONS], FILES[FILE_RECORD]);
    }
    json_decref(shared);
    release(&job, err != ERR_OK);
    return err;
}
