// SPDX-License-Identifier: MPL-2.0
#include "model/cluster/k_means.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/cluster/lloyd.h"
#include "model/cluster/seeding.h"
#include "model/core/document.h"
#include "model/core/lesson.h"
#include "model/onnx/onnx_ops.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

static const param_t PARAMS[] = {
    {.name = "n_clusters",
     .type = PARAM_INTEGER,
     .initial = "8",
     .min = 1,
     .max = MODEL_CLASSES_MAX,
     .search = "{\"from\": 2, \"to\": 20, \"scale\": \"linear\", \"integer\": true}",
     .help = "How many groups."},
    {.name = "init",
     .type = PARAM_CHOICE,
     .initial = "\"k-means++\"",
     .choices = "k-means++|random",
     .help = "Where centers begin: far from each other, or at any rows."},
    {.name = "n_init",
     .type = PARAM_INTEGER,
     .initial = "10",
     .min = 1,
     .max = 1000,
     .help = "It begins so many times and keeps the best."},
    {.name = "tol",
     .type = PARAM_NUMBER,
     .initial = "0.0001",
     .max = 1,
     .help = "It ends when the centers' squared steps are this part of the mean variance."},
    {.name = "max_iter",
     .type = PARAM_INTEGER,
     .initial = "300",
     .min = 1,
     .max = 1000000,
     .help = "It ends after so many steps."},
    {0},
};

typedef struct {
    clustering_t clustering;
    size_t rows; // of the labels
} k_means_t;

// The rows with the columns' means taken away, which keeps the digits of what is far from zero.
static points_t center(const matrix_t *matrix, const double *means)
{
    size_t cells = matrix->rows * matrix->columns;
    double *x = mem_array(cells, sizeof *x);
    for (size_t i = 0; i < cells; i++) {
        x[i] = matrix->x[i] - means[i % matrix->columns];
    }
    points_t points = points_new(&(matrix_t){x, matrix->rows, matrix->columns});
    free(x);
    return points;
}

// The mean variance of centered columns.
static double mean_variance(const points_t *points)
{
    double *zero = mem_array(points->columns, sizeof *zero);
    double squares[POINTS_BLOCK];
    double sum = 0;
    for (size_t begin = 0; begin < points->rows; begin += POINTS_BLOCK) {
        points_measure(points, begin, zero, squares);
        for (size_t i = 0; i < POINTS_BLOCK && begin + i < points->rows; i++) {
            sum += squares[i];
        }
    }
    free(zero);
    return sum / (double)points->rows / (double)points->columns;
}

// Clusters once, from other beginnings than the times before; keeps what is better.
static err_t run(model_t *model, const lloyd_t *how, random_t *random, fault_t *fault)
{
    k_means_t *k_means = model->state;
    const points_t *points = how->points;
    clustering_t clustering = clustering_new(points->rows, points->columns, model->classes);
    if (params_chose(model->params, "init", "random")) {
        seeding_random(points, model->classes, random, clustering.centers);
    } else {
        seeding_far(points, model->classes, random, clustering.centers);
    }
    err_t err = lloyd(how, &clustering, fault);
    if (err == ERR_OK &&
        (!k_means->clustering.centers || clustering.inertia < k_means->clustering.inertia)) {
        clustering_t worse = k_means->clustering;
        k_means->clustering = clustering;
        clustering = worse;
    }
    clustering_release(&clustering);
    return err;
}

static err_t run_all(model_t *model, const lloyd_t *how, const fit_t *fit, fault_t *fault)
{
    random_t random = random_new(fit->seed);
    int64_t runs = params_integer(fit->params, "n_init");
    err_t err = ERR_OK;
    for (int64_t i = 0; i < runs && err == ERR_OK; i++) {
        progress_t progress =
            progress_part(fit->progress, (double)i / (double)runs, (double)(i + 1) / (double)runs);
        lloyd_t once = *how;
        once.progress = &progress;
        err = run(model, &once, &random, fault);
    }
    return err;
}

static err_t finish(const model_t *model, const double *means, fault_t *fault)
{
    k_means_t *k_means = model->state;
    double sum = k_means->clustering.inertia * 0; // 0, unless one is not finite
    for (size_t i = 0; i < model->classes * model->columns; i++) {
        k_means->clustering.centers[i] += means[i % model->columns];
        sum += k_means->clustering.centers[i] * 0;
    }
    return isfinite(sum) ? ERR_OK
                         : fault_set(fault, ERR_HYPERPARAMETER, "scale the columns first",
                                     "the numbers are too large: a distance is not finite");
}

static err_t fit(model_t *model, const lesson_t *lesson, const fit_t *fit, fault_t *fault)
{
    const matrix_t *matrix = &lesson->matrix;
    model->classes = (size_t)params_integer(fit->params, "n_clusters");
    if (model->classes > matrix->rows) {
        return fault_set(fault, ERR_HYPERPARAMETER, "ask for fewer groups",
                         "'n_clusters' is %zu, and there are only %zu rows", model->classes,
                         matrix->rows);
    }
    k_means_t *k_means = mem_new(sizeof *k_means);
    model->state = k_means;
    k_means->rows = matrix->rows;
    double *means = mem_array(matrix->columns, sizeof *means);
    lesson_t plain = {.matrix = *matrix};
    lesson_means(&plain, means);
    points_t points = center(matrix, means);
    lloyd_t how = {.points = &points,
                   .weights = lesson->weights,
                   .tol = params_number(fit->params, "tol") * mean_variance(&points),
                   .max_iter = params_integer(fit->params, "max_iter"),
                   .threads = fit->threads};
    err_t err = run_all(model, &how, fit, fault);
    err = err == ERR_OK ? finish(model, means, fault) : err;
    points_release(&points);
    free(means);
    return err;
}

// The group of each row, and the squared distance to its center.
static void find(const model_t *model, const matrix_t *matrix, double *ret_groups,
                 double *ret_squares)
{
    const k_means_t *k_means = model->state;
    for (size_t begin = 0; begin < matrix->rows; begin += POINTS_BLOCK) {
        size_t left = matrix->rows - begin;
        matrix_t some = {matrix->x + begin * matrix->columns,
                         left < POINTS_BLOCK ? left : POINTS_BLOCK, matrix->columns};
        int32_t labels[POINTS_BLOCK];
        double squares[POINTS_BLOCK];
        points_t points = points_new(&some);
        lloyd_nearest(&points, k_means->clustering.centers, model->classes, 0, labels, squares);
        for (size_t i = 0; i < some.rows && ret_groups; i++) {
            ret_groups[begin + i] = labels[i];
        }
        for (size_t i = 0; i < some.rows && ret_squares; i++) {
            ret_squares[begin + i] = squares[i];
        }
        points_release(&points);
    }
}

static void predict(const model_t *model, const matrix_t *matrix, double *ret)
{
    find(model, matrix, ret, NULL);
}

static void squares(const model_t *model, const matrix_t *matrix, double *ret)
{
    find(model, matrix, NULL, ret);
}

static void pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    (void)classes;
    const k_means_t *k_means = model->state;
    const clustering_t *clustering = &k_means->clustering;
    state_begin(out, "sklearn.cluster", "KMeans");
    state_integer(out, "n_clusters", (int64_t)model->classes);
    state_text(out, "init", params_text(model->params, "init"));
    state_integer(out, "n_init", params_integer(model->params, "n_init"));
    state_float(out, "tol", params_number(model->params, "tol"));
    state_integer(out, "max_iter", params_integer(model->params, "max_iter"));
    state_integer(out, "n_features_in_", (int64_t)model->columns);
    pickle_text(out, "cluster_centers_");
    pickle_doubles(out, clustering->centers, model->classes, model->columns);
    pickle_text(out, "labels_");
    pickle_int32s(out, clustering->labels, k_means->rows);
    state_float(out, "inertia_", clustering->inertia);
    state_integer(out, "n_iter_", clustering->iterations);
    state_integer(out, "_n_features_out", (int64_t)model->classes);
    state_integer(out, "_n_threads", 1);
    state_end(out);
}

static void onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret)
{
    const k_means_t *k_means = model->state;
    onnx_value_t squares = onnx_squares(graph, rows->value, k_means->clustering.centers, NULL,
                                        model->classes, model->columns);
    ret->answer = onnx_place(graph, "ArgMin", squares);
}

static json_t *to_json(const model_t *model)
{
    const k_means_t *k_means = model->state;
    const clustering_t *clustering = &k_means->clustering;
    return json_pack("{s:o, s:I, s:o, s:f, s:I}", "centers",
                     document_numbers(clustering->centers, model->classes * model->columns), "rows",
                     (json_int_t)k_means->rows, "labels",
                     document_integers(clustering->labels, k_means->rows), "inertia",
                     clustering->inertia, "iterations", (json_int_t)clustering->iterations);
}

static err_t from_json(model_t *model, const json_t *json, fault_t *fault)
{
    k_means_t *k_means = mem_new(sizeof *k_means);
    clustering_t *clustering = &k_means->clustering;
    int64_t rows = 0;
    model->state = k_means;
    clustering->inertia = json_number_value(json_object_get(json, "inertia"));
    clustering->clusters = model->classes;
    bool good = (int64_t)model->classes == params_integer(model->params, "n_clusters") &&
                json_is_number(json_object_get(json, "inertia")) && clustering->inertia >= 0 &&
                document_read_integer(json, "rows", (int64_t)model->classes, INT32_MAX, &rows) &&
                document_read_integer(json, "iterations", 1, INT32_MAX, &clustering->iterations);
    if (!good) {
        return document_damaged(fault);
    }
    k_means->rows = (size_t)rows;
    clustering->centers = document_read_numbers(json, "centers", model->classes * model->columns);
    clustering->labels =
        document_read_integers(json, "labels", (size_t)rows, (int32_t)model->classes);
    return clustering->centers && clustering->labels ? ERR_OK : document_damaged(fault);
}

static void release(model_t *model)
{
    k_means_t *k_means = model->state;
    clustering_release(&k_means->clustering);
    free(k_means);
}

const estimator_t K_MEANS = {
    .name = "k_means",
    .title = "k-means",
    .help = "Groups of rows around their middles.",
    .tasks = TASK_CLUSTER,
    .scale = true,
    .params = PARAMS,
    .fit = fit,
    .predict = predict,
    .squares = squares,
    .pickle = pickle,
    .onnx = onnx,
    .to_json = to_json,
    .from_json = from_json,
    .release = release,
};
