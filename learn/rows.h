// SPDX-License-Identifier: MPL-2.0
// Which rows a model learns from: those that pass drop_rows and have a label.
#pragma once

#include <stdint.h>

#include "data/plan.h"
#include "data/value/progress.h"
#include "data/table.h"
#include "learn/labels.h"
#include "learn/request.h"

enum { ROWS_TRAIN_MAX = 100000 }; // training an SVC takes more than quadratic time

typedef struct {
    int64_t total;
    int64_t target_missing;
    int64_t dropped_missing; // by drop_rows
    int64_t *numbers;        // of the used rows, ascending, from 1
    int32_t *classes;        // their labels
    uint8_t *test;           // 1: a test row
    size_t count;
    size_t capacity;
    labels_t labels;
} rows_t;

// Reads the file, collects rows and labels, and splits them. `plan` is that of the whole recipe.
//
// Errors: NO_ROWS; TARGET for one label only, a label with a single row, too many labels; TOO_LARGE
// for more than ROWS_TRAIN_MAX training rows; CANCELLED; the reader's.
err_t rows_read(const char *path, const table_t *table, const plan_t *plan,
                const request_t *request, const progress_t *progress, rows_t *ret_rows,
                fault_t *fault);

// The training rows as a mask for fit_run: one byte for each row of the table. The caller frees it.
uint8_t *rows_train_mask(const rows_t *rows);

// How many used rows are test rows.
size_t rows_test_count(const rows_t *rows);

void rows_release(rows_t *rows);
