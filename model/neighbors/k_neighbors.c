// SPDX-License-Identifier: MPL-2.0
#include "model/neighbors/k_neighbors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/document.h"
#include "model/core/lesson.h"
#include "model/neighbors/nearest.h"
#include "model/onnx/onnx_ops.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

enum {
    ROWS_MAX = 200000,
    NEIGHBORS_MAX = 1000,
    AT_ONCE = 64, // rows whose neighbors are looked for together
};

static const param_t PARAMS[] = {
    {.name = "n_neighbors",
     .type = PARAM_INTEGER,
     .initial = "5",
     .min = 1,
     .max = NEIGHBORS_MAX,
     .search = "{\"from\": 1, \"to\": 50, \"scale\": \"log\", \"integer\": true}",
     .help = "How many of the nearest rows are asked."},
    {.name = "weights",
     .type = PARAM_CHOICE,
     .initial = "\"uniform\"",
     .choices = "uniform|distance",
     .search = "[\"uniform\", \"distance\"]",
     .help = "distance: nearer rows weigh more."},
    {0},
};

typedef struct {
    points_t points;
    int32_t *classes; // of the points: CLASSIFY
    double *targets;  // REGRESS
} neighbors_t;

static size_t asked(const model_t *model)
{
    return (size_t)params_integer(model->params, "n_neighbors");
}

static err_t fit(model_t *model, const lesson_t *lesson, const fit_t *how, fault_t *fault)
{
    size_t rows = lesson->matrix.rows;
    if (asked(model) > rows) {
        return fault_set(fault, ERR_HYPERPARAMETER, "ask fewer",
                         "'n_neighbors' is %zu, and there are only %zu rows", asked(model), rows);
    }
    if (!progress_report(how->progress, 0, "copying")) {
        return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    neighbors_t *neighbors = mem_new(sizeof *neighbors);
    model->state = neighbors;
    neighbors->points = points_new(&lesson->matrix);
    if (lesson->task == TASK_CLASSIFY) {
        neighbors->classes = mem_array(rows, sizeof *neighbors->classes);
        memcpy(neighbors->classes, lesson->classes, rows * sizeof *neighbors->classes);
    } else {
        neighbors->targets = mem_array(rows, sizeof *neighbors->targets);
        memcpy(neighbors->targets, lesson->targets, rows * sizeof *neighbors->targets);
    }
    return ERR_OK;
}

// The weights of a row's neighbors, sum 1. Neighbors at the very place leave nothing to others.
static void weigh(const model_t *model, const neighbor_t *found, double *ret)
{
    size_t count = asked(model);
    bool by_distance = params_chose(model->params, "weights", "distance");
    bool met = by_distance && isinf(1 / sqrt(found->square));
    double total = 0;
    for (size_t i = 0; i < count; i++) {
        double weight = by_distance ? 1 / sqrt(found[i].square) : 1;
        ret[i] = met ? isinf(weight) != 0 : weight;
        total += ret[i];
    }
    for (size_t i = 0; i < count; i++) {
        ret[i] = total > 0 ? ret[i] / total : 1 / (double)count;
    }
}

// What the neighbors say: the probabilities of the classes, or the mean of the targets.
static void ask(const model_t *model, const neighbor_t *found, const double *weights, double *ret)
{
    const neighbors_t *neighbors = model->state;
    memset(ret, 0, (neighbors->classes ? model->classes : 1) * sizeof *ret);
    for (size_t i = 0; i < asked(model); i++) {
        size_t row = found[i].row;
        if (neighbors->classes) {
            ret[neighbors->classes[row]] += weights[i];
        } else {
            *ret += weights[i] * neighbors->targets[row];
        }
    }
}

// Asks the neighbors of every row; answers are `width` numbers.
static void ask_all(const model_t *model, const matrix_t *matrix, size_t width, double *ret)
{
    const neighbors_t *neighbors = model->state;
    size_t count = asked(model);
    neighbor_t *found = mem_array(AT_ONCE * count, sizeof *found);
    double *weights = mem_array(count, sizeof *weights);
    for (size_t begin = 0; begin < matrix->rows; begin += AT_ONCE) {
        size_t left = matrix->rows - begin;
        matrix_t some = {matrix->x + begin * matrix->columns, left < AT_ONCE ? left : AT_ONCE,
                         matrix->columns};
        nearest(&neighbors->points, &some, count, found);
        for (size_t i = 0; i < some.rows; i++) {
            weigh(model, found + i * count, weights);
            ask(model, found + i * count, weights, ret + (begin + i) * width);
        }
    }
    free(found);
    free(weights);
}

static void probabilities(const model_t *model, const matrix_t *matrix, double *ret)
{
    ask_all(model, matrix, model->classes, ret);
}

static void predict(const model_t *model, const matrix_t *matrix, double *ret)
{
    if (model->task == TASK_REGRESS) {
        ask_all(model, matrix, 1, ret);
        return;
    }
    double *shares = mem_array(AT_ONCE * model->classes, sizeof *shares);
    for (size_t begin = 0; begin < matrix->rows; begin += AT_ONCE) {
        size_t left = matrix->rows - begin;
        matrix_t some = {matrix->x + begin * matrix->columns, left < AT_ONCE ? left : AT_ONCE,
                         matrix->columns};
        ask_all(model, &some, model->classes, shares);
        for (size_t i = 0; i < some.rows; i++) {
            ret[begin + i] = (double)lesson_largest(shares + i * model->classes, model->classes);
        }
    }
    free(shares);
}

static void push_points(buf_t *out, const points_t *points)
{
    double *rows = points_rows(points);
    pickle_text(out, "_fit_X");
    pickle_doubles(out, rows, points->rows, points->columns);
    pickle_text(out, "_tree");
    pickle_global(out, "sklearn.neighbors", "KDTree");
    pickle_tuple(out);
    pickle_doubles(out, rows, points->rows, points->columns);
    pickle_integer(out, 30); // the default leaf_size
    pickle_tuple_end(out);
    pickle_call(out);
    free(rows);
}

static void push_classes(buf_t *out, const neighbors_t *neighbors, const class_names_t *classes)
{
    size_t rows = neighbors->points.rows;
    int64_t *wide = mem_array(rows, sizeof *wide);
    for (size_t i = 0; i < rows; i++) {
        wide[i] = neighbors->classes[i];
    }
    pickle_text(out, "_y");
    pickle_int64s(out, wide, rows);
    free(wide);
    state_bool(out, "outputs_2d_", false);
    pickle_text(out, "classes_");
    pickle_names(out, classes);
}

static void pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    const neighbors_t *neighbors = model->state;
    size_t rows = neighbors->points.rows;
    state_begin(out, "sklearn.neighbors", classes ? "KNeighborsClassifier" : "KNeighborsRegressor");
    state_integer(out, "n_neighbors", (int64_t)asked(model));
    state_text(out, "weights", params_text(model->params, "weights"));
    state_text(out, "algorithm", "kd_tree");
    state_integer(out, "n_features_in_", (int64_t)model->columns);
    state_integer(out, "n_samples_fit_", (int64_t)rows);
    state_text(out, "effective_metric_", "euclidean");
    pickle_text(out, "effective_metric_params_");
    pickle_dict(out);
    pickle_dict_end(out);
    state_text(out, "_fit_method", "kd_tree");
    push_points(out, &neighbors->points);
    if (classes) {
        push_classes(out, neighbors, classes);
    } else {
        state_doubles(out, "_y", neighbors->targets, rows);
    }
    state_end(out);
}

// --- ONNX --------------------------------------------------------------------------------------

// Squared distances of the neighbors, [rows, n_neighbors], and their rows in *ret_found.
static onnx_value_t look_for(const model_t *model, onnx_t *graph, onnx_value_t value,
                             onnx_value_t *ret_found)
{
    const neighbors_t *neighbors = model->state;
    int64_t count = (int64_t)asked(model);
    double *points = points_rows(&neighbors->points);
    onnx_value_t squares =
        onnx_squares(graph, value, points, NULL, neighbors->points.rows, model->columns);
    onnx_value_t wanted = onnx_integers(graph, &count, 1);
    free(points);
    onnx_open(graph, "TopK");
    onnx_take(graph, squares);
    onnx_take(graph, wanted);
    onnx_set_integer(graph, "largest", 0);
    onnx_value_t nearest_squares = onnx_give(graph);
    *ret_found = onnx_give(graph);
    onnx_close(graph);
    return nearest_squares;
}

// The neighbors' weights of `weigh`, [rows, n_neighbors].
static onnx_value_t weigh_onnx(const model_t *model, onnx_t *graph, onnx_value_t squares)
{
    onnx_value_t one = onnx_number(graph, 1);
    onnx_value_t weights =
        onnx_binary(graph, "Add", one, onnx_binary(graph, "Mul", squares, onnx_number(graph, 0)));
    if (params_chose(model->params, "weights", "distance")) {
        onnx_value_t near = onnx_binary(graph, "Equal", squares, onnx_number(graph, 0));
        onnx_value_t met = onnx_cast(graph, near, ONNX_FLOAT);
        onnx_value_t any =
            onnx_binary(graph, "Greater", onnx_sum(graph, met, 1, true), onnx_number(graph, 0));
        onnx_value_t far = onnx_binary(graph, "Div", one, onnx_unary(graph, "Sqrt", squares));
        weights = onnx_where(graph, any, met, far);
    }
    return onnx_binary(graph, "Div", weights, onnx_sum(graph, weights, 1, true));
}

// What each point says of the classes, or its target: [points, width].
static onnx_value_t sayings(const model_t *model, onnx_t *graph, size_t width)
{
    const neighbors_t *neighbors = model->state;
    size_t rows = neighbors->points.rows;
    int64_t shape[] = {(int64_t)rows, (int64_t)width};
    double *said = mem_array(rows * width, sizeof *said);
    for (size_t i = 0; i < rows; i++) {
        if (neighbors->classes) {
            said[i * width + (size_t)neighbors->classes[i]] = 1;
        } else {
            said[i] = neighbors->targets[i];
        }
    }
    onnx_value_t value = onnx_floats(graph, said, shape, 2);
    free(said);
    return value;
}

static void onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret)
{
    static const int64_t last = 2;
    size_t width = model->task == TASK_CLASSIFY ? model->classes : 1;
    onnx_value_t found;
    onnx_value_t squares = look_for(model, graph, rows->value, &found);
    onnx_value_t weights = weigh_onnx(model, graph, squares);
    onnx_value_t column = onnx_binary(graph, "Unsqueeze", weights, onnx_integers(graph, &last, 1));
    onnx_value_t said = onnx_gather(graph, sayings(model, graph, width), found);
    onnx_value_t means = onnx_sum(graph, onnx_binary(graph, "Mul", said, column), 1, false);
    if (model->task == TASK_CLASSIFY) {
        ret->answer = onnx_place(graph, "ArgMax", means);
        ret->probabilities = means;
    } else {
        ret->answer = means;
    }
}

static json_t *to_json(const model_t *model)
{
    const neighbors_t *neighbors = model->state;
    size_t rows = neighbors->points.rows;
    double *x = points_rows(&neighbors->points);
    json_t *json = json_pack("{s:I, s:o, s:o}", "rows", (json_int_t)rows, "x",
                             document_numbers(x, rows * model->columns), "y",
                             neighbors->classes ? document_integers(neighbors->classes, rows)
                                                : document_numbers(neighbors->targets, rows));
    free(x);
    return json;
}

static err_t from_json(model_t *model, const json_t *json, fault_t *fault)
{
    neighbors_t *neighbors = mem_new(sizeof *neighbors);
    int64_t rows = 0;
    model->state = neighbors;
    if (!document_read_integer(json, "rows", (int64_t)asked(model), ROWS_MAX, &rows)) {
        return document_damaged(fault);
    }
    double *x = document_read_numbers(json, "x", (size_t)rows * model->columns);
    if (model->task == TASK_CLASSIFY) {
        neighbors->classes =
            document_read_integers(json, "y", (size_t)rows, (int32_t)model->classes);
    } else {
        neighbors->targets = document_read_numbers(json, "y", (size_t)rows);
    }
    if (x) {
        neighbors->points = points_new(&(matrix_t){x, (size_t)rows, model->columns});
        free(x);
    }
    bool good = neighbors->points.cells && (neighbors->classes || neighbors->targets);
    return good ? ERR_OK : document_damaged(fault);
}

static void release(model_t *model)
{
    neighbors_t *neighbors = model->state;
    points_release(&neighbors->points);
    free(neighbors->classes);
    free(neighbors->targets);
    free(neighbors);
}

const estimator_t K_NEIGHBORS = {
    .name = "k_neighbors",
    .title = "Nearest neighbors",
    .help = "What the most similar rows say: no training, but every row is kept.",
    .tasks = TASK_CLASSIFY | TASK_REGRESS,
    .scale = true,
    .rows_max = ROWS_MAX,
    .instead = "random_forest",
    .params = PARAMS,
    .fit = fit,
    .predict = predict,
    .probabilities = probabilities,
    .pickle = pickle,
    .onnx = onnx,
    .to_json = to_json,
    .from_json = from_json,
    .release = release,
};
