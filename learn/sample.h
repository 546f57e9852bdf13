// SPDX-License-Identifier: MPL-2.0
// Which rows a model learns from: those that the recipe's filters leave and that have a label,
// where there are labels.
#pragma once

#include <stdint.h>

#include "base/progress.h"
#include "data/engine/flow.h"
#include "learn/labels.h"
#include "learn/request.h"

typedef struct {
    int64_t total;
    int64_t target_missing;
    int64_t dropped_missing; // by filters
    int64_t *numbers;        // of the used rows, ascending, from 1
    int32_t *classes;        // their labels, when classes are learned
    double *targets;         // else their numbers
    double *when;            // DIVIDE_TIME: the number, the day or the millisecond
    int32_t *groups;         // DIVIDE_GROUP: from 0, in the order of their first rows
    size_t groups_count;
    uint8_t *test; // 1: a test row
    size_t count;
    size_t capacity;
    labels_t labels;
} sample_t;

// Reads the frame, collects rows and targets, and divides them. `flow` is that of the whole recipe,
// fitted.
//
// Errors: NO_ROWS; TARGET for one label only, a label with a single row, too many labels, numbers
// that are all the same; COLUMN_MISSING for a row that lacks its time or group; CANCELLED; those of
// eval_rows and partition_test.
err_t sample_read(const frame_t *frame, const flow_t *flow, const request_t *request,
                  const progress_t *progress, sample_t *ret_sample, fault_t *fault);

// How many used rows are test rows.
size_t sample_tests(const sample_t *sample);

void sample_release(sample_t *sample);
