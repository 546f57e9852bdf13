// SPDX-License-Identifier: MPL-2.0
#include "learn/sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/engine/eval.h"
#include "learn/partition.h"

static const size_t GROUPS_BYTES_MAX = (size_t)1 << 30;

// What a stripe is read with.
typedef struct {
    const frame_t *frame;
    const flow_t *flow;
    const request_t *request;
    eval_t *eval;
    size_t *columns; // that the filters, the target and the division need
    size_t columns_count;
    levels_t *groups;
    sample_t sample;
} work_t;

static void grow(sample_t *sample, divide_t divide)
{
    if (sample->count == sample->capacity) {
        sample->capacity = sample->capacity ? sample->capacity * 2 : 1024;
        sample->numbers = mem_resize(sample->numbers, sample->capacity, sizeof *sample->numbers);
        sample->classes = mem_resize(sample->classes, sample->capacity, sizeof *sample->classes);
        sample->targets = mem_resize(sample->targets, sample->capacity, sizeof *sample->targets);
        if (divide == DIVIDE_TIME) {
            sample->when = mem_resize(sample->when, sample->capacity, sizeof *sample->when);
        } else if (divide == DIVIDE_GROUP) {
            sample->groups = mem_resize(sample->groups, sample->capacity, sizeof *sample->groups);
        }
    }
}

static bool has_target(const work_t *work)
{
    return work->request->target != REQUEST_NO_TARGET;
}

// Which group a cell means; numbers are compared as numbers.
static int64_t group_of(work_t *work, const vector_t *cells, size_t row)
{
    if (cells->integers) {
        return levels_add(work->groups, &cells->integers[row], sizeof *cells->integers, 1);
    }
    if (cells->numbers) {
        double number = cells->numbers[row] + 0.0; // -0 is 0
        return levels_add(work->groups, &number, sizeof number, 1);
    }
    text_t text = vector_text(cells, row);
    return levels_add(work->groups, text.bytes, text.size, 1);
}

// Takes the time or the group of the row that comes next.
static err_t divide(work_t *work, int64_t number, size_t row, fault_t *fault)
{
    const division_t *division = &work->request->division;
    sample_t *sample = &work->sample;
    if (!division_has_column(division->kind)) {
        return ERR_OK;
    }
    const vector_t *cells = stripe_vector(eval_stripe(work->eval), division->column);
    if (!vector_is_valid(cells, row)) {
        const char *name = frame_name(work->frame, division->column);
        fault_set(fault, ERR_COLUMN_MISSING,
                  "filter these rows out in the recipe, or divide by another column",
                  "row %lld: '%.100s', by which the rows are divided, has no value",
                  (long long)number, name);
        fault_at(fault, 0, 0, name);
        return ERR_COLUMN_MISSING;
    }
    if (division->kind == DIVIDE_TIME) {
        sample->when[sample->count] =
            cells->numbers ? cells->numbers[row] : (double)cells->integers[row];
        return ERR_OK;
    }
    int64_t group = group_of(work, cells, row);
    sample->groups_count = levels_count(work->groups);
    sample->groups[sample->count] = (int32_t)group;
    return group != LEVELS_FULL
               ? ERR_OK
               : fault_set(fault, ERR_TOO_LARGE, "divide by a column with fewer values",
                           "the groups of the split do not fit into memory");
}

// Adds a row with the label or the number that it has.
static err_t append(work_t *work, int64_t number, const vector_t *cells, size_t row, fault_t *fault)
{
    sample_t *sample = &work->sample;
    grow(sample, work->request->division.kind);
    sample->numbers[sample->count] = number;
    sample->classes[sample->count] = 0;
    sample->targets[sample->count] = 0;
    err_t err = divide(work, number, row, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (work->request->task == TASK_CLASSIFY) {
        err = labels_add(&sample->labels, cells, row, &sample->classes[sample->count], fault);
    } else if (cells->numbers) {
        sample->targets[sample->count] = cells->numbers[row];
    } else if (cells->integers) {
        sample->targets[sample->count] = (double)cells->integers[row];
    }
    sample->count += err == ERR_OK;
    return err;
}

// The target's cells, none without a target; dates and instants as they stand in the file.
static vector_t target_cells(const work_t *work)
{
    if (!has_target(work)) {
        return (vector_t){0};
    }
    stripe_t *stripe = eval_stripe(work->eval);
    vector_t cells = *stripe_vector(stripe, work->request->target);
    if (type_in(cells.type, TYPES_TIME)) {
        cells = (vector_t){.type = TYPE_TEXT,
                           .count = cells.count,
                           .valid = cells.valid,
                           .texts = stripe_texts(stripe, work->request->target)};
    }
    return cells;
}

static err_t add_stripe(work_t *work, size_t index, fault_t *fault)
{
    sample_t *sample = &work->sample;
    const uint32_t *kept;
    size_t kept_count;
    err_t err = eval_begin(work->eval, index, work->columns, work->columns_count, 0, fault);
    err = err == ERR_OK
              ? eval_rows(work->eval, work->flow->stages_count - 1, &kept, &kept_count, fault)
              : err;
    if (err != ERR_OK) {
        return err;
    }
    vector_t cells = target_cells(work);
    int64_t first = frame_stripe_first(work->frame, index);
    size_t rows = frame_stripe_rows(work->frame, index);
    sample->total += (int64_t)rows;
    size_t used = 0;
    for (size_t i = 0; i < kept_count && err == ERR_OK; i++) {
        size_t row = kept ? kept[i] : i;
        if (!has_target(work) || vector_is_valid(&cells, row)) {
            used++;
            err = append(work, first + (int64_t)row + 1, &cells, row, fault);
        }
    }
    size_t missing = has_target(work) ? vector_missing(&cells) : 0;
    sample->target_missing += (int64_t)missing;
    sample->dropped_missing += (int64_t)(rows - missing - used);
    return err;
}

static err_t read_all(work_t *work, const progress_t *progress, fault_t *fault)
{
    size_t stripes = frame_stripes(work->frame);
    for (size_t i = 0; i < stripes; i++) {
        err_t err = add_stripe(work, i, fault);
        if (err != ERR_OK) {
            return err;
        }
        if (!progress_report(progress, (double)(i + 1) / (double)stripes, "read")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
    }
    return ERR_OK;
}

// Puts a column among those that are needed, which are ascending.
static void need(work_t *work, size_t column)
{
    size_t count = work->columns_count;
    size_t place = 0;
    while (place < count && work->columns[place] < column) {
        place++;
    }
    if (place == count || work->columns[place] != column) {
        memmove(work->columns + place + 1, work->columns + place,
                (count - place) * sizeof *work->columns);
        work->columns[place] = column;
        work->columns_count++;
    }
}

static void choose_columns(work_t *work)
{
    size_t all = frame_columns(work->frame);
    bool known;
    work->columns = mem_array(all + 2, sizeof *work->columns);
    work->columns_count =
        eval_needs(work->flow, all, NULL, 0, work->flow->stages_count - 1, work->columns, &known);
    if (has_target(work)) {
        need(work, work->request->target);
    }
    if (division_has_column(work->request->division.kind)) {
        need(work, work->request->division.column);
    }
}

static err_t check_labels(const sample_t *sample, const char *target, fault_t *fault)
{
    const labels_t *labels = &sample->labels;
    if (labels->count < 2) {
        return fault_set(fault, ERR_TARGET, "choose a column with at least two different values",
                         "the target '%s' has one value only, '%.100s'", target,
                         labels->items[0].text);
    }
    for (size_t i = 0; i < labels->count; i++) {
        if (labels->items[i].rows < 2) {
            return fault_set(fault, ERR_TARGET,
                             "add rows of this label, or choose a column with few values",
                             "the label '%.100s' of '%s' has a single row; at least two are "
                             "needed to train and to test",
                             labels->items[i].text, target);
        }
    }
    return ERR_OK;
}

static err_t check_numbers(const sample_t *sample, const char *target, fault_t *fault)
{
    for (size_t i = 1; i < sample->count; i++) {
        if (sample->targets[i] != sample->targets[0]) {
            return ERR_OK;
        }
    }
    return fault_set(fault, ERR_TARGET, "choose a column with at least two different values",
                     "the target '%s' has one value only, %g", target, sample->targets[0]);
}

static err_t check(const sample_t *sample, task_t task, const char *target, fault_t *fault)
{
    if (sample->count == 0) {
        return fault_set(fault, ERR_NO_ROWS, "fill missing values before dropping rows",
                         task_has_target(task) ? "no row has a label and passes the recipe"
                                               : "no row passes the recipe");
    }
    if (!task_has_target(task)) {
        return sample->count > 1 ? ERR_OK
                                 : fault_set(fault, ERR_NO_ROWS, "give a table with more rows",
                                             "one row passes the recipe; at least two are needed");
    }
    return task == TASK_CLASSIFY ? check_labels(sample, target, fault)
                                 : check_numbers(sample, target, fault);
}

static void settle_classes(sample_t *sample)
{
    int32_t *sorted = mem_array(sample->labels.count, sizeof *sorted);
    labels_sort(&sample->labels, sorted);
    for (size_t i = 0; i < sample->count; i++) {
        sample->classes[i] = sorted[sample->classes[i]];
    }
    free(sorted);
}

err_t sample_read(const frame_t *frame, const flow_t *flow, const request_t *request,
                  const progress_t *progress, sample_t *ret_sample, fault_t *fault)
{
    work_t work = {.frame = frame, .flow = flow, .request = request};
    const char *target = has_target(&work) ? frame_name(frame, request->target) : NULL;
    if (target) {
        work.sample.labels = labels_new(frame_type(frame, request->target));
    }
    work.eval = eval_new(flow, frame, NULL);
    work.groups = levels_new(INT32_MAX, GROUPS_BYTES_MAX);
    choose_columns(&work);
    err_t err = read_all(&work, progress, fault);
    eval_destroy(&work.eval);
    levels_destroy(&work.groups);
    free(work.columns);
    err = err == ERR_OK ? check(&work.sample, request->task, target, fault) : err;
    if (err == ERR_TARGET) {
        fault_at(fault, 0, 0, target);
    }
    if (err == ERR_OK) {
        if (request->task == TASK_CLASSIFY) {
            settle_classes(&work.sample);
        }
        err = partition_test(&work.sample, request, fault);
    }
    if (err != ERR_OK) {
        sample_release(&work.sample);
        return err;
    }
    *ret_sample = work.sample;
    return ERR_OK;
}

size_t sample_tests(const sample_t *sample)
{
    size_t count = 0;
    for (size_t i = 0; i < sample->count; i++) {
        count += sample->test[i];
    }
    return count;
}

void sample_release(sample_t *sample)
{
    free(sample->numbers);
    free(sample->classes);
    free(sample->targets);
    free(sample->when);
    free(sample->groups);
    free(sample->test);
    labels_release(&sample->labels);
    *sample = (sample_t){0};
}
