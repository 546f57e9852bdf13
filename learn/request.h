// SPDX-License-Identifier: MPL-2.0
// The "Training request" of docs/documents.md.
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "learn/division.h"
#include "model/catalogue.h"

enum {
    REQUEST_CLASSES = 20,   // numbers with more distinct values are predicted as numbers
    REQUEST_FOLDS_MAX = 20, // of a cross-validation
    REQUEST_FOLDS = 5,      // of a search, when nobody says
    REQUEST_TRIALS_MAX = 10000,
};

// Static constants of a header cannot stand in tables, so these are macros.
#define REQUEST_TEST_SIZE_MIN 1e-6
#define REQUEST_TEST_SIZE_MAX 0.9
#define REQUEST_SEED_MAX 9007199254740991.0 // larger ones do not survive readers that keep doubles
#define REQUEST_BUDGET_MIN 1e-3             // seconds
#define REQUEST_BUDGET_MAX 1e7
#define REQUEST_MEMORY_MB_MIN 1.0
#define REQUEST_MEMORY_MB_MAX 1e6

typedef enum { WEIGHT_NONE, WEIGHT_BALANCED, WEIGHT_MAP } weight_t;

typedef enum {
    SEARCH_NONE,
    SEARCH_AUTO, // estimators in turn, then parameters of the best
    SEARCH_GRID,
    SEARCH_RANDOM,
    SEARCH_HALVING,
} search_method_t;

typedef struct {
    search_method_t method;
    size_t trials;
    double budget_seconds; // 0: no limit
    size_t memory_bytes;   // of a trial; 0: no limit
    json_t *space;         // NULL: the estimator's own; owned
} search_t;

// The target of a request that only predicts, and of one that finds groups or outliers.
static const size_t REQUEST_NO_TARGET = SIZE_MAX;

typedef struct {
    size_t target;    // a column of the table, or REQUEST_NO_TARGET
    size_t *features; // columns of the table, in the order of the request
    size_t features_count;
    task_t task;
    const estimator_t *estimator;
    json_t *parameters; // all of the estimator's; owned
    weight_t weight_kind;
    json_t *weights;     // WEIGHT_MAP: label to weight; owned
    division_t division; // of the rows, for the test and the folds
    double test_size;
    const char *score;   // that models are compared by; NULL: the usual one
    bool learning_curve; // one is wanted
    bool refit;          // the kept model learns from the test rows too
    size_t folds;        // of a cross-validation over the training rows; 0: none
    search_t search;     // it sets estimator and parameters
    int64_t seed;
    size_t threads; // that a fit may use; 0: all. Nobody asks for it: it is the trial's share
} request_t;

// Reads a request against a table's valid description; absent settings get their defaults. The
// caller releases *ret_request.
//
// Errors: COLUMN_UNKNOWN for the target or a feature, TARGET when it is a feature; those of
// division_read; HYPERPARAMETER (named in the detail) for everything else.
err_t request_parse(const json_t *json, const json_t *description, request_t *ret_request,
                    fault_t *fault);

// The algorithm of a task when nobody names one.
const char *request_algorithm(task_t task);

void request_release(request_t *request);
