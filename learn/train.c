// SPDX-License-Identifier: MPL-2.0
#include "learn/train.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault_json.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/fit.h"
#include "data/writer.h"
#include "learn/examples.h"
#include "learn/export_sklearn.h"
#include "learn/features.h"
#include "learn/prepare.h"
#include "learn/record.h"
#include "learn/rows.h"

static const char *const FILES[] = {"model.pkl", "predictions.csv", "record.json"};

enum { FILE_MODEL, FILE_PREDICTIONS, FILE_RECORD, FILE_COUNT };

// Where each stage of the work ends, as a share of the whole.
static const double ROWS_DONE = 0.1;
static const double FIT_DONE = 0.2;
static const double EXAMPLES_DONE = 0.3;
static const double TRAIN_DONE = 0.6;
static const double PREDICT_DONE = 0.95;

typedef struct {
    const char *path;
    const progress_t *progress;
    char *outputs[FILE_COUNT];
    table_t *table;
    recipe_t recipe;
    recipe_t prepared; // the part for the features
    request_t request;
    plan_t plan; // of the whole recipe
    rows_t rows;
    fit_t *fit;
    features_t features;
    examples_t examples;
    svc_t svc;
    scores_t scores;
} job_t;

// Reads the recipe and plans it; an issue is a fault.
static err_t plan_recipe(job_t *job, const json_t *recipe, fault_t *fault)
{
    json_t *issues = json_array();
    fault_t first = {0};
    recipe_parse(recipe, issues, &job->recipe);
    plan_make(job->table, &job->recipe, issues, &job->plan);
    if (json_array_size(issues) > 0) {
        fault_from_json(json_array_get(issues, 0), &first);
        if (fault) {
            *fault = first;
        }
    }
    json_decref(issues);
    return first.code;
}

static err_t read_documents(job_t *job, const json_t *description, const json_t *recipe,
                            const json_t *training, fault_t *fault)
{
    err_t err = table_from_json(description, &job->table, fault);
    if (err == ERR_OK) {
        err = request_parse(training, job->table, &job->request, fault);
    }
    if (err == ERR_OK) {
        err = plan_recipe(job, recipe, fault);
    }
    if (err == ERR_OK) {
        err = prepare_recipe(&job->recipe, job->table, &job->request, &job->prepared, fault);
    }
    return err;
}

// Fits the preparation on the training rows.
static err_t fit_features(job_t *job, fault_t *fault)
{
    progress_t part = progress_part(job->progress, ROWS_DONE, FIT_DONE);
    uint8_t *keep = rows_train_mask(&job->rows);
    row_mask_t mask = {.keep = keep, .rows = job->rows.total};
    err_t err = fit_run(job->path, job->table, &job->prepared, &mask, &part, &job->fit, fault);
    free(keep);
    return err == ERR_OK ? features_new(job->fit, &job->request, &job->features, fault) : err;
}

static err_t weigh_by_map(const job_t *job, double *weights, fault_t *fault)
{
    const labels_t *labels = &job->rows.labels;
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
    size_t classes = job->rows.labels.count;
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
    err_t err =
        examples_read(job->path, &job->features, &job->rows, &reading, &job->examples, fault);
    if (err != ERR_OK) {
        return err;
    }
    size_t classes = job->rows.labels.count;
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

// Writes bytes to a new file and makes them durable.
static err_t write_file(const char *path, const char *bytes, size_t size, fault_t *fault)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fault_errno(fault, ERR_IO, path);
    }
    err_t err = ERR_OK;
    for (size_t done = 0; done < size && err == ERR_OK;) {
        ssize_t n = write(fd, bytes + done, size - done);
        if (n < 0 && errno != EINTR) {
            err = fault_errno(fault, ERR_IO, path);
        }
        done += n > 0 ? (size_t)n : 0;
    }
    if (err == ERR_OK && fsync(fd) != 0) {
        err = fault_errno(fault, ERR_IO, path);
    }
    close(fd);
    return err;
}

static err_t write_pickle(job_t *job, fault_t *fault)
{
    buf_t pickle = {0};
    err_t err = export_sklearn(&job->features, &job->svc, &job->rows.labels, &pickle, fault);
    if (err == ERR_OK) {
        err = write_file(job->outputs[FILE_MODEL], pickle.data, pickle.size, fault);
    }
    buf_release(&pickle);
    return err;
}

static err_t write_record(const char *path, const json_t *record, fault_t *fault)
{
    char *text = json_dumps(record, JSON_INDENT(1));
    err_t err = text ? write_file(path, text, strlen(text), fault)
                     : fault_set(fault, ERR_INTERNAL, NULL, "the record cannot be written");
    free(text);
    return err;
}

// Predicts every row and writes the three files.
static err_t write_files(job_t *job, json_t *recipe, json_t **ret_record, fault_t *fault)
{
    progress_t part = progress_part(job->progress, TRAIN_DONE, PREDICT_DONE);
    predictor_t predictor = {.features = &job->features, .svc = &job->svc, .rows = &job->rows};
    json_t *self_check = NULL;
    job->scores = scores_new(job->rows.labels.count);
    err_t err = predictions_write(job->path, &predictor, job->outputs[FILE_PREDICTIONS], &part,
                                  &job->scores, &self_check, fault);
    if (err == ERR_OK) {
        err = write_pickle(job, fault);
    }
    if (err == ERR_OK) {
        json_t *full = record_make(&predictor, &job->scores, recipe, self_check, FIT_LEVELS_ALL);
        err = write_record(job->outputs[FILE_RECORD], full, fault);
        json_decref(full);
    }
    if (err == ERR_OK) {
        *ret_record = record_make(&predictor, &job->scores, recipe, self_check, FIT_LEVELS_SHOWN);
    }
    json_decref(self_check);
    return err;
}

static err_t run(job_t *job, json_t *recipe, json_t **ret_record, fault_t *fault)
{
    progress_t part = progress_part(job->progress, 0, ROWS_DONE);
    err_t err =
        rows_read(job->path, job->table, &job->plan, &job->request, &part, &job->rows, fault);
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
    fit_destroy(&job->fit);
    rows_release(&job->rows);
    plan_release(&job->plan);
    request_release(&job->request);
    recipe_release(&job->prepared);
    recipe_release(&job->recipe);
    table_destroy(&job->table);
    for (int i = 0; i < FILE_COUNT; i++) {
        if (remove_files) {
            writer_remove(job->outputs[i]);
        }
        free(job->outputs[i]);
    }
}

err_t train_run(const char *path, const json_t *description, const json_t *recipe,
                const json_t *training, const char *output_dir, const progress_t *progress,
                json_t **ret_result, fault_t *fault)
{
    job_t job = {.path = path, .progress = progress};
    for (int i = 0; i < FILE_COUNT; i++) {
        job.outputs[i] = text_format("%s/%s", output_dir, FILES[i]);
    }
    json_t *shared = recipe ? json_incref((json_t *)recipe) : json_array();
    json_t *record = NULL;
    err_t err = read_documents(&job, description, shared, training, fault);
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
