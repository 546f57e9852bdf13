// SPDX-License-Identifier: MPL-2.0
// How good predictions are.
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "learn/sample.h"

typedef struct {
    size_t classes;
    int64_t *confusion; // of test rows: [truth * classes + prediction]
    int64_t train_right;
    int64_t train_rows;
} scores_t;

scores_t scores_new(size_t classes);

// Counts the prediction for a used row.
void scores_add(scores_t *scores, bool test, int32_t truth, int32_t prediction);

// {"test_accuracy", "train_accuracy", "baseline_accuracy"}: the baseline always says the training
// rows' most frequent label. A new reference.
json_t *scores_to_json(const scores_t *scores, const sample_t *sample);

// {"labels": [...], "matrix": [[...]]}. A new reference.
json_t *scores_confusion(const scores_t *scores, const labels_t *labels);

void scores_release(scores_t *scores);
