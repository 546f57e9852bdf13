// SPDX-License-Identifier: MPL-2.0
// How rows are divided into those a model learns from and those it is judged by: the "split" of a
// training request.
#pragma once

#include <jansson.h>
#include <stddef.h>

#include "base/fault.h"
#include "data/value/levels.h"
#include "model/core/estimator.h"

typedef enum {
    DIVIDE_STRATIFIED, // at random, each class in its share
    DIVIDE_RANDOM,
    DIVIDE_TIME,  // what comes later is judged
    DIVIDE_GROUP, // the rows of a group stay together
} divide_t;

typedef struct {
    divide_t kind;
    size_t column; // TIME, GROUP: of the table
} division_t;

// "stratified", "random", "time", "group".
const char *division_name(divide_t kind);

// Whether it goes by a column.
bool division_has_column(divide_t kind);

// Reads {"kind", "column"}; NULL or null: stratified for classes, else random. `columns` are those
// of the table's description, `names` their names.
//
// Errors: HYPERPARAMETER for a kind that is not there or not for the task, or a column too much or
// too few; COLUMN_UNKNOWN; COLUMN_TYPE for a time that is neither number nor date; TARGET when the
// column is the target.
err_t division_read(const json_t *json, const json_t *columns, const levels_t *names, task_t task,
                    size_t target, division_t *ret_division, fault_t *fault);

// The kinds for forms and commands: [{"name", "title", "help", "column", "tasks", "types"}];
// "types" are those that the column may have. A new reference.
json_t *divisions_to_json(void);
