// SPDX-License-Identifier: MPL-2.0
#include "learn/dependence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/figures.h"
#include "learn/lineage.h"

typedef struct {
    const labels_t *labels;
    const model_t *model;
    const portion_t *rows;
    remake_t *remake;
    const features_t *features; // those of the remake
    size_t feature;             // column of the table
    double *cells;              // of the rows in the table, as far as there are some, ascending
    size_t cells_count;
    double grid[DEPENDENCE_POINTS];
    size_t points;
    double *x; // the rows with the feature set to a point
} work_t;

// --- The grid ----------------------------------------------------------------------------------

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static void take_cells(work_t *work)
{
    const vector_t *cells = remake_cells(work->remake, work->feature);
    work->cells = mem_array(cells->count + 1, sizeof *work->cells);
    for (size_t row = 0; row < cells->count; row++) {
        if (vector_is_valid(cells, row)) {
            work->cells[work->cells_count++] =
                cells->numbers ? cells->numbers[row] : (double)cells->integers[row];
        }
    }
    qsort(work->cells, work->cells_count, sizeof *work->cells, by_value);
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

// A point of the grid in every cell of the column.
static void lay_point(work_t *work, double point, arena_t *arena)
{
    type_t type = frame_type(work->features->frame, work->feature);
    size_t rows = work->rows->matrix.rows;
    double *numbers = arena_array(arena, rows, sizeof *numbers);
    int64_t *integers = arena_array(arena, rows, sizeof *integers);
    for (size_t i = 0; i < rows; i++) {
        numbers[i] = point;
        integers[i] = (int64_t)point;
    }
    bool whole = type == TYPE_INTEGER;
    vector_t cells = {.type = type,
                      .count = rows,
                      .numbers = whole ? NULL : numbers,
                      .integers = whole ? integers : NULL};
    remake_lay(work->remake, work->feature, &cells);
}

// Sets the inputs that come from the feature; false when a row has no number then.
static bool set_inputs(work_t *work, const uint8_t *lineage)
{
    const matrix_t *matrix = &work->rows->matrix;
    bool known = true;
    for (size_t c = 0; c < matrix->columns && known; c++) {
        const double *numbers;
        fault_t unused; // a step does not know the value
        if (lineage[work->features->inputs[c].node] == LINEAGE_NONE) {
            continue;
        }
        known = remake_input(work->remake, c, &numbers, &unused) == ERR_OK;
        for (size_t i = 0; i < matrix->rows && known; i++) {
            known = isfinite(numbers[i]);
            work->x[i * matrix->columns + c] = numbers[i];
        }
    }
    return known;
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

// The means for each point: point by point, each with one for each line. NULL when a row cannot be
// set to one of them.
static double *ask(work_t *work)
{
    const matrix_t *matrix = &work->rows->matrix;
    size_t lines = work->model->task == TASK_CLASSIFY ? work->model->classes : 1;
    double *means = mem_array(work->points * lines, sizeof *means);
    double *said = mem_array(matrix->rows * lines, sizeof *said);
    uint8_t *lineage = lineage_of(work->features->flow, work->feature);
    matrix_t set = {work->x, matrix->rows, matrix->columns};
    arena_t arena = {0};
    bool known = true;
    for (size_t p = 0; p < work->points && known; p++) {
        arena_reset(&arena);
        lay_point(work, work->grid[p], &arena);
        known = set_inputs(work, lineage);
        if (known) {
            add_answers(work, &set, said, means + p * lines);
        }
        for (size_t line = 0; line < lines; line++) {
            means[p * lines + line] /= (double)matrix->rows;
        }
    }
    arena_release(&arena);
    free(lineage);
    free(said);
    if (!known) {
        free(means);
        return NULL;
    }
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

json_t *dependence_measure(remake_t *remake, const labels_t *labels, const model_t *model,
                           const portion_t *rows, size_t feature)
{
    size_t cells = rows->matrix.rows * rows->matrix.columns;
    work_t work = {.labels = labels,
                   .model = model,
                   .rows = rows,
                   .remake = remake,
                   .features = remake->features,
                   .feature = feature,
                   .x = mem_array(cells, sizeof *work.x)};
    memcpy(work.x, rows->matrix.x, cells * sizeof *work.x);
    take_cells(&work);
    make_grid(&work);
    double *means = work.points > 1 ? ask(&work) : NULL;
    json_t *made = means ? to_json(&work, means) : NULL;
    free(means);
    free(work.cells);
    free(work.x);
    return made;
}
