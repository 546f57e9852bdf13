// SPDX-License-Identifier: MPL-2.0
#include "learn/partition.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/value/date.h"
#include "learn/split.h"

// --- What a part has to have -------------------------------------------------------------------

// Every label needs a row to learn from; `fold` is 0 for the training part of the whole.
static err_t check_labels(const sample_t *sample, const uint8_t *parts, uint8_t train, size_t fold,
                          fault_t *fault)
{
    const labels_t *labels = &sample->labels;
    size_t *rows = mem_array(labels->count + 1, sizeof *rows);
    for (size_t i = 0; i < sample->count; i++) {
        rows[sample->classes[i]] += parts[i] == train;
    }
    err_t err = ERR_OK;
    for (size_t c = 0; c < labels->count && err == ERR_OK; c++) {
        if (rows[c] == 0) {
            err = fault_set(fault, ERR_TARGET, "divide the rows in another way, or add rows",
                            fold ? "the label '%.100s' has no row to learn from in fold %zu"
                                 : "the label '%.100s' has no row to learn from",
                            labels->items[c].text, fold);
        }
    }
    free(rows);
    return err;
}

static err_t too_few(const char *what, size_t count, size_t needed, fault_t *fault)
{
    return fault_set(fault, ERR_HYPERPARAMETER, "divide by another column, or ask for fewer folds",
                     "'split': there are %zu %s among the rows, and %zu are needed", count, what,
                     needed);
}

// --- The test part -----------------------------------------------------------------------------

static err_t divide_by_groups(sample_t *sample, const request_t *request, fault_t *fault)
{
    if (sample->groups_count < 2) {
        return too_few("groups", sample->groups_count, 2, fault);
    }
    split_groups(sample->groups, sample->count, sample->groups_count, request->test_size,
                 (uint64_t)request->seed, sample->test);
    return ERR_OK;
}

static err_t divide_by_time(sample_t *sample, const request_t *request, fault_t *fault)
{
    size_t left = split_time(sample->when, sample->count, request->test_size, sample->test);
    return left > 0 ? ERR_OK
                    : fault_set(fault, ERR_HYPERPARAMETER,
                                "make 'test_size' smaller, or divide by another column",
                                "'split': the first of the last rows have the first of all times, "
                                "which leaves no row to learn from");
}

err_t partition_test(sample_t *sample, const request_t *request, fault_t *fault)
{
    uint64_t seed = (uint64_t)request->seed;
    err_t err = ERR_OK;
    sample->test = mem_array(sample->count, sizeof *sample->test);
    switch (request->division.kind) {
    case DIVIDE_STRATIFIED:
        split_stratified(sample->classes, sample->count, sample->labels.count, request->test_size,
                         seed, sample->test);
        return ERR_OK;
    case DIVIDE_RANDOM:
        if (sample->count < 2) {
            return too_few("rows", sample->count, 2, fault);
        }
        split_random(sample->count, request->test_size, seed, sample->test);
        break;
    case DIVIDE_TIME:
        err = divide_by_time(sample, request, fault);
        break;
    case DIVIDE_GROUP:
        err = divide_by_groups(sample, request, fault);
        break;
    }
    return err == ERR_OK && request->task == TASK_CLASSIFY
               ? check_labels(sample, sample->test, 0, 0, fault)
               : err;
}

// --- Folds -------------------------------------------------------------------------------------

// The training rows of the sample, and what they are divided by.
typedef struct {
    size_t *rows; // of the sample
    int32_t *classes;
    int32_t *groups;
    double *when;
    size_t count;
} rest_t;

static rest_t rest_of(const sample_t *sample)
{
    rest_t rest = {.rows = mem_array(sample->count, sizeof *rest.rows),
                   .classes = mem_array(sample->count, sizeof *rest.classes),
                   .groups = mem_array(sample->count, sizeof *rest.groups),
                   .when = mem_array(sample->count, sizeof *rest.when)};
    for (size_t i = 0; i < sample->count; i++) {
        if (!sample->test[i]) {
            rest.rows[rest.count] = i;
            rest.classes[rest.count] = sample->classes[i];
            rest.groups[rest.count] = sample->groups ? sample->groups[i] : 0;
            rest.when[rest.count++] = sample->when ? sample->when[i] : 0;
        }
    }
    return rest;
}

static void rest_release(rest_t *rest)
{
    free(rest->rows);
    free(rest->classes);
    free(rest->groups);
    free(rest->when);
}

// The fold of each training row, by time its window.
static uint32_t *deal(const sample_t *sample, const request_t *request, const rest_t *rest,
                      size_t count)
{
    uint32_t *dealt = mem_array(rest->count + 1, sizeof *dealt);
    bool classes = request->division.kind == DIVIDE_STRATIFIED;
    if (request->division.kind == DIVIDE_TIME) {
        split_windows(rest->when, rest->count, count, dealt);
    } else if (request->division.kind == DIVIDE_GROUP) {
        split_group_folds(rest->groups, rest->count, sample->groups_count, count, dealt);
    } else {
        split_folds(classes ? rest->classes : NULL, rest->count, sample->labels.count, count,
                    (uint64_t)request->seed, dealt);
    }
    return dealt;
}

static uint8_t part_of_row(divide_t kind, uint32_t dealt, uint32_t fold)
{
    if (kind == DIVIDE_TIME) {
        return dealt == fold + 1 ? PART_JUDGE : dealt <= fold ? PART_TRAIN : PART_TEST;
    }
    return dealt == fold ? PART_JUDGE : PART_TRAIN;
}

static size_t count_of(const uint8_t *parts, size_t rows, uint8_t part)
{
    size_t count = 0;
    for (size_t i = 0; i < rows; i++) {
        count += parts[i] == part;
    }
    return count;
}

static err_t check_fold(const sample_t *sample, const request_t *request, const uint8_t *parts,
                        size_t fold, size_t count, fault_t *fault)
{
    static const char *const WHATS[] = {"rows", "rows", "times", "groups"};
    size_t judged = count_of(parts, sample->count, PART_JUDGE);
    size_t learned = count_of(parts, sample->count, PART_TRAIN);
    if (judged == 0 || learned == 0) {
        return fault_set(fault, ERR_HYPERPARAMETER,
                         "divide by another column, or ask for fewer folds",
                         "'split': there are too few %s among the training rows for %zu folds",
                         WHATS[request->division.kind], count);
    }
    return request->task == TASK_CLASSIFY ? check_labels(sample, parts, PART_TRAIN, fold + 1, fault)
                                          : ERR_OK;
}

err_t partition_folds(const sample_t *sample, const request_t *request, size_t count,
                      uint8_t **ret_parts, fault_t *fault)
{
    rest_t rest = rest_of(sample);
    uint32_t *dealt = deal(sample, request, &rest, count);
    err_t err = ERR_OK;
    for (size_t f = 0; f < count && err == ERR_OK; f++) {
        uint8_t *parts = mem_array(sample->count, 1);
        for (size_t i = 0; i < rest.count; i++) {
            parts[rest.rows[i]] = part_of_row(request->division.kind, dealt[i], (uint32_t)f);
        }
        err = check_fold(sample, request, parts, f, count, fault);
        ret_parts[f] = parts;
    }
    free(dealt);
    rest_release(&rest);
    return err;
}

// --- The record --------------------------------------------------------------------------------

static json_t *time_to_json(double when, type_t type)
{
    char text[DATETIME_TEXT_SIZE];
    if (type == TYPE_DATE) {
        return json_stringn(text, date_format_iso((int64_t)when, text));
    }
    if (type == TYPE_DATETIME) {
        return json_stringn(text, datetime_format_iso((int64_t)when, text));
    }
    return json_real(when);
}

static json_t *first_time(const sample_t *sample, type_t type)
{
    double first = INFINITY;
    for (size_t i = 0; i < sample->count; i++) {
        first = sample->test[i] ? fmin(first, sample->when[i]) : first;
    }
    return time_to_json(first, type);
}

static json_int_t test_groups(const sample_t *sample)
{
    uint8_t *tests = mem_array(sample->groups_count, 1);
    for (size_t i = 0; i < sample->count; i++) {
        tests[sample->groups[i]] = sample->test[i];
    }
    size_t count = count_of(tests, sample->groups_count, 1);
    free(tests);
    return (json_int_t)count;
}

json_t *partition_to_json(const sample_t *sample, const request_t *request, const frame_t *frame)
{
    const division_t *division = &request->division;
    json_t *json = json_pack("{s:s}", "kind", division_name(division->kind));
    if (division_has_column(division->kind)) {
        json_object_set_new(json, "column", json_string(frame_name(frame, division->column)));
    }
    if (division->kind == DIVIDE_TIME) {
        json_object_set_new(json, "from", first_time(sample, frame_type(frame, division->column)));
    } else if (division->kind == DIVIDE_GROUP) {
        json_object_set_new(json, "groups", json_integer((json_int_t)sample->groups_count));
        json_object_set_new(json, "test_groups", json_integer(test_groups(sample)));
    }
    return json;
}
