// SPDX-License-Identifier: MPL-2.0
// Which rows a model learns from: those that the recipe's filters leave and that have a label.
#pragma once

#include <stdint.h>

#include "data/engine/flow.h"
#include "base/progress.h"
#include "learn/labels.h"
#include "learn/request.h"

enum { SAMPLE_TRAIN_MAX = 100000 }; // training an SVC takes more than quadratic time

typedef struct {
    int64_t total;
    int64_t target_missing;
    int64_t dropped_missing; // by filters
    int64_t *numbers;        // of the used rows, ascending, from 1
    int32_t *classes;        // their labels
    uint8_t *test;           // 1: a test row
    size_t count;
    size_t capacity;
    labels_t labels;
} sample_t;

// Reads the frame, collects rows and labels, and splits them. `flow` is that of the whole recipe,
// fitted.
//
// Errors: NO_ROWS; TARGET for one label only, a label with a single row, too many labels; TOO_LARGE
// for more than SAMPLE_TRAIN_MAX training rows; CANCELLED; those of eval_rows.
err_t sample_read(const frame_t *frame, const flow_t *flow, const request_t *request,
                  const progress_t *progress, sample_t *ret_sample, fault_t *fault);

// The training rows as a mask for fit_flow: one byte for each row of the table. The caller frees
// it.
uint8_t *sample_train_mask(const sample_t *sample);

// How many used rows are test rows.
size_t sample_tests(const sample_t *sample);

void sample_release(sample_t *sample);
