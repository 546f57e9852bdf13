// SPDX-License-Identifier: MPL-2.0
// Estimators: what learns from rows of numbers. The contract between the kinds of estimators (a
// folder a family beside this one) and whoever trains, scores, searches, exports and predicts.
//
// Conventions, defaults and names are scikit-learn's (1.2); each family's header says to what
// tolerance its results equal scikit-learn's.
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/progress.h"
#include "model/core/params.h"
#include "model/onnx/onnx.h"
#include "model/pickle/names.h"

typedef enum {
    TASK_CLASSIFY = 1, // which class
    TASK_REGRESS = 2,  // a number
    TASK_CLUSTER = 4,  // which group; nothing is known of any row
    TASK_OUTLIER = 8,  // 1 for a row like the others, -1 for one that is not
} task_t;

enum {
    MODEL_COLUMNS_MAX = 1000000,
    MODEL_CLASSES_MAX = 1000,
};

// "classify", "regress", "cluster", "outlier".
const char *task_name(task_t task);
bool task_by_name(const char *name, task_t *ret_task);

// Rows of finite numbers, row by row. Borrowed.
typedef struct {
    const double *x; // rows * columns
    size_t rows;
    size_t columns;
} matrix_t;

// What is learned from. Borrowed while `fit` runs.
typedef struct {
    matrix_t matrix; // at least one row and one column
    task_t task;
    const int32_t *classes; // CLASSIFY: of each row, 0 to classes_count - 1, each at least once
    size_t classes_count;   // at least 2
    const double *targets;  // REGRESS: finite
    const double *weights;  // of rows, above 0; NULL: 1 each
    const double *class_weights; // CLASSIFY: of classes, above 0; NULL: 1 each
} lesson_t;

// How it is learned.
typedef struct {
    const json_t *params;       // of params_read
    uint64_t seed;              // the same result for the same seed, whatever the threads
    size_t threads;             // at least 1
    const progress_t *progress; // may be NULL; answering false ends the fit with CANCELLED
} fit_t;

typedef struct estimator estimator_t;

// Whether the task is to predict a column that is known; else nothing is known of any row.
bool task_has_target(task_t task);

// The rows that a model's nodes in an ONNX graph answer: a float tensor [rows, columns].
typedef struct {
    onnx_value_t value;
    // Of each column, by how much single precision may have moved a value of it, beside the last
    // digit of the value itself; 0: it is the number that we see, rounded.
    const double *slack;
} onnx_rows_t;

typedef struct {
    onnx_value_t answer;        // REGRESS: float [rows, 1]; else what `predict` says, int64 [rows]
    onnx_value_t probabilities; // CLASSIFY: float [rows, classes]
} onnx_answer_t;

// What was learned.
typedef struct {
    const estimator_t *estimator;
    task_t task;
    size_t columns;
    size_t classes; // CLASSIFY, CLUSTER
    json_t *params; // owned
    uint64_t seed;
    void *state; // the family's own
} model_t;

// A kind of estimator. Functions that are NULL: it cannot do that.
struct estimator {
    const char *name;  // "random_forest"
    const char *title; // for people: "Random forest"
    const char *help;  // one sentence
    unsigned tasks;    // bits of task_t
    bool scale;        // wants features of one scale: a recipe without a scale step gets a warning
    size_t rows_max;   // more are refused, a better choice is named; 0: no limit
    const char *instead; // that choice: an estimator's name; NULL: there is none
    const param_t *params;
    bool weighs_classes; // takes lesson->class_weights itself; for the others they go into weights
    // Makes model->state; the rest of the model is set. Errors: HYPERPARAMETER, TOO_LARGE, MEMORY,
    // CANCELLED, COLUMN_CONSTANT and the like.
    err_t (*fit)(model_t *model, const lesson_t *lesson, const fit_t *fit, fault_t *fault);
    // A number for each row: the class's index, the target, the group's index, or 1 and -1.
    void (*predict)(const model_t *model, const matrix_t *matrix, double *ret);
    // CLASSIFY: rows * classes probabilities.
    void (*probabilities)(const model_t *model, const matrix_t *matrix, double *ret);
    // CLUSTER: of each row, the squared distance to the middle of its group.
    void (*squares)(const model_t *model, const matrix_t *matrix, double *ret);
    // What a record tells beside the parameters: {"support_vectors": 61}. A new reference.
    json_t *(*facts)(const model_t *model);
    // Importance of each column, sum 1.
    void (*importances)(const model_t *model, double *ret);
    // The fitted scikit-learn estimator, pushed onto a pickle that has begun. `classes` are the
    // labels (CLASSIFY), else NULL.
    void (*pickle)(const model_t *model, const class_names_t *classes, buf_t *out);
    // The model as nodes of an ONNX graph.
    void (*onnx)(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret);
    // The model as the library that trained it reads it, and what such a file's name ends with.
    // Classes are their indexes there.
    const char *native; // "svm": libsvm's text; "ubj": XGBoost's UBJSON
    void (*native_write)(const model_t *model, buf_t *out);
    // The state as JSON, numbers in full, and back. from_json sets model->state; the document may
    // be anything. Errors: CORRUPT.
    json_t *(*to_json)(const model_t *model);
    err_t (*from_json)(model_t *model, const json_t *json, fault_t *fault);
    void (*release)(model_t *model);
};

// Fits. The caller destroys *ret_model. Errors: those of the kind; HYPERPARAMETER for a task that
// it does not have; TOO_LARGE beyond rows_max.
err_t model_fit(const estimator_t *estimator, const lesson_t *lesson, const fit_t *fit,
                model_t **ret_model, fault_t *fault);

// {"estimator", "task", "columns", "classes", "seed", "params", "state"}, and back. Errors of the
// way back: CORRUPT; UNSUPPORTED for an estimator that is not among `estimators` (ends with NULL).
json_t *model_to_json(const model_t *model);
err_t model_from_json(const json_t *json, const estimator_t *const *estimators, model_t **ret_model,
                      fault_t *fault);

void model_destroy(model_t **model);
