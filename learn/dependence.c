// SPDX-License-Identifier: MPL-2.0
#include "learn/dependence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/figures.h"

typedef struct {
    const features_t *features;
    const labels_t *labels;
    const model_t *model;
    const portion_t *rows;
    size_t feature; // column of the table
    arena_t arena;
    double *cells; // of the rows in the table, as far as there are some, ascending
    size_t cells_count;
    double grid[DEPENDENCE_POINTS];
    size_t points;
    const double **inputs; // what the grid becomes, by input; NULL for those of other features
} work_t;

// --- The grid ----------------------------------------------------------------------------------

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

// Takes the cells of those rows that are in the loaded stripe, from row `at` of `numbers` on.
static size_t take_stripe(work_t *work, stripe_t *stripe, int64_t first, int64_t end,
                          const int64_t *numbers, size_t at)
{
    const vector_t *cells = stripe_vector(stripe, work->feature);
    for (; at < work->rows->matrix.rows && numbers[at] <= end; at++) {
        size_t row = (size_t)(numbers[at] - 1 - first);
        if (vector_is_valid(cells, row)) {
            work->cells[work->cells_count++] =
                cells->numbers ? cells->numbers[row] : (double)cells->integers[row];
        }
    }
    return at;
}

static err_t read_cells(work_t *work, const int64_t *numbers, fault_t *fault)
{
    const frame_t *frame = work->features->frame;
    stripe_t *stripe = stripe_new(frame);
    size_t at = 0;
    err_t err = ERR_OK;
    work->cells = mem_array(work->rows->matrix.rows + 1, sizeof *work->cells);
    for (size_t s = 0; s < frame_stripes(frame) && err == ERR_OK; s++) {
        int64_t first = frame_stripe_first(frame, s);
        int64_t end = first + (int64_t)frame_stripe_rows(frame, s);
        if (at < work->rows->matrix.rows && numbers[at] <= end) {
            err = stripe_load(stripe, s, &work->feature, 1, fault);
            at = err == ERR_OK ? take_stripe(work, stripe, first, end, numbers, at) : at;
        }
    }
    stripe_destroy(&stripe);
    qsort(work->cells, work->cells_count, sizeof *work->cells, by_value);
    return err;
}

// scipy.stats.mstats.mquantiles with its usual alphap and betap of 0.4.
static double quantile(const double *sorted, size_t count, double share)
{
    double place = (double)count * share + 0.4 + share * 0.2;
    double whole = fmin(fmax(floor(place), 1), (double)count - 1);
    double part = fmin(fmax(place - whole, 0), 1);
    size_t k = (size_t)whole;
    return count == 1 ? sorted[0] : (1 - part) * sorted[k - 1] + part * sorted[k];
}

// Sets a point of the grid unless it is the one before.
static void add_point(work_t *work, double value)
{
    if (work->points == 0 || work->grid[work->points - 1] != value) {
        work->grid[work->points++] = value;
    }
}

static void make_grid(work_t *work)
{
    bool whole = frame_type(work->features->frame, work->feature) == TYPE_INTEGER;
    size_t distinct = 0;
    for (size_t i = 0; i < work->cells_count; i++) {
        distinct += i == 0 || work->cells[i] != work->cells[i - 1];
    }
    if (distinct < DEPENDENCE_POINTS) {
        for (size_t i = 0; i < work->cells_count; i++) {
            add_point(work, work->cells[i]);
        }
        return;
    }
    double least = quantile(work->cells, work->cells_count, 0.05);
    double most = quantile(work->cells, work->cells_count, 0.95);
    double step = (most - least) / (DEPENDENCE_POINTS - 1);
    for (size_t i = 0; i < DEPENDENCE_POINTS; i++) {
        double value = i == DEPENDENCE_POINTS - 1 ? most : least + (double)i * step;
        add_point(work, whole ? round(value) : value);
    }
}

// --- What becomes of it ------------------------------------------------------------------------

// The grid as cells of the table's column.
static vector_t grid_cells(work_t *work)
{
    type_t type = frame_type(work->features->frame, work->feature);
    int64_t *integers = arena_array(&work->arena, work->points, sizeof *integers);
    vector_t cells = {.type = type, .count = work->points};
    for (size_t i = 0; i < work->points; i++) {
        integers[i] = (int64_t)work->grid[i];
    }
    cells.integers = type == TYPE_INTEGER ? integers : NULL;
    cells.numbers = type == TYPE_INTEGER ? NULL : work->grid;
    return cells;
}

static err_t follow_grid(work_t *work, bool *ret_known, fault_t *fault)
{
    const features_t *features = work->features;
    vector_t cells = grid_cells(work);
    *ret_known = work->points > 1;
    work->inputs = mem_array(features->count, sizeof *work->inputs);
    for (size_t c = 0; c < features->count; c++) {
        if (features->inputs[c].source != work->feature) {
            continue;
        }
        err_t err =
            track_follow(&features->inputs[c], &cells, &work->arena, &work->inputs[c], fault);
        if (err != ERR_OK) {
            return err;
        }
        for (size_t i = 0; i < work->points; i++) {
            *ret_known = *ret_known && isfinite(work->inputs[c][i]);
        }
    }
    return ERR_OK;
}

// Adds up what the model says of the rows: a sum for each class, or one.
static void add_answers(const work_t *work, const matrix_t *matrix, double *said, double *ret_sums)
{
    const model_t *model = work->model;
    if (model->task == TASK_CLASSIFY && model->estimator->probabilities) {
        model->estimator->probabilities(model, matrix, said);
        for (size_t i = 0; i < matrix->rows * model->classes; i++) {
            ret_sums[i % model->classes] += said[i];
        }
        return;
    }
    model->estimator->predict(model, matrix, said);
    for (size_t i = 0; i < matrix->rows; i++) {
        if (model->task == TASK_CLASSIFY) {
            ret_sums[(size_t)said[i]] += 1;
        } else {
            ret_sums[0] += said[i];
        }
    }
}

// The means for each point: point by point, each with one for each line.
static double *ask(const work_t *work)
{
    const matrix_t *matrix = &work->rows->matrix;
    size_t lines = work->model->task == TASK_CLASSIFY ? work->model->classes : 1;
    double *means = mem_array(work->points * lines, sizeof *means);
    double *x = mem_array(matrix->rows * matrix->columns, sizeof *x);
    double *said = mem_array(matrix->rows * lines, sizeof *said);
    memcpy(x, matrix->x, matrix->rows * matrix->columns * sizeof *x);
    matrix_t set = {x, matrix->rows, matrix->columns};
    for (size_t p = 0; p < work->points; p++) {
        for (size_t c = 0; c < matrix->columns; c++) {
            for (size_t i = 0; i < matrix->rows && work->inputs[c]; i++) {
                x[i * matrix->columns + c] = work->inputs[c][p];
            }
        }
        add_answers(work, &set, said, means + p * lines);
        for (size_t line = 0; line < lines; line++) {
            means[p * lines + line] /= (double)matrix->rows;
        }
    }
    free(x);
    free(said);
    return means;
}

// --- The document ------------------------------------------------------------------------------

static json_t *line_to_json(const work_t *work, const double *means, size_t lines, size_t line)
{
    json_t *y = json_array();
    for (size_t p = 0; p < work->points; p++) {
        json_array_append_new(y, figures_real(means[p * lines + line]));
    }
    json_t *json = json_pack("{s:o}", "y", y);
    if (work->model->task == TASK_CLASSIFY) {
        json_object_set_new(json, "label", labels_to_json(work->labels, line));
    }
    return json;
}

static json_t *to_json(const work_t *work, const double *means)
{
    bool classes = work->model->task == TASK_CLASSIFY;
    size_t lines = classes ? work->model->classes : 1;
    size_t first = classes && lines == 2 ? 1 : 0;
    json_t *x = json_array();
    json_t *list = json_array();
    for (size_t p = 0; p < work->points; p++) {
        json_array_append_new(x, figures_real(work->grid[p]));
    }
    for (size_t line = first; line < lines && line < DEPENDENCE_LINES_MAX; line++) {
        json_array_append_new(list, line_to_json(work, means, lines, line));
    }
    return json_pack("{s:s, s:o, s:o}", "name", frame_name(work->features->frame, work->feature),
                     "x", x, "lines", list);
}

err_t dependence_measure(const features_t *features, const labels_t *labels, const model_t *model,
                         const portion_t *rows, const int64_t *numbers, size_t feature,
                         json_t **ret_dependence, fault_t *fault)
{
    work_t work = {
        .features = features, .labels = labels, .model = model, .rows = rows, .feature = feature};
    bool known = false;
    err_t err = read_cells(&work, numbers, fault);
    if (err == ERR_OK) {
        make_grid(&work);
        err = follow_grid(&work, &known, fault);
    }
    *ret_dependence = NULL;
    if (err == ERR_OK && known) {
        double *means = ask(&work);
        *ret_dependence = to_json(&work, means);
        free(means);
    }
    free(work.cells);
    free(work.inputs);
    arena_release(&work.arena);
    return err;
}
