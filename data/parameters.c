// SPDX-License-Identifier: MPL-2.0
#include "data/parameters.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/points.h"

// What is known of a column at a step.
typedef struct {
    const fit_t *fit;
    const column_t *column;
    summary_t *summary;
    const track_t *track;
    levels_t *levels; // when the column is one of text or codes
    bool number;      // the levels are numbers
    double *numbers;  // the same, as points
    int64_t *weights;
} known_t;

static points_t points_of_levels(known_t *known)
{
    size_t count = levels_count(known->levels);
    known->numbers = mem_array(count, sizeof *known->numbers);
    known->weights = mem_array(count, sizeof *known->weights);
    points_t points = {.values = known->numbers, .weights = known->weights, .count = count};
    for (size_t i = 0; i < count; i++) {
        known->numbers[i] = levels_number(known->levels, i);
        known->weights[i] = levels_times(known->levels, i);
        points.total += known->weights[i];
    }
    return points;
}

// The levels of a 0/1 column, from those of the column that one_hot split: how many rows have its
// level, and how many have another or none.
static void find_leaf_levels(known_t *known)
{
    levels_t *codes = known->levels;
    const column_t *column = known->column;
    levels_t *levels = levels_new(2, SIZE_MAX);
    for (size_t i = 0; i < levels_count(codes); i++) {
        bool own = levels_number(codes, i) == (double)column->level;
        levels_add_number(levels, own ? column->one : column->zero, levels_times(codes, i));
    }
    levels_sort_numbers(levels);
    levels_destroy(&known->levels);
    known->levels = levels;
}

static void find_levels(known_t *known)
{
    type_t type = known->fit->table->columns[known->column->track].type;
    known->levels = summary_levels(known->summary, type, known->track->ops, known->track->count,
                                   &known->number);
    if (known->column->leaf) {
        find_leaf_levels(known);
    }
}

// Whether the column's statistics come from levels: it is text, or its numbers are codes.
static bool is_discrete(const known_t *known)
{
    return known->column->coded || known->column->type == TYPE_TEXT;
}

static err_t find_points(known_t *known, points_t *ret_points, fault_t *fault)
{
    if (is_discrete(known)) {
        find_levels(known);
        *ret_points = points_of_levels(known);
        return ERR_OK;
    }
    const values_t *values = NULL;
    err_t err =
        summary_values(known->summary, known->track->ops, known->track->count, &values, fault);
    if (err == ERR_OK) {
        *ret_points = points_of_values(values);
    }
    return err;
}

static moments_t find_moments(known_t *known)
{
    if (is_discrete(known)) {
        find_levels(known);
        points_t points = points_of_levels(known);
        return points_moments(&points);
    }
    return *summary_moments(known->summary, known->track->ops, known->track->count);
}

static err_t fail_empty(const known_t *known, fault_t *fault)
{
    return fault_set(fault, ERR_COLUMN_EMPTY, "drop it, or fill it with a constant",
                     "column '%s' has no values in the rows that are left", known->column->name);
}

static err_t check_finite(const known_t *known, double x, fault_t *fault)
{
    if (isfinite(x)) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_COLUMN_TYPE, "drop it, or use smaller units",
                     "the numbers of column '%s' are too large to compute with",
                     known->column->name);
}

static err_t check_spread(const known_t *known, const op_t *op, fault_t *fault)
{
    if (op->spread != 0) {
        return check_finite(known, op->center + op->spread, fault);
    }
    const char *detail = op->kind == STEP_ROBUST
                             ? "column '%s' has the same value in half of the rows; its "
                               "interquartile range is 0 and robust cannot scale it"
                             : "column '%s' has the same value in every row; it cannot be scaled";
    return fault_set(fault, ERR_COLUMN_CONSTANT, "drop it, or take it out of the step", detail,
                     known->column->name);
}

static err_t fit_moments(known_t *known, op_t *op, fault_t *fault)
{
    moments_t moments = find_moments(known);
    if (moments.count == 0) {
        return fail_empty(known, fault);
    }
    if (op->kind == STEP_MEAN) {
        op->number = true;
        op->fill = moments_mean(&moments);
        return check_finite(known, op->fill, fault);
    }
    if (op->kind == STEP_Z_SCORE) {
        op->center = moments_mean(&moments);
        op->spread = moments_sd(&moments);
    } else {
        op->center = op->low = moments.min;
        op->high = moments.max;
        op->spread = moments.max - moments.min;
    }
    return check_spread(known, op, fault);
}

static err_t fit_points(known_t *known, op_t *op, fault_t *fault)
{
    points_t points;
    err_t err = find_points(known, &points, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (points.total == 0) {
        return fail_empty(known, fault);
    }
    op->number = op->kind != STEP_ROBUST;
    if (op->kind == STEP_MODE) {
        op->fill = points_mode(&points);
        return ERR_OK;
    }
    op->center = op->fill = points_quantile(&points, 0.5);
    if (op->kind == STEP_MEDIAN) {
        op->center = 0;
        return check_finite(known, op->fill, fault);
    }
    op->fill = 0;
    op->low = points_quantile(&points, 0.25);
    op->high = points_quantile(&points, 0.75);
    op->spread = op->high - op->low;
    return check_spread(known, op, fault);
}

// The most frequent text; the levels are sorted, so the first of several is the smallest.
static err_t fit_text_mode(known_t *known, op_t *op, fault_t *fault)
{
    find_levels(known);
    size_t best = 0;
    for (size_t i = 1; i < levels_count(known->levels); i++) {
        best = levels_times(known->levels, i) > levels_times(known->levels, best) ? i : best;
    }
    if (levels_count(known->levels) == 0) {
        return fail_empty(known, fault);
    }
    size_t size;
    const char *bytes = levels_bytes(known->levels, best, &size);
    op->text = text_dup(bytes, size);
    return ERR_OK;
}

static err_t fit_levels(known_t *known, op_t *op, fault_t *fault)
{
    find_levels(known);
    size_t count = levels_count(known->levels);
    size_t limit = op->kind == STEP_ONE_HOT ? PLAN_ONE_HOT_LEVELS : PLAN_LABEL_LEVELS;
    if (count == 0) {
        return fail_empty(known, fault);
    }
    if (count > limit) {
        return fault_set(fault, ERR_LEVELS, "drop the column",
                         "column '%s' has %zu distinct values, at most %zu can be encoded",
                         known->column->name, count, limit);
    }
    op->number = known->number;
    op->levels = known->levels;
    known->levels = NULL;
    return ERR_OK;
}

static void fit_constant(const column_t *column, const step_t *step, op_t *op)
{
    op->number = column->type != TYPE_TEXT;
    op->fill = op->number ? step->value.number : 0;
    op->text = op->number ? NULL : mem_strdup(step->value.text);
}

static err_t fit_kind(known_t *known, op_t *op, fault_t *fault)
{
    switch (op->kind) {
    case STEP_MEAN:
    case STEP_MIN_MAX:
    case STEP_Z_SCORE:
        return fit_moments(known, op, fault);
    case STEP_MODE:
        return known->column->type == TYPE_TEXT ? fit_text_mode(known, op, fault)
                                                : fit_points(known, op, fault);
    case STEP_MEDIAN:
    case STEP_ROBUST:
        return fit_points(known, op, fault);
    default:
        return fit_levels(known, op, fault);
    }
}

err_t parameters_measured(void *measure, const fit_t *fit, const step_t *step,
                          const column_t *column, size_t stage, op_t *op, fault_t *fault)
{
    if (step->kind == STEP_CONSTANT) {
        fit_constant(column, step, op);
        return ERR_OK;
    }
    known_t known = {.fit = fit,
                     .column = column,
                     .track = &fit->tracks[column->track],
                     .summary = measure_find(measure, &fit->plan, column->track, stage)};
    err_t err = fit_kind(&known, op, fault);
    levels_destroy(&known.levels);
    free(known.numbers);
    free(known.weights);
    return err;
}
