// SPDX-License-Identifier: MPL-2.0
// What a person wants to know of a trained model beside its scores: the "Insight" of
// docs/documents.md. All of it is of test rows.
#pragma once

#include <jansson.h>

#include "learn/portion.h"
#include "learn/preparation.h"

enum {
    INSIGHT_CLASSES_MAX = 10,       // classes with curves: those with the most rows
    INSIGHT_POINTS_MAX = 500,       // truth and prediction, drawn at random
    INSIGHT_IMPORTANCE_ROWS = 2000, // drawn at random
    INSIGHT_DEPENDENCE_ROWS = 500,
    INSIGHT_ROWS_MIN = 50, // a slow model is asked fewer rows, but not fewer than these
};

static const double INSIGHT_SECONDS_MIN = 5; // that it may take, however short the training was

// What is looked at, all borrowed.
typedef struct {
    const preparation_t *preparation;
    const sample_t *sample;
    const model_t *model;
    const portion_t *test; // the test rows
    const char *score;     // that importances are told in
    double seconds;        // that it may take; what time is left out for is said
    const progress_t *progress;
} insight_t;

// Makes the insight. A new reference. Errors: CANCELLED; IO, CORRUPT and errors of steps when
// columns of the table are read again.
err_t insight_make(const insight_t *of, json_t **ret_insight, fault_t *fault);
