// SPDX-License-Identifier: MPL-2.0
// model_run SPEC.json: fits an estimator on rows of numbers and writes what it says of others, for
// tests that hold it against scikit-learn. The spec names files of raw numbers:
//   {"estimator", "task", "params", "seed", "threads", "columns", "rows", "x": doubles,
//    "y": int32 classes or doubles, "weights": doubles or null, "test_rows", "test_x", "out": DIR,
//    "brief": true when only the predictions are wanted}
// DIR gets predict.f64, probabilities.f64, importances.f64 where there are any, again.f64 (the
// predictions after the way through JSON), model.json, model.pkl, model.onnx (inputs x0, x1, ...;
// outputs answer, probabilities). Classes are called 0, 1, 2, ...
// Prints {"seconds": of the fit, "predict_seconds"} or the fault.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fault_json.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/catalogue.h"
#include "model/onnx/onnx_ops.h"
#include "model/pickle/pickle.h"

typedef struct {
    json_t *spec;
    const estimator_t *estimator;
    lesson_t lesson;
    matrix_t test;
    double seconds;
    double predict_seconds;
} job_t;

static size_t count(const json_t *spec, const char *key)
{
    return (size_t)json_integer_value(json_object_get(spec, key));
}

// A whole file; NULL when the spec has none under the key.
static void *load(const json_t *spec, const char *key, size_t bytes)
{
    const char *path = json_string_value(json_object_get(spec, key));
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file) {
        return NULL;
    }
    void *data = mem_array(bytes + 1, 1);
    if (fread(data, 1, bytes, file) != bytes) {
        fprintf(stderr, "%s is shorter than the spec says\n", path);
        exit(2);
    }
    fclose(file);
    return data;
}

static void save(const json_t *spec, const char *name, const void *data, size_t bytes)
{
    char *path = text_format("%s/%s", json_string_value(json_object_get(spec, "out")), name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, bytes, file) != bytes || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
    free(path);
}

static void read_job(job_t *job, const char *path)
{
    job->spec = json_load_file(path, 0, NULL);
    const json_t *spec = job->spec;
    job->estimator = estimator_find(json_string_value(json_object_get(spec, "estimator")));
    lesson_t *lesson = &job->lesson;
    if (!job->estimator ||
        !task_by_name(json_string_value(json_object_get(spec, "task")), &lesson->task)) {
        fprintf(stderr, "no such estimator or task\n");
        exit(2);
    }
    size_t rows = count(spec, "rows");
    size_t columns = count(spec, "columns");
    size_t tests = count(spec, "test_rows");
    lesson->matrix = (matrix_t){load(spec, "x", rows * columns * sizeof(double)), rows, columns};
    job->test = (matrix_t){load(spec, "test_x", tests * columns * sizeof(double)), tests, columns};
    lesson->weights = load(spec, "weights", rows * sizeof(double));
    if (lesson->task == TASK_CLASSIFY) {
        lesson->classes = load(spec, "y", rows * sizeof(int32_t));
        for (size_t i = 0; i < rows; i++) {
            size_t above = (size_t)lesson->classes[i] + 1;
            lesson->classes_count = above > lesson->classes_count ? above : lesson->classes_count;
        }
    } else if (lesson->task == TASK_REGRESS) {
        lesson->targets = load(spec, "y", rows * sizeof(double));
    }
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static err_t fit(job_t *job, model_t **ret_model, fault_t *fault)
{
    json_t *params = NULL;
    err_t err =
        params_read(job->estimator->params, json_object_get(job->spec, "params"), &params, fault);
    if (err != ERR_OK) {
        return err;
    }
    fit_t how = {.params = params,
                 .seed = (uint64_t)count(job->spec, "seed"),
                 .threads = count(job->spec, "threads") ? count(job->spec, "threads") : 1};
    double begun = now();
    err = model_fit(job->estimator, &job->lesson, &how, ret_model, fault);
    job->seconds = now() - begun;
    json_decref(params);
    return err;
}

static void save_predictions(job_t *job, const model_t *model, const char *name)
{
    double *values = mem_array(job->test.rows + 1, sizeof *values);
    double begun = now();
    model->estimator->predict(model, &job->test, values);
    job->predict_seconds = now() - begun;
    save(job->spec, name, values, job->test.rows * sizeof *values);
    free(values);
}

static void save_more(const job_t *job, const model_t *model)
{
    const estimator_t *estimator = model->estimator;
    size_t cells = job->test.rows * model->classes;
    double *values = mem_array(cells + model->columns + 1, sizeof *values);
    if (estimator->probabilities && model->task == TASK_CLASSIFY) {
        estimator->probabilities(model, &job->test, values);
        save(job->spec, "probabilities.f64", values, cells * sizeof *values);
    }
    if (estimator->importances) {
        estimator->importances(model, values);
        save(job->spec, "importances.f64", values, model->columns * sizeof *values);
    }
    free(values);
}

static void save_pickle(const job_t *job, const model_t *model)
{
    buf_t out = {0};
    int64_t *labels = mem_array(model->classes + 1, sizeof *labels);
    for (size_t i = 0; i < model->classes; i++) {
        labels[i] = (int64_t)i;
    }
    class_names_t names = {.type = NAMES_INTEGER, .count = model->classes, .integers = labels};
    pickle_begin(&out);
    model->estimator->pickle(model, model->task == TASK_CLASSIFY ? &names : NULL, &out);
    pickle_end(&out);
    save(job->spec, "model.pkl", out.data, out.size);
    buf_release(&out);
    free(labels);
}

static void save_onnx(const job_t *job, const model_t *model)
{
    onnx_t graph = {0};
    onnx_answer_t answer;
    buf_t out = {0};
    onnx_value_t *inputs = mem_array(model->columns, sizeof *inputs);
    double *slack = mem_array(model->columns, sizeof *slack);
    for (size_t i = 0; i < model->columns; i++) {
        char *name = text_format("x%zu", i);
        inputs[i] = onnx_input(&graph, name, ONNX_FLOAT);
        free(name);
    }
    onnx_rows_t rows = {onnx_concat(&graph, inputs, model->columns), slack};
    model->estimator->onnx(model, &graph, &rows, &answer);
    bool number = model->task == TASK_REGRESS;
    onnx_output(&graph, answer.answer, "answer", number ? ONNX_FLOAT : ONNX_INT64, number);
    if (model->task == TASK_CLASSIFY) {
        onnx_output(&graph, answer.probabilities, "probabilities", ONNX_FLOAT, model->classes);
    }
    onnx_write(&graph, "test", &out);
    save(job->spec, "model.onnx", out.data, out.size);
    buf_release(&out);
    onnx_release(&graph);
    free(inputs);
    free(slack);
}

static err_t save_again(job_t *job, const model_t *model, fault_t *fault)
{
    json_t *json = model_to_json(model);
    char *text = json_dumps(json, JSON_REAL_PRECISION(17));
    save(job->spec, "model.json", text, strlen(text));
    json_t *read = json_loads(text, 0, NULL);
    model_t *again = NULL;
    err_t err = model_from_json(read, ESTIMATORS, &again, fault);
    if (err == ERR_OK) {
        save_predictions(job, again, "again.f64");
        model_destroy(&again);
    }
    json_decref(read);
    json_decref(json);
    free(text);
    return err;
}

static void release(job_t *job)
{
    free((void *)job->lesson.matrix.x);
    free((void *)job->lesson.classes);
    free((void *)job->lesson.targets);
    free((void *)job->lesson.weights);
    free((void *)job->test.x);
    json_decref(job->spec);
}

int main(int argc, char **argv)
{
    job_t job = {0};
    model_t *model = NULL;
    fault_t fault = {0};
    if (argc != 2) {
        return 2;
    }
    read_job(&job, argv[1]);
    err_t err = fit(&job, &model, &fault);
    if (err == ERR_OK) {
        save_predictions(&job, model, "predict.f64");
    }
    if (err == ERR_OK && !json_is_true(json_object_get(job.spec, "brief"))) {
        save_more(&job, model);
        save_pickle(&job, model);
        save_onnx(&job, model);
        err = save_again(&job, model, &fault);
    }
    json_t *said = err == ERR_OK ? json_pack("{s:f, s:f}", "seconds", job.seconds,
                                             "predict_seconds", job.predict_seconds)
                                 : fault_to_json(&fault);
    json_dumpf(said, stdout, JSON_COMPACT);
    json_decref(said);
    model_destroy(&model);
    release(&job);
    return err == ERR_OK ? 0 : 1;
}
